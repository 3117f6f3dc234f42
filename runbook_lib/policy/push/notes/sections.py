"""The sections of push notes, in both forms that teams have written them in.

The markdown form has headings (`## Blockers:`), the plain form of 2017 lines at the margin that
end with a colon (`Blockers:`), `To pick.` over two lines, and no heading for its start and end.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from runbook_lib.errors import Refused
from runbook_lib.policy.plural import plural
from runbook_lib.policy.push.notes.lines import LONGEST, Line, read_lines

Form = Literal["markdown", "plain"]

HEADINGS = {
    "shipping": "Notable things shipping:",
    "blockers": "Blockers:",
    "picks": "Cherry-picks:",
    "pushing": "Pushing:",
    "before_push": "Before we push:",
    "before_start": "Before we start:",
    "before_promote": "Before we promote:",
    "after": "After we're done:",
    "stats": "Stats",
}
"""The kinds of sections in the order of a document, and what each is called in the template."""

WORDS = {
    "shipping": r"notable( things)?( shipping| expected to ship)?",
    "blockers": r"blockers?|blocking (bugs|issues)",
    "picks": r"cherry ?picks?|to pick( link to the actual commits .*)?|picks",
    "pushing": r"pushing",
    "before_push": r"before (we|the) push",
    "before_start": r"before we start",
    "before_promote": r"before we promote",
    "after": r"after (we re|we are) done|after the push|post push",
    "stats": r"stats|statistics",
}
"""How the headings of the real notes read once they are plain words."""

HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?P<gap>[ \t]*)(?P<name>.*?)(?:[ \t]+#+)?[ \t\r]*")
MARGIN = re.compile(r"(?:-{3,}\d?[ \t]*)?[*_]*(?P<name>[A-Za-z][^:]*?):[*_]*[ \t]*(?P<rest>.*)")
TO_PICK = re.compile(r"to pick\b", re.IGNORECASE)
TO_PICK_LINES = 3
STAT = re.compile(r"(?P<what>start|end)(?:[ \t]+time)?[ \t]*:", re.IGNORECASE)


@dataclass(frozen=True)
class Section:
    """A stretch of a document under one heading.

    `kind` is one of `HEADINGS`, or empty for a section that people added; `name` is its heading as
    written. It goes from line `first` to before line `last`; its content begins at line `body`.
    """

    kind: str
    name: str
    first: int
    body: int
    last: int
    level: int = 0


@dataclass(frozen=True)
class Heading:
    """Where a section begins: its lines, from `first` to before `body`."""

    kind: str
    name: str
    first: int
    body: int
    level: int = 0


@dataclass(frozen=True)
class Layout:
    """A document's lines and sections."""

    lines: tuple[Line, ...]

    @classmethod
    def of(cls, text: str) -> "Layout":
        """Read any text; one that holds no push notes has no section of a known kind."""
        return cls(read_lines(text))

    @cached_property
    def form(self) -> Form:
        """The form that more of the known headings have."""
        plain, marked = list(margin_headings(self.lines)), list(marked_headings(self.lines))
        known = sum(bool(heading.kind) for heading in marked)
        return "plain" if sum(bool(heading.name) for heading in plain) > known else "markdown"

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Its sections, from above."""
        find = margin_headings if self.form == "plain" else marked_headings
        return tuple(spread(sorted(find(self.lines), key=lambda found: found.first), self.lines))

    @property
    def head(self) -> tuple[Line, ...]:
        """The lines before the first section: the title, and whose turn it is."""
        return self.lines[: self.sections[0].first] if self.sections else self.lines

    def find(self, kind: str) -> Section | None:
        """The first section of a kind."""
        return next((section for section in self.sections if section.kind == kind), None)

    def body(self, kind: str) -> Iterator[Line]:
        """The content of each section of a kind, of the plain form's headings too."""
        for section in self.sections:
            if section.kind == kind:
                start = section.first if self.form == "plain" else section.body
                yield from self.lines[start : section.last]

    def kind_at(self, number: int) -> str:
        """The kind of the section that a line is in."""
        found = self.section_at(number)
        return found.kind if found else ""

    def section_at(self, number: int) -> Section | None:
        """The section that a line is in; from the first on, each line is in one."""
        at = bisect_right(self.sections, number, key=lambda section: section.first)
        return self.sections[at - 1] if at else None


def open_notes(text: str) -> Layout:
    """The layout of push notes; raises `Refused` for a text that holds none, or can't be read."""
    layout = Layout.of(text)
    long = next((line for line in layout.lines if len(line.text) > LONGEST), None)
    if long:
        raise Refused(
            f"expected lines of {LONGEST} characters at most in the push notes, found "
            f"{len(long.text)} in line {long.number + 1}; break it"
        )
    if not any(section.kind for section in layout.sections):
        raise Refused(
            f"expected push notes with sections such as {listed(('pushing', 'blockers'))}; found a "
            f"text of {plural(len(layout.lines), 'line')} without one of them; make the notes "
            "from the template, or give the document its headings back"
        )
    return layout


def listed(kinds: Sequence[str]) -> str:
    """Headings, as a message names them."""
    return ", ".join(HEADINGS[kind].rstrip(":") for kind in kinds)


def kind_of(name: str) -> str:
    """The kind of section that a heading names; empty for one that people made up."""
    words = re.sub(r"\([^()]*\)|\W|_", " ", name.lower()).split()
    plain = " ".join(words)
    return next((kind for kind, known in WORDS.items() if re.fullmatch(known, plain)), "")


def marked_headings(lines: Sequence[Line]) -> Iterator[Heading]:
    """The headings of markdown that begin a section: known ones, and others of the second level."""
    for line in lines:
        found = HEADING.fullmatch(line.live)
        if found is None:
            continue
        kind, level = kind_of(found["name"]), len(found["marks"])
        if kind or (level == 2 and found["gap"]):
            yield Heading(kind, found["name"], line.number, line.number + 1, level)


def margin_headings(lines: Sequence[Line]) -> Iterator[Heading]:
    """The headings of the plain form; only known ones, for any line may end with a colon."""
    for line in lines:
        found = MARGIN.match(line.live)
        if TO_PICK.match(line.live):
            yield to_pick_heading(lines, line)
        elif found and (kind := kind_of(found["name"])):
            yield Heading(kind, f"{found['name']}:", line.number, line.number + 1)
    yield from stat_heading(lines)


def to_pick_heading(lines: Sequence[Line], line: Line) -> Heading:
    """`To pick. Link to the actual commits …` goes on until a colon ends it."""
    parts = lines[line.number : line.number + TO_PICK_LINES]
    ends = (part.number + 1 for part in parts if part.live.rstrip().endswith(":"))
    body = next(ends, line.number + 1)
    name = " ".join(part.live.strip() for part in lines[line.number : body])
    return Heading("picks", name, line.number, body)


def stat_heading(lines: Sequence[Line]) -> Iterator[Heading]:
    """The plain form has no heading over its start and end: the last start begins them."""
    found = [(line, match["what"].lower()) for line in lines if (match := STAT.match(line.live))]
    starts = [line for line, what in found if what == "start"]
    for line in (starts or [line for line, _ in found])[-1:]:
        yield Heading("stats", "", line.number, line.number)


def spread(headings: Sequence[Heading], lines: Sequence[Line]) -> Iterator[Section]:
    """Each heading with the lines up to the next."""
    ends = [heading.first for heading in headings[1:]] + [len(lines)]
    for found, end in zip(headings, ends, strict=False):
        yield Section(found.kind, found.name, found.first, found.body, end, found.level)
