"""The team's repositories while they are built: told as changes, made by `git fast-import`.

Authors, dates and texts are given, so that the commits have the same ids each time.
"""

import shutil
from dataclasses import field
from datetime import datetime
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.world.git_objects import run_git
from runbook_lib.sandbox.world.repositories import make_bare

MAIN = "refs/heads/main"


@frozen
class Change:
    """One commit: `files` are whole texts, `edits` replace (path, old, new) in the text so far.

    It is made on `ref`, which begins at `start` (by default main) where it is new; `merges` names a
    ref, `tags` are lightweight, and `pull` is the number of the pull request that it brought in.
    """

    author: str
    when: datetime
    message: str
    files: dict[str, str] = field(default_factory=dict)
    edits: tuple[tuple[str, str, str], ...] = ()
    ref: str = MAIN
    start: str = MAIN
    merges: str = ""
    tags: tuple[str, ...] = ()
    pull: int = 0

    @property
    def title(self) -> str:
        """What it does, in a line: a merge says so after its first."""
        lines = self.message.splitlines()
        return lines[2] if self.merges else lines[0].removesuffix(f" (#{self.pull})")


@frozen
class Built:
    """A commit that was made: its change, its id, and its parents' ids."""

    change: Change
    sha: str
    parents: tuple[str, ...]


@frozen
class Line:
    """A ref while it is built: its last commit's mark, and its files' texts."""

    head: int
    files: dict[str, str]


def build_repository(folder: Path, changes: tuple[Change, ...]) -> tuple[Built, ...]:
    """Make a bare repository in which the changes were made; an earlier try at it is replaced."""
    half_made = folder.with_suffix(".new")
    make_bare(half_made, "main")
    lines: dict[str, Line] = {}
    parents: list[tuple[int, ...]] = []
    stream: list[bytes] = []
    for mark, change in enumerate(changes, start=1):
        made, command = add_commit(mark, change, lines)
        parents.append(made)
        stream.append(command)
    shas = import_stream(half_made, stream)
    (half_made / "marks").unlink()
    shutil.rmtree(folder, ignore_errors=True)
    half_made.rename(folder)
    return tuple(
        Built(change, shas[mark], tuple(shas[parent] for parent in parents[mark - 1]))
        for mark, change in enumerate(changes, start=1)
    )


def add_commit(mark: int, change: Change, lines: dict[str, Line]) -> tuple[tuple[int, ...], bytes]:
    """The marks of a commit's parents, and the commit as git reads it; `lines` go on with it."""
    line = lines.get(change.ref) or lines.get(change.start) or Line(0, {})
    forks = (line.head, lines[change.merges].head if change.merges else 0)
    parents = tuple(filter(None, forks))
    written = changed_files(change, line, lines)
    for name in (change.ref, *(f"refs/tags/{tag}" for tag in change.tags)):
        lines[name] = Line(mark, line.files | written)
    return parents, commit_command(mark, change, parents, written)


def changed_files(change: Change, line: Line, lines: dict[str, Line]) -> dict[str, str]:
    """The whole text of each file that a commit changes."""
    written = dict(change.files)
    for path, old, new in change.edits:
        text = written.get(path, line.files.get(path, ""))
        assert text.count(old) == 1, f"{change.message!r} replaces {old!r} in {path} just once"
        written[path] = text.replace(old, new)
    if change.merges:
        merged = lines[change.merges].files
        written |= {path: text for path, text in merged.items() if path not in line.files}
    return written


def stamp(change: Change) -> str:
    """Who made a commit, and when, as git has it."""
    return f"{change.author} {int(change.when.timestamp())} {change.when:%z}"


def commit_command(
    mark: int, change: Change, parents: tuple[int, ...], written: dict[str, str]
) -> bytes:
    """One commit and its tags, as `git fast-import` reads them."""
    by = stamp(change)
    command = [
        f"commit {change.ref}\nmark :{mark}\nauthor {by}\ncommitter {by}\n".encode(),
        data(change.message),
        *(
            f"{word} :{parent}\n".encode()
            for word, parent in zip(("from", "merge"), parents, strict=False)
        ),
        *(
            f"M {mode(path)} inline {path}\n".encode() + data(text)
            for path, text in written.items()
        ),
        *(f"\nreset refs/tags/{tag}\nfrom :{mark}\n".encode() for tag in change.tags),
        b"\n",
    ]
    return b"".join(command)


def mode(path: str) -> str:
    """A file's mode: scripts can be run."""
    return "100755" if path.endswith(".sh") or path.startswith("bin/") else "100644"


def data(text: str) -> bytes:
    """A text as `git fast-import` reads it."""
    return b"data %d\n%s\n" % (len(text.encode()), text.encode())


def import_stream(folder: Path, stream: list[bytes]) -> dict[int, str]:
    """Give git a part of a history; returns the id of each commit so far by its mark."""
    marks = folder / "marks"
    options = [f"--export-marks={marks}", f"--import-marks-if-exists={marks}"]
    run_git(folder, "fast-import", "--quiet", "--done", *options, text=b"".join(stream) + b"done\n")
    pairs = (line.split() for line in marks.read_text().splitlines())
    return {int(mark[1:]): sha for mark, sha in pairs}
