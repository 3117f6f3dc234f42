"""The dates of a scale, below its lanes."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from runbook_lib.display.lanes import LANE, WIDTH, space
from runbook_lib.policy.colours import GREY
from runbook_lib.policy.scale import Scale

TICKS = 5
"""The scale has at most so many dates."""


def ticks(first: date, last: date) -> list[date]:
    """Some beginnings of years or months between two days, for the scale."""
    months = (last.year - first.year) * 12 + last.month - first.month
    every = next((n for n in (1, 3, 6, 12, 24, 60) if months / n <= TICKS), 120)
    at = range(first.year * 12 + first.month, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in at if number % every == 0]


def moment(day: date) -> float:
    """A day as a Unix time."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()


def ticks_text(ticks: Sequence[date], scale: Scale) -> str:
    """The dates of the scale, below the lanes."""
    line = " " * 42
    for tick in ticks:
        place = 42 + int(scale.place(moment(tick)) * WIDTH)
        line = f"{line:<{place}}{tick:%Y-%m}" if place > len(line) or line.isspace() else line
    return line.rstrip()


def ticks_html(ticks: Sequence[date], scale: Scale) -> str:
    """The same as HTML; a date begins where its first day is."""
    end, parts = 0.0, []
    for tick in ticks:
        place = min(scale.place(moment(tick)), 1.0)
        label = f'<span style="white-space:nowrap">▏{tick:%Y-%m}</span>'
        parts.append(f'{space(place - end)}<div style="width:0">{label}</div>')
        end = place
    line = f'<div style="display:flex;flex:1 1 16em;min-width:12em">{"".join(parts)}</div>'
    before, after = '<span style="flex:0 0 15em"></span>', '<span style="flex:0 0 13em"></span>'
    return f'<div style="{LANE};color:{GREY}">{before}{line}{after}</div>'
