"""The archive's branch, commit by commit, as its objects have it."""

import re
from collections.abc import Iterator
from functools import cached_property

from runbook_lib.archive.message import read_trailers
from runbook_lib.frozen import frozen
from runbook_lib.proof.objects import Object, in_parts, read_objects
from runbook_lib.services.git.git import Git, one_a_line

PERSON = re.compile(r"(?P<name>.*?) ?<(?P<email>[^>]*)> (?P<time>-?\d+) [+-]\d{4}")
COMMITS = 1000
"""How many commits are compared with their parents by one process."""


@frozen
class Person:
    """Who did something, and when: seconds since 1970."""

    name: str
    email: str
    time: int


@frozen
class Commit:
    """A commit as its bytes have it; `headers` in their order, a name may come twice."""

    name: str
    headers: tuple[tuple[str, str], ...]
    message: str

    def values(self, header: str) -> list[str]:
        """What the headers of that name say."""
        return [value for name, value in self.headers if name == header]

    @property
    def parents(self) -> list[str]:
        """The commits before it."""
        return self.values("parent")

    @property
    def tree(self) -> str:
        """The name of its tree."""
        return self.values("tree")[0]

    @property
    def author(self) -> Person:
        """Whose record it is, and when that ended."""
        return person(self.values("author")[0])

    @property
    def committer(self) -> Person:
        """Who archived it, and when."""
        return person(self.values("committer")[0])

    @property
    def signature(self) -> str:
        """Its signature as it stands in the commit, empty without."""
        return "\n".join(self.values("gpgsig"))

    @cached_property
    def said(self) -> dict[str, str]:
        """Its trailers."""
        return read_trailers(self.message)

    @property
    def session(self) -> str:
        """The session that it says it is of."""
        return self.said.get("Session", "")

    @property
    def run(self) -> str:
        """The run that it says its session is of."""
        return self.said.get("Run", "")


@frozen
class Change:
    """What a commit does to one file: git's letter for it (`A` adds), mode, blob and path."""

    letter: str
    mode: str
    blob: str
    path: str


def person(text: str) -> Person:
    """Who and when, as a commit's header says it; long ago where that can't be read."""
    found = PERSON.fullmatch(text)
    return Person(found["name"], found["email"], int(found["time"])) if found else Person("", "", 0)


def read_commit(found: Object) -> Commit | None:
    """A commit from its object; None where it is damaged, or is none."""
    if not found.whole or found.kind != "commit":
        return None
    text = found.data.decode(errors="surrogateescape")
    head, _, message = text.partition("\n\n")
    lines = head.replace("\n ", "\0").split("\n")
    pairs = [line.replace("\0", "\n").partition(" ") for line in lines]
    return Commit(found.name, tuple((name, value) for name, _, value in pairs), message)


def read_history(git: Git, tip: str) -> Iterator[tuple[str, Commit | None]]:
    """All commits up to the tip, oldest first; None where one is damaged."""
    answer = git.ask("rev-list", "--reverse", "--topo-order", tip, "--")
    names = answer.lines if answer.status == 0 else list(reversed(list(walk_back(git, tip))))
    for part in in_parts(names, COMMITS):
        found = read_objects(git, part)
        for name in part:
            yield name, read_commit(found[name])


def walk_back(git: Git, tip: str) -> Iterator[str]:
    """The commits from the tip back to the first one that is damaged, one by one."""
    seen: set[str] = set()
    name = tip
    while name and name not in seen:
        yield name
        seen.add(name)
        commit = read_commit(read_objects(git, [name])[name])
        name = commit.parents[0] if commit and commit.parents else ""


def read_changes(git: Git, names: list[str]) -> dict[str, list[Change] | None]:
    """What each commit changes of its parent's tree; None where that can't be read."""
    if not names:
        return {}
    shown = ("-r", "--root", "-z", "--no-renames", "--no-abbrev")
    asked = one_a_line(names)
    answer = git.ask("diff-tree", "--stdin", *shown, stdin=asked)
    if answer.status == 0:
        found: dict[str, list[Change] | None] = {name: [] for name in names}
        return found | dict(parse_changes(answer.fields))
    if len(names) == 1:
        return {names[0]: None}
    half = len(names) // 2
    return read_changes(git, names[:half]) | read_changes(git, names[half:])


def parse_changes(fields: list[str]) -> Iterator[tuple[str, list[Change]]]:
    """What `git diff-tree --stdin -z` wrote."""
    left, commit, changes = iter(fields), "", list[Change]()
    for text in left:
        if text.startswith(":"):
            _, mode, _, blob, letter = text.split(" ")
            changes.append(Change(letter, mode, blob, next(left)))
            continue
        if commit:
            yield commit, changes
        commit, changes = text, []
    if commit:
        yield commit, changes
