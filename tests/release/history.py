"""Histories that a test writes down, as repositories on disk (by `git fast-import`)."""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.release.world import git

BEGAN = 1_600_000_000
RELEASES = 30
BETWEEN_RELEASES = 19
PERSON = "Iris Islander <iris@islands.example>"


@dataclass(frozen=True)
class Change:
    """One commit; with `side`, a merge of a branch with a commit for each of these subjects."""

    message: str
    files: dict[str, str] = field(default_factory=dict)
    tag: str = ""
    side: Sequence[str] = ()


def build(folder: Path, changes: Iterable[Change], *, branch: str = "main", onto: str = "") -> Path:
    """Make a repository with a working copy, or add to one; returns its folder."""
    if not onto:
        git(folder.parent, "init", "--quiet", f"--initial-branch={branch}", str(folder))
    stream = "".join(commands(changes, branch, onto))
    subprocess.run(
        ["git", "-C", folder, "fast-import", "--quiet"], input=stream.encode(), check=True
    )
    git(folder, "checkout", "--quiet", "--force", branch)
    return folder


def commands(changes: Iterable[Change], branch: str, onto: str) -> Iterator[str]:
    """What `git fast-import` is told."""
    mark, head = 0, f"refs/heads/{onto}^0" if onto else ""
    for change in changes:
        tip = head
        for subject in change.side:
            mark += 1
            path = f"side/{mark}.txt"
            yield commit("refs/heads/side", mark, subject, [tip], {path: subject})
            tip = f":{mark}"
        mark += 1
        parents = [head, *([tip] if change.side else [])]
        yield commit(f"refs/heads/{branch}", mark, change.message, parents, change.files)
        head = f":{mark}"
        if change.tag:
            yield f"tag {change.tag}\nfrom {head}\ntagger {stamp(mark)}\n{data(change.tag)}"


def commit(ref: str, mark: int, message: str, parents: list[str], files: dict[str, str]) -> str:
    """One commit as `git fast-import` reads it."""
    words = ("from", "merge")
    named = [parent for parent in parents if parent]
    lines = [f"{word} {parent}\n" for word, parent in zip(words, named, strict=False)]
    written = [f"M 100644 inline {path}\n{data(text)}" for path, text in files.items()]
    head = f"commit {ref}\nmark :{mark}\ncommitter {stamp(mark)}\n{data(message)}"
    return "".join([head, *lines, *written, "\n"])


def stamp(mark: int) -> str:
    """Who did it, and when."""
    return f"{PERSON} {BEGAN + mark * 3600} +0000"


def data(text: str) -> str:
    """A text as `git fast-import` reads it."""
    return f"data {len(text.encode())}\n{text}\n"


def history_of_years() -> Iterator[Change]:
    """A thousand commits and more, with merges and 30 tags; 2.6 is the last release."""
    yield Change("Initial commit", {"pyproject.toml": pyproject("0.0.0"), "README.md": "# L\n"})
    for number in range(1, 601):
        yield Change(
            subject(number),
            {f"lamp/{number % 40}.py": f"LIGHT = {number}\n"},
            side=[f"fix(side): turn {number} {part}" for part in "abcd"] if number % 5 == 0 else (),
        )
        release, between = divmod(number, BETWEEN_RELEASES)
        if not between and release <= RELEASES:
            version = f"{release // 12}.{release % 12}"
            text = pyproject(f"{version}.0")
            yield Change(f"chore: tag {version}", {"pyproject.toml": text}, tag=version)


def subject(number: int) -> str:
    """A subject as people write them: with the convention, and without."""
    kinds = (
        "feat(lens): polish",
        "fix: rust",
        "Fixed the thing again",
        "docs: explain",
        "feat!: turn the other way",
        "WIP",
        "Merge remote-tracking branch 'origin/main'",
        "perf(motor): spin",
    )
    kind = kinds[number % len(kinds)]
    is_newest = number > RELEASES * BETWEEN_RELEASES
    return f"{kind.replace('!', '') if is_newest else kind} {number}"


def pyproject(version: str) -> str:
    """The project's own file."""
    return f'[project]\nname = "lighthouse"\nversion = "{version}"\nrequires-python = ">=3.9"\n'
