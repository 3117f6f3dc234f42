"""git's command line, as the sandbox runs it: nobody's own configuration reaches it."""

import os
import subprocess
from pathlib import Path

from runbook_lib.errors import Failed

ZEROS = "0" * 40
"""What stands for a ref that is not there, before it is made or after it is deleted."""


def clean_environment() -> dict[str, str]:
    """The environment of the sandbox's git: nobody's configuration, and in no repository yet."""
    return outer_environment() | {
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Sandbox",
        "GIT_AUTHOR_EMAIL": "sandbox@sandbox.example",
        "GIT_COMMITTER_NAME": "Sandbox",
        "GIT_COMMITTER_EMAIL": "sandbox@sandbox.example",
        "LC_ALL": "C",
    }


def outer_environment() -> dict[str, str]:
    """The user's environment, in which git asks nobody, and is in no repository yet.

    It takes no credentials to where a redirect leads.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    ours = {name: os.environ[name] for name in ("GIT_SSH", "GIT_SSH_COMMAND") if name in os.environ}
    return kept | ours | ASKING


ASKING = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "http.followRedirects",
    "GIT_CONFIG_VALUE_0": "false",
}


def run_git(
    folder: Path,
    *arguments: str,
    text: bytes | None = None,
    environment: dict[str, str] | None = None,
) -> str:
    """Run git in a folder, with `text` as its input, and return its output; raises Failed."""
    done = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        input=text,
        stdin=subprocess.DEVNULL if text is None else None,
        capture_output=True,
        env=environment or clean_environment(),
    )
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise Failed(f"git {arguments[0]} in {folder} ended with {done.returncode}: {said}")
    return done.stdout.decode("utf-8", "replace")


def all_refs(folder: Path) -> dict[str, str]:
    """Every branch and tag of a repository by its full name, and the object that it points at."""
    listed = run_git(
        folder, "for-each-ref", "--format=%(objectname) %(refname)", "refs/heads/", "refs/tags/"
    )
    pairs = (line.split(" ", 1) for line in listed.splitlines())
    return {ref: sha for sha, ref in pairs}


def changed_refs(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, str, str]]:
    """Each ref that differs: its name, what it was and what it is; zeros where it is not there."""
    return [
        (ref, before.get(ref, ZEROS), after.get(ref, ZEROS))
        for ref in sorted(before.keys() | after.keys())
        if before.get(ref) != after.get(ref)
    ]
