"""Commits, and what their messages say in the words of clog and of Conventional Commits.

Version, changelog and accounting all read them here, with the types of `convention`. Any text at
all can be read; what follows no convention has the kind "none".
"""

import re
from collections.abc import Iterable
from dataclasses import field
from datetime import datetime
from functools import cached_property

from runbook_lib.frozen import frozen
from runbook_lib.policy.breaking import breaking_texts
from runbook_lib.policy.convention import KNOWN, RELEASED, Convention, Kind
from runbook_lib.policy.visible import Shown

CLOSES_PATTERN = r"\b(?i:closes|fixes|resolves):?\s+((?:#[0-9]+(?:,\s*)?)+)"
"""Where a message names the issues that it closes; clog knows the capitalised words alone."""
CLOSES = re.compile(CLOSES_PATTERN)
BREAKS = re.compile(r"\b(?:Breaks|Broke):?\s+((?:#[0-9]+(?:,\s*)?)+)")
"""Where a message names what it breaks, in clog's words."""

HEADER = re.compile(
    r"(?P<type>[A-Za-z][\w-]*) ?(?:\((?P<scope>(?:[^()]|\([^()]*\))*)\))?(?P<bang>!)?:(?P<text>.*)",
    re.DOTALL,
)
TAKEN_BACK = re.compile(r'(?P<how>Revert|Reapply) "(?P<subject>.*)"[^"]*', re.DOTALL)
"""The subject that `git revert` writes, also where a pull request's number follows it."""
SHORT = 9
"""How many characters of a commit's id a person is shown."""


@frozen
class Pull:
    """A merged pull request: it speaks for its commits where a profile wants it so.

    `commit` is the one that it was merged as.
    """

    number: int
    title: str
    labels: tuple[str, ...]
    commit: str


@frozen
class Commit(Shown):
    """One commit: `date` is the committer's, `subject` one line, `body` all that follows it.

    `note` is what has to be said of it besides, `dropped` why it counts for nothing (it was
    reverted), `pull` the pull request that speaks for it.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    date: datetime
    subject: str
    body: str = ""
    note: str = field(default="", compare=False)
    dropped: str = field(default="", compare=False)
    pull: Pull | None = field(default=None, compare=False)
    convention: Convention = field(default=KNOWN, compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.id:.{SHORT}} {self.headline}{self.note}"

    @property
    def headline(self) -> str:
        """What speaks for it, in one line: its subject, or its pull request's title."""
        return f"{self.pull.title} (#{self.pull.number})" if self.pull else self.subject

    @property
    def message(self) -> str:
        """Subject and body, as git shows them."""
        return f"{self.subject}\n\n{self.body}" if self.body else self.subject

    @property
    def is_merge(self) -> bool:
        """Whether it has more than one parent."""
        return len(self.parents) > 1

    @property
    def kind(self) -> Kind:
        """What the commit says it is; one that was dropped is nothing that users notice."""
        if self.dropped:
            return "other"
        if self.label:
            return self.convention.kinds.get(self.label, "none")
        return kind_of(self.headline, self.convention)

    @property
    def label(self) -> str:
        """The type that the labels of its pull request stand for; may be empty."""
        return self.convention.labelled(self.pull.labels) if self.pull else ""

    @property
    def type(self) -> str:
        """The type in lower case ("feat", "chore"); empty where no convention is followed."""
        return self.label or (self.header["type"].lower() if self.header else "")

    @property
    def scope(self) -> str:
        """The part of the project that the subject names in parentheses; may be empty."""
        return (self.header["scope"] or "").strip() if self.header else ""

    @property
    def summary(self) -> str:
        """The subject without type and scope."""
        return self.header["text"].strip() if self.header else self.headline.strip()

    @property
    def breaking(self) -> bool:
        """Whether it breaks what worked before.

        Said by `!` after the type, by a type that breaks ("breaks" or "breaking"), by a line that
        begins with "BREAKING:" or "BREAKING CHANGE:" and says what, or by clog's "Breaks #n".
        """
        if self.dropped:
            return False
        bang = bool(self.header and self.header["bang"])
        return bang or self.type in self.convention.breaks or bool(self.breaks or self.broken)

    @cached_property
    def breaks(self) -> tuple[str, ...]:
        """What it says that it breaks, a line each."""
        return breaking_texts(self.message)

    @property
    def broken(self) -> list[str]:
        """The numbers of the issues that it breaks, in clog's words."""
        return issue_numbers(BREAKS, self.message)

    @property
    def closes(self) -> list[str]:
        """The numbers of the issues that it closes."""
        return issue_numbers(CLOSES, self.message)

    @property
    def belongs(self) -> bool:
        """Whether a changelog has a place for it."""
        return self.breaking or self.kind in RELEASED

    @cached_property
    def header(self) -> re.Match[str] | None:
        """The subject taken apart, where it begins with a known type."""
        return find_header(self.headline, self.convention)


def find_header(subject: str, convention: Convention) -> re.Match[str] | None:
    """A subject taken apart, where it begins with a type that the convention knows."""
    found = HEADER.fullmatch(subject)
    return found if found and found["type"].lower() in convention.kinds else None


def kind_of(subject: str, convention: Convention) -> Kind:
    """What a subject says; what was released is mended by what takes it back (`Revert "feat: …"`).

    As a revert of a revert, `Reapply "…"` says what it brings back.
    """
    back = False
    while found := TAKEN_BACK.fullmatch(subject):
        back ^= found["how"] == "Revert"
        subject = found["subject"]
    header = find_header(subject, convention)
    kind = convention.kinds[header["type"].lower()] if header else "none"
    return "fix" if back and kind in RELEASED else kind


def issue_numbers(pattern: re.Pattern[str], message: str) -> list[str]:
    """The numbers that follow a word in a message, each once."""
    found = (number for listed in pattern.findall(message) for number in re.findall(r"\d+", listed))
    return list(dict.fromkeys(found))


def standing(commits: Iterable[Commit]) -> list[Commit]:
    """Those that count: a version is chosen and a changelog written from them alone."""
    return [commit for commit in commits if not commit.dropped]
