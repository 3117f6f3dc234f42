"""Commits, and what their messages say in the words of clog and of Conventional Commits.

The types and footers are those of clog (https://github.com/clog-tool/clog-lib) and of
https://www.conventionalcommits.org/en/v1.0.0/. Any text at all can be read; what follows no
convention has the kind "none".
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal

from runbook_lib.policy.visible import Shown

Kind = Literal["feature", "fix", "performance", "other", "none"]
"""What a commit says it is: "other" follows the convention with any other type (chore, docs …)."""

TYPES: dict[Kind, tuple[str, ...]] = {
    "feature": ("feat", "ft", "feature"),
    "fix": ("fix", "fx"),
    "performance": ("perf",),
}
"""The types that a release's version depends on; clog knows all of them but "feature"."""

BREAKING_PATTERN = (
    r"(?m:^BREAKING(?:[ -]CHANGES?)?:)"
    r"|\A(?i:break(?:s|ing))(?:\([^()]*\))?:"
    r"|\b(?:Breaks|Broke):?\s+(?:#[0-9]+(?:,\s*)?)+"
)
"""Where a message says that it breaks something, `!` aside; clog takes any "breaking" for it."""

CLOSES_PATTERN = r"\b(?i:closes|fixes|resolves):?\s+((?:#[0-9]+(?:,\s*)?)+)"
"""Where a message names the issues that it closes; clog knows the capitalised words alone."""

HEADER = re.compile(
    r"(?P<type>[A-Za-z][\w-]*) ?(?:\((?P<scope>[^()]*)\))?(?P<bang>!)?:(?P<text>.*)", re.DOTALL
)
BREAKING = re.compile(BREAKING_PATTERN)
SHORT = 9
"""How many characters of a commit's id a person is shown."""


@dataclass(frozen=True)
class Commit(Shown):
    """One commit: `date` is the committer's, `subject` one line, `body` all that follows it.

    `note` is what has to be said of it besides.
    """

    id: str
    parents: tuple[str, ...]
    author: str
    date: datetime
    subject: str
    body: str = ""
    note: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.id:.{SHORT}} {self.subject}{self.note}"

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
        """What the commit says it is."""
        if not self.type:
            return "none"
        return next((kind for kind, types in TYPES.items() if self.type in types), "other")

    @property
    def type(self) -> str:
        """The type in lower case ("feat", "chore"); empty where no convention is followed."""
        return self.header["type"].lower() if self.header else ""

    @property
    def scope(self) -> str:
        """The part of the project that the subject names in parentheses; may be empty."""
        return (self.header["scope"] or "").strip() if self.header else ""

    @property
    def summary(self) -> str:
        """The subject without type and scope."""
        return self.header["text"].strip() if self.header else self.subject.strip()

    @property
    def breaking(self) -> bool:
        """Whether it breaks what worked before.

        Said by `!` after the type, by the type "breaks" or "breaking", by a line that begins with
        "BREAKING:" or "BREAKING CHANGE:", or by clog's "Breaks #n".
        """
        bang = bool(self.header and self.header["bang"])
        return bang or bool(BREAKING.search(self.message))

    @cached_property
    def header(self) -> re.Match[str] | None:
        """The subject taken apart, where it follows the convention."""
        return HEADER.fullmatch(self.subject)
