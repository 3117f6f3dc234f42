"""The headings of a changelog: markdown's, reStructuredText's, and lines that are headings alone.

Which of them are releases is told by the version in them: clog's `## 1.9.0 (2018-07-26)` under an
anchor, Keep a Changelog's `## [1.9.0] - 2018-07-26`, `Version 1.9` underlined, and the like.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property, lru_cache

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.lines import fenced_lines, numbered_lines
from runbook_lib.policy.changelog.releases import (
    Named,
    belongs_below,
    is_unreleased,
    lead_of,
    read_release,
)
from runbook_lib.policy.changelog.restructured import ADORNED, is_restructured, read_adorned
from runbook_lib.policy.same_version import is_same

HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*")
ANCHOR = re.compile(
    r""" {0,3}<a (?:name|id)=(["'])[^"']*\1>\s*</a>[ \t]*|\.\. _[^:]+:[ \t]*""", re.IGNORECASE
)
REFERENCE = re.compile(r" {0,3}\[[^\]]+\]:")
"""A link reference, which is no heading, whatever is below it."""
NO_HEADING = re.compile(rf"\s*\Z|[ \t+>#|-]|{REFERENCE.pattern}")
LOWEST = 9
"""The level of a line that is a heading by what it says alone."""


@frozen
class Heading:
    """A heading: where it begins in the text (its anchor included) and ends, and what it says.

    A line below it that says its date, or *Unreleased*, and nothing else belongs to it.
    """

    start: int
    level: int
    text: str
    anchored: bool
    end: int = 0
    below: str = ""
    lead: str = ""
    """The name that stands before a version in this changelog, if one does."""

    @cached_property
    def named(self) -> Named | None:
        """The version that it is the heading of, if it is a release's."""
        return read_release(self.text, self.below, self.lead)

    @property
    def number(self) -> str:
        """That version as it is written; empty where it is no release's."""
        return self.named.token if self.named and not self.unreleased else ""

    @cached_property
    def unreleased(self) -> bool:
        """Whether it is that of what is not released yet."""
        return is_unreleased(self.text, self.below, self.lead)

    @property
    def certain(self) -> bool:
        """Whether it is a release's beyond doubt: it has an anchor or a date, or nothing else."""
        return self.named is not None and (self.anchored or self.named.certain)


@lru_cache(maxsize=32)
def read_headings(text: str) -> tuple[Heading, ...]:
    """All headings of a changelog; lines alone are headings where no other is a release's."""
    found = find_headings(text, adorned=is_restructured(text))
    if not any(heading.number or heading.unreleased for heading in found):
        found = sorted([*found, *line_headings(text)], key=lambda heading: heading.start)
    lead = common_lead(found)
    return tuple(replace(heading, lead=lead) for heading in found) if lead else tuple(found)


def common_lead(headings: list[Heading]) -> str:
    """The name before the version in headings, where several or one of a date have no other."""
    leads = Counter(filter(None, (lead_of(heading.text) for heading in headings)))
    if not leads or any(h.number and not lead_of(h.text) for h in headings):
        return ""
    lead, number = leads.most_common(1)[0]
    dated = any(heading.number and lead_of(heading.text) == lead for heading in headings)
    return lead if number > 1 or dated else ""


def find_headings(text: str, *, adorned: bool = False) -> list[Heading]:
    """All headings of a markdown text, those in fenced code left out.

    `adorned` is for those of reStructuredText: lines with any mark below them. The first mark
    stands for the highest level, and one that is over its line, too, is above that.
    """
    headings: list[Heading] = []
    lines = list(numbered_lines(text))
    fenced = set() if adorned else fenced_lines([line for _, line in lines])
    marks: list[str] = []
    anchor: int | None = None
    for number, (start, line) in enumerate(lines):
        if number in fenced:
            continue
        if ANCHOR.fullmatch(line):
            anchor = start
            continue
        if REFERENCE.match(line):
            continue
        following = lines[number + 1][1] if number + 1 < len(lines) else ""
        found = read_adorned(line, following, marks) if adorned else read_heading(line, following)
        if found:
            began = start_of(lines, number) if anchor is None else anchor
            level = found[0] - (adorned and start_of(lines, number) < start)
            heading = Heading(began, level, found[1], anchored=anchor is not None)
            headings.append(with_end(heading, lines, number))
        if line.strip() and not (adorned and ADORNED.fullmatch(line)):
            anchor = None
    return headings


def start_of(lines: list[tuple[int, str]], number: int) -> int:
    """Where a heading begins: at the line over it, where that is as the one below."""
    over, below = (lines[n][1] if 0 <= n < len(lines) else "" for n in (number - 1, number + 1))
    free = number < 2 or not lines[number - 2][1].strip()
    is_pair = free and over == below and ADORNED.fullmatch(over)
    return lines[number - 1][0] if is_pair else lines[number][0]


def with_end(heading: Heading, lines: list[tuple[int, str]], number: int) -> Heading:
    """The heading with its end: behind the mark below it, and behind its date."""
    last = number + (not HEADING.fullmatch(lines[number][1]) and heading.level != LOWEST)
    following = last + 1
    while following < len(lines) and not lines[following][1].strip():
        following += 1
    below = lines[following][1].strip() if following < len(lines) else ""
    told = read_release(heading.text, "") and belongs_below(below)
    if told:
        last = following
    end = lines[last + 1][0] if last + 1 < len(lines) else text_end(lines)
    return replace(heading, end=end, below=below if told else "")


def text_end(lines: list[tuple[int, str]]) -> int:
    """Where the last line ends, as far as a position can be told: behind any text."""
    start, line = lines[-1]
    return start + len(line) + 2


def read_heading(line: str, following: str) -> tuple[int, str] | None:
    """Level and text of a heading, if the line is one, alone or with the line under it."""
    if found := HEADING.fullmatch(line):
        return len(found[1]), found[2].strip()
    underline = UNDERLINE.fullmatch(following)
    if underline and line.strip() and not line.startswith(("*", "-", "+", ">", "    ", "\t", "=")):
        return (1 if underline[1].startswith("=") else 2), line.strip()
    return None


def line_headings(text: str) -> Iterator[Heading]:
    """The lines that are headings by what they say: `v1.9 / 2018-07-26`, `**1.9.0**`."""
    lines = list(numbered_lines(text))
    fenced = set() if is_restructured(text) else fenced_lines([line for _, line in lines])
    for number, (start, line) in enumerate(lines):
        if number in fenced or NO_HEADING.match(line):
            continue
        heading = Heading(start, LOWEST, line.strip(), anchored=False)
        alone = number == 0 or not lines[number - 1][1].strip()
        alone = alone or ADORNED.fullmatch(lines[number - 1][1]) is not None
        if alone and (heading.certain or heading.unreleased):
            yield with_end(heading, lines, number)


def is_of(heading: Heading, version: str) -> bool:
    """Whether a heading is that of a version, however it is written."""
    return bool(heading.number) and is_same(heading.number, version)
