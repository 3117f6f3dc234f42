"""All that others could see of a sandbox's world, as values that two worlds are compared by."""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.release.world import git, refs_of

OWN = {"setting", "account", "granted", "person", "cursor", "job", "fault", "sqlite_sequence"}
"""The tables that are the sandbox's own."""
MOVING = {"id", "ts", "txn", "digest"}
"""The columns that say when, or in which order, and not what; a digest is that of a text there."""

WHEN = re.compile(
    r"\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{9})\b"
    r"|\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|\+[\d:]+)?|#c\d+\b"
)
"""What moves where people are waited for: times, ids of commits, numbers of comments."""
CLOCK = re.compile(r"\b\d{1,2}:\d\d(:\d\d)?\b")
NOTES = "pelican/notes"
"""The repository in which people write down when something was."""
DATED = "refs/heads/locales-"
"""The branches with files that say when they were made."""
MAIN = "refs/heads/main"
CREATED = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d[+-]\d{4}|^index .*$", re.MULTILINE)

Seen = dict[str, Any]


def see(folder: Path) -> Seen:
    """The refs of all repositories, and the rows of all tables, however often each is there."""
    repositories = sorted((folder / "git").glob("*/*.git"))
    refs = {f"{path.parent.name}/{path.stem}": seen_in(path) for path in repositories}
    with closing(sqlite3.connect(folder / "world.sqlite")) as database:
        database.row_factory = sqlite3.Row
        return {**refs, **{name: rows_of(database, name) for name in tables_of(database)}}


def seen_in(repository: Path) -> dict[str, str]:
    """A repository's refs; what holds the time of its making is seen by its text instead."""
    if not repository.match(f"{NOTES}.git"):
        refs = refs_of(repository)
        dated = [ref for ref in refs if ref.startswith(DATED)]
        return refs | {ref: text_of(repository, ref) for ref in [*dated, MAIN] if dated}
    names = git(repository, "ls-tree", "-r", "--name-only", "main").splitlines()
    texts = {name: CLOCK.sub("(time)", git(repository, "show", f"main:{name}")) for name in names}
    return {**texts, "history": git(repository, "log", "--format=%an %s", "main")}


def text_of(repository: Path, ref: str) -> str:
    """The newest commits of a branch, without the times in them."""
    newest = git(repository, "log", "-5", "--format=%an %s", "--patch", ref)
    return CREATED.sub("(time)", newest)


def tables_of(database: sqlite3.Connection) -> Iterator[str]:
    """The names of the tables that are compared."""
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        if name not in OWN:
            yield name


def rows_of(database: sqlite3.Connection, name: str) -> dict[str, int]:
    """The rows of a table without what moves, and how often each is there."""
    rows = [dict(row) for row in database.execute(f'SELECT * FROM "{name}"')]
    kept = ({k: v for k, v in row.items() if k not in MOVING} for row in rows)
    texts = (json.dumps(row, sort_keys=True, default=repr) for row in kept)
    return Counter(WHEN.sub("…", text) for text in texts)


def differences(expected: Seen, found: Seen) -> list[str]:
    """What is missing, and what is there besides, in words."""
    return [
        line
        for name in sorted({*expected, *found})
        if expected.get(name) != found.get(name)
        for line in changed(name, expected.get(name, {}), found.get(name, {}))
    ]


def changed(name: str, expected: Seen, found: Seen) -> Iterator[str]:
    """Each entry of a table, or of a list of refs, that is not as it was expected."""
    for key in sorted({*expected, *found}):
        if expected.get(key) != found.get(key):
            yield f"{name}: {key}: expected {expected.get(key)}, found {found.get(key)}"[:1500]
