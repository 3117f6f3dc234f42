"""When the push began and ended, as the notes say."""

import re
from collections.abc import Iterator
from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.policy.push.notes.adding import add_items
from runbook_lib.policy.push.notes.lines import BULLET, Line, insert_lines, replace_line
from runbook_lib.policy.push.notes.sections import Layout, open_notes
from runbook_lib.policy.push.notes.wording import USUAL, Wording

Stat = Literal["start", "end"]

LINE = re.compile(
    rf"(?P<label>[ \t]*(?:{BULLET}[ \t]+)?(?:\[[ xX]\][ \t]+)?"
    r"[*_]*(?P<what>start|end)(?:[ \t]+time)?[*_]*[ \t]*:[*_]*)"
    r"[ \t]*(?P<value>.*?)[ \t\r]*",
    re.IGNORECASE,
)


@frozen
class Stats:
    """When the push began and ended, in people's own words; empty where nobody has said."""

    start: str = ""
    end: str = ""

    def __str__(self) -> str:
        return f"start {self.start or 'not written'}, end {self.end or 'not written'}"


@frozen
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


def write_stat(text: str, what: Stat, moment: str, wording: Wording = USUAL) -> str:
    """Write when the push began or ended; what somebody has written there stays.

    Where the notes have no *Stats*, or no such line in them, it is added at their end.
    """
    layout = open_notes(text, wording)
    found = find_stat(layout, what)
    if found is not None and found.value:
        return text
    if found is not None:
        label, rest = found.line.text[: len(found.label)], found.line.text[len(found.label) :]
        kept = rest if rest.strip() else ""
        return replace_line(layout.lines, found.line, f"{label} {moment}{kept}")
    if layout.find("stats") is None:
        return add_stats(layout, f"{what} time: {moment}")
    return add_items(layout, "stats", [f"{what} time: {moment}"])


def add_stats(layout: Layout, item: str) -> str:
    """The document with a section of *Stats* at its end."""
    heading = [] if layout.form == "plain" else [f"## {layout.wording.name('stats')}", ""]
    gap = [""] if layout.lines and not layout.lines[-1].empty else []
    bullet = "" if layout.form == "plain" else "- "
    return insert_lines(layout.lines, len(layout.lines), [*gap, *heading, bullet + item])
