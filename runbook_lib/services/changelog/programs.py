"""The programs that write changelogs: where they are, and how they are run. Never by a shell."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from runbook_lib.errors import Failed, UsageError
from runbook_lib.policy.changelog.fragments import Tool
from runbook_lib.programs import Answer, run

LONGEST = 600.0
"""How long writing an entry may take, in seconds."""
LAST_LINES = 20
"""How many lines of a failed command's own words an error repeats at most."""

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


def find_tool(tool: Tool, environment: Mapping[str, str]) -> str:
    """Where a project's own tool is: on the path, or beside this Python; raises `UsageError`."""
    beside = str(Path(sys.executable).parent)
    search = os.pathsep.join(filter(None, (environment.get("PATH"), beside)))
    found = shutil.which(tool.name, path=search)
    if found is None:
        raise UsageError(
            f"expected {tool.name} on the PATH, which gathers the fragments in {tool.folder} "
            f"({tool.seen}), found none: install it with {tool.install}, or name another command "
            "in the profile (changelog.command)"
        )
    return found


def find_command(name: str, folder: Path, environment: Mapping[str, str]) -> str:
    """Where the profile's own command is: on the path, or in the checkout when it has a slash."""
    search = environment.get("PATH")
    inside = str(folder / name) if "/" in name else name
    found = shutil.which(inside, path=search)
    if found is None:
        raise UsageError(
            f"expected the changelog command {name!r} on the PATH or in the checkout, found none: "
            "install it, or take it out of the profile to have the entry written from the commits"
        )
    return found
