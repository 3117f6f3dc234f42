"""The sample project `harbor/tidewatch`: a small Python package with a history to release from.

It is the same each time it is built, to the commit ids. Its last release is 1.8, and what has
been committed since calls for 1.9.
"""

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runbook_lib.sandbox.samples.project_history import CLOCK, FULL_NAME, HISTORY, Change
from runbook_lib.sandbox.samples.team import git as team_git
from runbook_lib.sandbox.samples.team.git import Line, add_commit, data, import_stream, stamp
from runbook_lib.sandbox.services.dockerflow import ENVIRONMENTS, deploy
from runbook_lib.sandbox.world.git_objects import ZEROS, run_git
from runbook_lib.sandbox.world.repositories import (
    Repository,
    find_repository,
    make_bare,
    register,
    tell_push,
)
from runbook_lib.sandbox.world.world import World

__all__ = ["CLOCK", "FULL_NAME", "build_history", "plant_sample"]

LAST_RELEASE = "1.8"
MASTER = "refs/heads/master"

FIRST_COMMIT = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
BETWEEN_COMMITS = timedelta(days=14)
REFERENCE = re.compile(r"(@@?)(\d+)")


def plant_sample(world: World) -> Repository:
    """Put the sample project into a world, with its last release deployed; once."""
    found = find_repository(world, FULL_NAME)
    if found:
        return found
    folder = world.git_folder(FULL_NAME)
    half_made = folder.with_suffix(".new")
    build_history(half_made)
    shutil.rmtree(folder, ignore_errors=True)
    half_made.rename(folder)
    repository = register(world, FULL_NAME, False, "master", "Predicts tides at a harbour's gauge")
    announce(world, folder)
    return repository


def announce(world: World, folder: Path) -> None:
    """Tell of the last release's deployments, and of master's head, which CI tests."""
    released = run_git(folder, "rev-parse", f"refs/tags/{LAST_RELEASE}^{{commit}}").strip()
    for environment in ENVIRONMENTS:
        deploy(
            world,
            environment,
            "tidewatch",
            repository=FULL_NAME,
            version=LAST_RELEASE,
            sha=released,
            who="ops",
        )
    head = run_git(folder, "rev-parse", MASTER).strip()
    tell_push(world, "operator", FULL_NAME, MASTER, before=ZEROS, after=head)


def build_history(folder: Path) -> None:
    """Make the bare repository; a changelog that names commits waits until these have their ids."""
    make_bare(folder, "master")
    lines: dict[str, Line] = {}
    stream: list[bytes] = []
    ids: dict[int, str] = {}
    for number, change in enumerate(HISTORY, start=1):
        if "CHANGELOG.md" in change.files:
            ids = import_stream(folder, stream)
            stream = []
        told = as_told(number, change, ids)
        stream += [add_commit(number, told, lines)[1], tag_command(number, change, stamp(told))]
    stream += [f"reset {ref}\nfrom {ZEROS}\n\n".encode() for ref in lines if ref != MASTER]
    import_stream(folder, stream)
    (folder / "marks").unlink()


def as_told(number: int, change: Change, ids: dict[int, str]) -> team_git.Change:
    """A change of the sample's as histories are made of: with its time, and with ids in it."""
    return team_git.Change(
        change.author,
        FIRST_COMMIT + BETWEEN_COMMITS * (number - 1),
        change.message,
        {path: with_ids(text, ids) for path, text in change.files.items()},
        change.edits,
        ref=f"refs/heads/{change.branch}",
        start=MASTER,
        merges=f"refs/heads/{change.merges}" if change.merges else "",
    )


def with_ids(text: str, ids: dict[int, str]) -> str:
    """A text with the ids of the commits that it refers to: whole for `@@4`, short for `@4`."""

    def sha(match: re.Match[str]) -> str:
        whole = ids[int(match[2])]
        return whole if match[1] == "@@" else whole[:8]

    return REFERENCE.sub(sha, text)


def tag_command(number: int, change: Change, stamp: str) -> bytes:
    """A commit's annotated tag; nothing where it has none."""
    if not change.tag:
        return b""
    head = f"tag {change.tag}\nfrom :{number}\ntagger {stamp}\n".encode()
    return head + data(f"chore: tag {change.tag}\n")
