"""When the push began and ended, as the notes say."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from runbook_lib.policy.push_notes.lines import BULLET, Line
from runbook_lib.policy.push_notes.sections import Layout

Stat = Literal["start", "end"]

LINE = re.compile(
    rf"(?P<label>[ \t]*(?:{BULLET}[ \t]+)?[*_]*(?P<what>start|end)(?:[ \t]+time)?[ \t]*:[*_]*)"
    r"[ \t]*(?P<value>.*?)[ \t\r]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Stats:
    """When the push began and ended, in people's own words; empty where nobody has said."""

    start: str = ""
    end: str = ""

    def __str__(self) -> str:
        return f"start {self.start or 'not written'}, end {self.end or 'not written'}"


@dataclass(frozen=True)
class StatLine:
    """A line for a start or an end: all before the value, and the value."""

    line: Line
    what: str
    label: str
    value: str


def stat_lines(layout: Layout) -> Iterator[StatLine]:
    """The lines for starts and ends under *Stats*."""
    for line in layout.body("stats"):
        if found := LINE.fullmatch(line.live):
            yield StatLine(line, found["what"].lower(), found["label"], found["value"])


def find_stat(layout: Layout, what: Stat) -> StatLine | None:
    """The first line for a start or an end."""
    return next((found for found in stat_lines(layout) if found.what == what), None)


def find_stats(layout: Layout) -> Stats:
    """The start and the end that a document has."""
    start, end = find_stat(layout, "start"), find_stat(layout, "end")
    return Stats(start.value if start else "", end.value if end else "")
