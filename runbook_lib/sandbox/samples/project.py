"""The sample project `harbor/tidewatch`: a small Python package with a history to release from.

It is the same each time it is built, to the commit ids. Its last release is 1.8, and what has
been committed since calls for 1.9.
"""

import re
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runbook_lib.sandbox.samples.project_history import CLOCK, FULL_NAME, HISTORY, Change
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

FIRST_COMMIT = datetime(2025, 3, 3, 9, 0, tzinfo=UTC)
BETWEEN_COMMITS = timedelta(days=14)
REFERENCE = re.compile(r"(@@?)(\d+)")


@dataclass
class Line:
    """A branch while it is built: its last commit's mark, and its files' texts."""

    head: int = 0
    files: dict[str, str] = field(default_factory=dict)


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
    head = run_git(folder, "rev-parse", "refs/heads/master").strip()
    tell_push(world, "operator", FULL_NAME, "refs/heads/master", before=ZEROS, after=head)


def build_history(folder: Path) -> None:
    """Make the bare repository; a changelog that names commits waits until these have their ids."""
    make_bare(folder, "master")
    lines: dict[str, Line] = {"master": Line()}
    stream: list[bytes] = []
    ids: dict[int, str] = {}
    for number, change in enumerate(HISTORY, start=1):
        if "CHANGELOG.md" in change.files:
            ids = import_stream(folder, stream)
            stream = []
        stream.append(commit_command(number, change, lines, ids))
    stream += [
        f"reset refs/heads/{branch}\nfrom {ZEROS}\n\n".encode()
        for branch in lines
        if branch != "master"
    ]
    import_stream(folder, stream)
    (folder / "marks").unlink()


def import_stream(folder: Path, stream: list[bytes]) -> dict[int, str]:
    """Give git a part of the history; returns the id of each commit so far, by its number."""
    marks = folder / "marks"
    options = [f"--export-marks={marks}", f"--import-marks-if-exists={marks}"]
    run_git(folder, "fast-import", "--quiet", "--done", *options, text=b"".join(stream) + b"done\n")
    pairs = (line.split() for line in marks.read_text().splitlines())
    return {int(mark[1:]): sha for mark, sha in pairs}


def commit_command(
    number: int, change: Change, lines: dict[str, Line], ids: dict[int, str]
) -> bytes:
    """One commit, and its tag, as `git fast-import` reads it."""
    master = lines["master"]
    line = lines.setdefault(change.branch, Line(master.head, dict(master.files)))
    written = changed_files(change, line, lines, ids)
    parents = [line.head] if line.head else []
    parents += [lines[change.merges].head] if change.merges else []
    when = FIRST_COMMIT + BETWEEN_COMMITS * (number - 1)
    stamp = f"{change.author} {int(when.timestamp())} +0000"
    command = [
        f"commit refs/heads/{change.branch}\nmark :{number}\n".encode(),
        f"author {stamp}\ncommitter {stamp}\n".encode(),
        data(change.message),
        *(
            f"{word} :{parent}\n".encode()
            for word, parent in zip(("from", "merge"), parents, strict=False)
        ),
        *(f"M 100644 inline {path}\n".encode() + data(text) for path, text in written.items()),
        b"\n",
    ]
    line.head = number
    line.files.update(written)
    return b"".join([*command, tag_command(number, change, stamp)])


def changed_files(
    change: Change, line: Line, lines: dict[str, Line], ids: dict[int, str]
) -> dict[str, str]:
    """The whole text of each file that a commit changes."""
    written = {path: with_ids(text, ids) for path, text in change.files.items()}
    for path, old, new in change.edits:
        text = written.get(path, line.files.get(path, ""))
        assert text.count(old) == 1, f"{change.message!r} replaces {old!r} in {path} just once"
        written[path] = text.replace(old, new)
    if change.merges:
        merged = lines[change.merges].files
        written |= {path: text for path, text in merged.items() if path not in line.files}
    return written


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


def data(text: str) -> bytes:
    """A text as `git fast-import` reads it."""
    return b"data %d\n%s\n" % (len(text.encode()), text.encode())
