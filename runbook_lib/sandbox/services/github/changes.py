"""What lies between two commits, file by file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.objects import git

STATES = {
    "A": "added",
    "D": "removed",
    "M": "modified",
    "R": "renamed",
    "C": "copied",
    "T": "changed",
}
LONGEST_PATCH = 100_000
"""Characters beyond which a file's patch is left out of an answer, as on GitHub."""


@dataclass(frozen=True)
class Change:
    """How one file differs; a binary one has no patch and counts no lines."""

    path: str
    before: str
    status: str
    sha: str
    additions: int = 0
    deletions: int = 0
    patch: str = ""


@lru_cache(maxsize=64)
def list_changes(folder: Path, before: str, after: str) -> tuple[Change, ...]:
    """The files that differ between two commits or trees, by their paths: one process."""
    output = git(
        folder,
        "diff-tree",
        "-r",
        "-z",
        "--find-renames",
        "--full-index",
        "--raw",
        "--numstat",
        "--patch",
        "--no-ext-diff",
        "--no-textconv",
        before,
        after,
        "--",
    )
    return parse_changes(output.decode("utf-8", "replace"))


def read_patch(folder: Path, before: str, after: str) -> bytes:
    """The whole difference as a patch."""
    return git(
        folder, "diff-tree", "-r", "-p", "--find-renames", "--no-ext-diff", before, after, "--"
    )


def parse_changes(text: str) -> tuple[Change, ...]:
    """What `git diff-tree -z --raw --numstat --patch` says."""
    changes, position = parse_raw(text)
    numbers, position = parse_numbers(text, position, len(changes))
    patches = re.split(r"(?m)^(?=diff --git )", text[position:].lstrip("\0"))
    bodies = [hunks(patch) for patch in patches if patch.startswith("diff --git ")]
    return tuple(
        replace(change, additions=plus, deletions=minus, patch=body)
        for change, (plus, minus), body in zip(changes, numbers, bodies, strict=True)
    )


def parse_raw(text: str) -> tuple[list[Change], int]:
    """The raw lines, and where they end."""
    changes, position = [], 0
    while text.startswith(":", position):
        words, position = token(text, position)
        _, _, old, new, letter = words[1:].split(" ")
        path, position = token(text, position)
        before = path
        if letter[0] in "RC":
            path, position = token(text, position)
        sha = old if letter[0] == "D" else new
        changes.append(Change(path, before, STATES.get(letter[0], "changed"), sha))
    return changes, position


def parse_numbers(text: str, position: int, count: int) -> tuple[list[tuple[int, int]], int]:
    """The lines added and deleted of so many files, and where they end."""
    numbers = []
    for _ in range(count):
        line, position = token(text, position)
        plus, minus, path = line.split("\t", 2)
        if not path:
            _, position = token(text, position)
            _, position = token(text, position)
        numbers.append((int(plus) if plus != "-" else 0, int(minus) if minus != "-" else 0))
    return numbers, position


def token(text: str, position: int) -> tuple[str, int]:
    """What stands before the next NUL, and the place after it."""
    end = text.index("\0", position)
    return text[position:end], end + 1


def hunks(patch: str) -> str:
    """A file's patch from its first hunk on."""
    start = patch.find("\n@@ ")
    body = patch[start + 1 :].removesuffix("\n") if start >= 0 else ""
    return body if len(body) <= LONGEST_PATCH else ""


def show_change(call: Call, change: Change, commit: str) -> dict[str, Any]:
    """One file that differs; `commit` is the side that it is shown at."""
    place = f"{commit}/{quote(change.path)}"
    moved = {"previous_filename": change.before} if change.before != change.path else {}
    patch = {"patch": change.patch} if change.patch else {}
    return {
        "sha": change.sha,
        "filename": change.path,
        "status": change.status,
        "additions": change.additions,
        "deletions": change.deletions,
        "changes": change.additions + change.deletions,
        "blob_url": f"{call.links.html}/blob/{place}",
        "raw_url": f"{call.links.html}/raw/{place}",
        "contents_url": call.links.file(change.path, commit),
        **patch,
        **moved,
    }


def show_stats(changes: Iterable[Change]) -> dict[str, int]:
    """The lines of all files together."""
    listed = list(changes)
    plus, minus = sum(one.additions for one in listed), sum(one.deletions for one in listed)
    return {"additions": plus, "deletions": minus, "total": plus + minus}
