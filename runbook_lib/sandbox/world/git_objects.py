"""git's command line, as the sandbox runs it: nobody's own configuration reaches it."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from runbook_lib.errors import Failed
from runbook_lib.programs import Answer, run

LIMIT = 1800.0
"""How long one git command may take, in seconds."""
COPYING = 86400.0
"""The same for one that copies a repository, whose size nobody knows."""
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


def reaching(address: str) -> dict[str, str]:
    """The same for one that asks at an address, and verifies who answers, whatever is set up."""
    verified = {"GIT_CONFIG_KEY_1": f"http.{address}.sslVerify", "GIT_CONFIG_VALUE_1": "true"}
    return outer_environment() | verified | {"GIT_CONFIG_COUNT": "2"}


ASKING = {
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_TRACE_REDACT": "1",
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "http.followRedirects",
    "GIT_CONFIG_VALUE_0": "false",
}


def ask_git(
    folder: Path,
    *arguments: str,
    text: bytes = b"",
    environment: Mapping[str, str] | None = None,
    base: Mapping[str, str] | None = None,
    limit: float = LIMIT,
) -> Answer:
    """Run git in a folder, with `text` as its input; its exit status is an answer.

    It has `environment` on top of `base`, which is nobody's own if none is given.
    """
    variables = {**(base or clean_environment()), **(environment or {})}
    command = ["git", "-C", str(folder), *arguments]
    try:
        return run(command, environment=variables, stdin=text, limit=limit)
    except TimeoutError as error:
        raise Failed(f"git {arguments[0]} in {folder} {error}") from None


def git(folder: Path, *arguments: str, **given: Any) -> bytes:
    """What git puts out; raises `Failed` where it ends with another status than 0."""
    answer = ask_git(folder, *arguments, **given)
    if answer.status:
        said = answer.said.strip() or answer.text
        raise Failed(f"git {arguments[0]} in {folder} ended with {answer.status}: {said}")
    return answer.written


def run_git(folder: Path, *arguments: str, **given: Any) -> str:
    """The same as text."""
    return git(folder, *arguments, **given).decode("utf-8", "replace")


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
