"""The sections of push notes, in both forms that teams have written them in.

The markdown form has headings (`## Blockers:`), the plain form of 2017 lines at the margin that
end with a colon (`Blockers:`), `To pick.` over two lines, and no heading for its start and end.
Either may have a heading in a form that is not its own: that counts where the kind has none else.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY
from functools import cached_property, partial

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.push.notes.headings import Form, Heading, Headings, clipped
from runbook_lib.policy.push.notes.lines import LONGEST, Line, read_lines
from runbook_lib.policy.push.notes.wording import USUAL, Wording, plain_words

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
    "picks pushing": r"cherry ?picks? ?(and|then)? push(ing)?|push(ing)? ?(and|of)? cherry ?picks?",
}
"""How the headings of the real notes read once they are plain words; the last is two at once."""


@frozen
class Section(Heading):
    """A stretch of a document under one heading, to before line `last`.

    `kind` is one of `wording.Kind`, or several with blanks between, or empty for a section that
    people added; `name` is its heading as written.
    """

    _: KW_ONLY
    last: int


@frozen
class Layout:
    """A document's lines and sections."""

    lines: tuple[Line, ...]
    wording: Wording = USUAL

    @classmethod
    def of(cls, text: str, wording: Wording = USUAL) -> "Layout":
        """Read any text; one that holds no push notes has no section of a known kind."""
        return cls(read_lines(text), wording)

    @property
    def headings(self) -> Headings:
        """Its headings, by the words that are known here."""
        return Headings(self.lines, partial(kind_of, wording=self.wording))

    @cached_property
    def form(self) -> Form:
        """The form that more of the known headings have."""
        return self.headings.form

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Its sections, from above."""
        return tuple(spread(self.headings.all_of(self.form), self.lines))

    @property
    def head(self) -> tuple[Line, ...]:
        """The lines before the first section: the title, and whose turn it is."""
        return self.lines[: self.sections[0].first] if self.sections else self.lines

    def find(self, kind: str) -> Section | None:
        """The first section of a kind; one that is of this kind alone comes before others."""
        found = [section for section in self.sections if kind in section.kind.split()]
        return min(found, key=lambda section: section.kind != kind, default=None)

    def body(self, kind: str) -> Iterator[Line]:
        """The content of each section of a kind, what stands beside its heading too."""
        for at, section in enumerate(self.sections):
            if kind in section.kind.split():
                yield from self.content(section, self.sections[at + 1 : at + 2])

    def content(self, section: Section, following: Sequence[Section]) -> Iterator[Line]:
        """The content of a section, as far as the next begins; a heading's words are blanks."""
        end = [(one.first, one.begin) for one in following if one.begin]
        if section.rest:
            stop = next((column for number, column in end if number == section.first), None)
            yield clipped(self.lines[section.first], section.rest, stop)
        yield from self.lines[section.body : section.last]
        for number, column in end:
            if number > section.first:
                yield clipped(self.lines[number], 0, column)

    def kind_at(self, number: int) -> str:
        """The kind of the section that a line is in."""
        found = self.section_at(number)
        return found.kind if found else ""

    def section_at(self, number: int) -> Section | None:
        """The section that a line is in; from the first on, each line is in one."""
        at = bisect_right(self.sections, number, key=lambda section: section.first)
        return self.sections[at - 1] if at else None


def open_notes(text: str, wording: Wording = USUAL) -> Layout:
    """The layout of push notes; raises `Refused` for a text that holds none, or can't be read."""
    layout = Layout.of(text, wording)
    long = next((line for line in layout.lines if len(line.text) > LONGEST), None)
    if long:
        raise Refused(
            f"expected lines of {LONGEST} characters at most in the push notes, found "
            f"{len(long.text)} in line {long.number + 1}; break it"
        )
    if not any(section.kind for section in layout.sections):
        raise Refused(
            f"expected push notes with sections such as {wording.listed('pushing', 'blockers')}; "
            f"found a text of {plural(len(layout.lines), 'line')} without one of them; make the "
            "notes from the template, or give the document its headings back"
        )
    return layout


def kind_of(name: str, wording: Wording = USUAL) -> str:
    """The kind of section that a heading names; empty for one that people made up."""
    plain = plain_words(name)
    usual = (kind for kind, known in WORDS.items() if re.fullmatch(known, plain))
    return wording.own.get(plain) or next(usual, "")


def spread(headings: Sequence[Heading], lines: Sequence[Line]) -> Iterator[Section]:
    """Each heading with the lines up to the next."""
    ends = [heading.first for heading in headings[1:]] + [len(lines)]
    for found, end in zip(headings, ends, strict=False):
        yield Section(**vars(found), last=end)
