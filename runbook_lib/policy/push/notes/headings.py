"""Where the sections of push notes begin: headings of markdown, of the plain form, and others.

What a heading's words mean is said by whoever asks: `kind_of`, the kind of a name, or nothing.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.policy.push.notes.dates import without_date
from runbook_lib.policy.push.notes.lines import Line

Form = Literal["markdown", "plain"]

HEADING = re.compile(r" {0,3}(?P<marks>#{1,6})(?P<gap>[ \t]*)(?P<name>.*?)(?:[ \t]+#+)?[ \t\r]*")
MARGIN = re.compile(r"(?:-{3,}\d?[ \t]*)?[*_]*(?P<name>[^\W_][^:]*?):[*_]*[ \t]*(?P<rest>.*)")
ALONE = re.compile(r"[ \t]*[*_]*(?P<name>[^\W_][^:]{0,79}?)(?::[*_]*|[*_]+:?)[ \t\r]*")
"""A heading that has its line to itself: set in, or in bold."""
TO_PICK = re.compile(r"to pick\b", re.IGNORECASE)
TEMPLATE = re.compile(r"\bto pick\b[.:]?[ \t]+link\b", re.IGNORECASE)
"""How the template's own heading over the picks begins, wherever it stands in a line."""
TO_PICK_LINES = 3
STAT = re.compile(r"(?P<what>start|end)(?:[ \t]+time)?[ \t]*:", re.IGNORECASE)


@frozen
class Heading:
    """Where a section begins: its lines, from `first` to before `body`.

    What stands before column `begin` of the first one is the section before's; where `rest` is not
    0, the content begins there already.
    """

    kind: str
    name: str
    first: int
    body: int
    level: int = 0
    begin: int = 0
    rest: int = 0


@frozen
class Headings:
    """The headings of a document's lines."""

    lines: Sequence[Line]
    kind_of: Callable[[str], str]

    @property
    def form(self) -> Form:
        """The form that more of the known headings have."""
        known = sum(bool(heading.kind) for heading in self.marked())
        plain = sum(bool(heading.name) for heading in self.all_of("plain"))
        return "plain" if plain > known else "markdown"

    def all_of(self, form: Form) -> tuple[Heading, ...]:
        """The headings of a form, and those of neither, where a kind has none else; in order."""
        found = tuple(self.margin() if form == "plain" else self.marked())
        kinds = {heading.kind for heading in found}
        others = {
            (one.kind, one.first): one
            for one in (*self.alone(), *self.template())
            if one.kind not in kinds
        }
        return tuple(sorted((*found, *others.values()), key=lambda heading: heading.first))

    def marked(self) -> Iterator[Heading]:
        """The headings of markdown: known ones, and others of the second level.

        A date beside the words of a title makes it none.
        """
        headings = ((line, found) for line in self.lines if (found := HEADING.fullmatch(line.live)))
        for count, (line, found) in enumerate(headings):
            level = len(found["marks"])
            read = self.dated_kind if count or level > 1 else self.kind_of
            kind = read(found["name"])
            if kind or (level == 2 and found["gap"]):
                yield Heading(kind, found["name"], line.number, line.number + 1, level)

    def margin(self) -> Iterator[Heading]:
        """The headings of the plain form; only known ones, for any line may end with a colon."""
        for line in self.lines:
            found = MARGIN.match(line.live)
            if TO_PICK.match(line.live) and self.begins_paragraph(line):
                yield self.to_pick(line)
            elif found and (kind := self.dated_kind(found["name"])):
                rest = found.start("rest") if found["rest"].strip() else 0
                yield Heading(kind, f"{found['name']}:", line.number, line.number + 1, rest=rest)
        yield from stat_heading(self.lines)

    def alone(self) -> Iterator[Heading]:
        """Lines that are nothing but a known heading."""
        for line in self.lines:
            found = ALONE.fullmatch(line.live)
            if found and (kind := self.dated_kind(found["name"])):
                yield Heading(kind, f"{found['name']}:", line.number, line.number + 1)

    def template(self) -> Iterator[Heading]:
        """The template's heading over the picks, in the middle of a paragraph or of a line."""
        for line in self.lines:
            if found := TEMPLATE.search(line.live):
                yield replace(self.to_pick(line), begin=found.start())

    def to_pick(self, line: Line) -> Heading:
        """`To pick. Link to the actual commits …` goes on until a colon ends it."""
        below = self.lines[line.number + 1 : line.number + TO_PICK_LINES]
        words = takewhile(lambda part: part.content and not part.item["bullet"], below)
        ends = (part.number + 1 for part in (line, *words) if part.live.rstrip().endswith(":"))
        body = next(ends, line.number + 1)
        name = " ".join(part.live.strip() for part in self.lines[line.number : body])
        return Heading("picks", name, line.number, body)

    def begins_paragraph(self, line: Line) -> bool:
        """Whether a line goes on with none: in the middle of a paragraph *to pick* is a verb."""
        return line.number == 0 or self.lines[line.number - 1].empty

    def dated_kind(self, name: str) -> str:
        """The kind that a heading names, which may have a date beside its words."""
        return self.kind_of(name) or self.kind_of(without_date(name))


def stat_heading(lines: Sequence[Line]) -> Iterator[Heading]:
    """The plain form has no heading over its start and end: the last start begins them."""
    found = [(line, match["what"].lower()) for line in lines if (match := STAT.match(line.live))]
    starts = [line for line, what in found if what == "start"]
    for line in (starts or [line for line, _ in found])[-1:]:
        yield Heading("stats", "", line.number, line.number)


def clipped(line: Line, start: int, stop: int | None) -> Line:
    """A line with blanks for what stands before a column of it, and without what follows one."""
    return replace(line, live=" " * start + line.live[start:stop])
