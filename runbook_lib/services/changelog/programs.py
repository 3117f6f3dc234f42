"""The programs that write changelogs: where they are, and how they are run. Never by a shell."""

import os
import re
import shutil
import sys
import sysconfig
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

from runbook_lib.errors import Failed, UsageError
from runbook_lib.programs import Answer, run

LONGEST = 600.0
"""How long writing an entry may take, in seconds."""
LAST_LINES = 20
"""How many lines of a failed command's own words an error repeats at most."""

OTHERS = re.compile(r"(GIT|GITHUB|GITLAB|GITEA|BITBUCKET|AZURE_DEVOPS)_", re.IGNORECASE)
"""Settings from outside that would turn git-cliff to another repository, or to the network."""
COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def run_program(
    command: list[str], path: Path, environment: Mapping[str, str], *, mask: Callable[[str], str]
) -> str:
    """What a command prints, run in the folder `path`; raises `Failed`, with its last words."""
    name = Path(command[0]).name
    try:
        done = run(command, folder=path, environment=environment, limit=LONGEST)
    except TimeoutError:
        raise Failed(
            f"expected {name} to end within {LONGEST:.0f} s, found it still running: "
            "name the last release, so that it reads less of the history"
        ) from None
    except OSError as error:
        raise Failed(f"expected to start {command[0]}: {error.strerror or error}") from None
    if done.status:
        raise Failed(
            f"expected {name} to succeed, it ended with status {done.status}: "
            f"{mask(last_words(done)) or 'it said nothing'}"
        )
    return done.written.decode(errors="replace").replace("\r\n", "\n")


def last_words(done: Answer) -> str:
    """The end of what a command said, without colours."""
    said = done.said.strip() or done.text.strip()
    return "\n".join(COLOURS.sub("", said).splitlines()[-LAST_LINES:])


def cliff_environment(environment: Mapping[str, str], *, cache: Path) -> dict[str, str]:
    """The environment for git-cliff: nothing that points elsewhere, no network, no colours.

    It asks crates.io for newer versions of itself, but not on its first day: with an empty `cache`
    each day is the first, also for releases that know no `GIT_CLIFF_OFFLINE`.
    """
    kept = {name: value for name, value in environment.items() if not OTHERS.match(name)}
    quiet = {"GIT_CLIFF_OFFLINE": "true", "NO_COLOR": "1", "XDG_CACHE_HOME": str(cache)}
    return {**kept, **quiet}


def find_git_cliff() -> str:
    """The binary of the package git-cliff, else the one on the path; raises `UsageError`."""
    name = "git-cliff.exe" if sys.platform == "win32" else "git-cliff"
    beside = [Path(sys.executable).parent / name, Path(sysconfig.get_path("scripts")) / name]
    for path in [*beside, *packaged(name)]:
        if path.is_file() and os.access(path, os.X_OK):
            return str(path)
    found = shutil.which(name)
    if found is None:
        raise UsageError(
            f"expected the program git-cliff beside {sys.executable} or on the PATH, found none: "
            "install it with pip install git-cliff, or name a changelog command in the profile"
        )
    return found


def packaged(name: str) -> list[Path]:
    """Where the installed package git-cliff says that its binary is."""
    try:
        return [Path(str(file.locate())) for file in files("git-cliff") or [] if file.name == name]
    except PackageNotFoundError:
        return []


def find_command(name: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Where the profile's own command is: on the path, or in the checkout when it has a slash."""
    search = environment.get("PATH")
    inside = str(folder / name) if "/" in name else name
    found = shutil.which(inside, path=search)
    if found is None:
        raise UsageError(
            f"expected the changelog command {name!r} on the PATH or in the checkout, found none: "
            "install it, or take it out of the profile to have git-cliff write the entry"
        )
    return found
