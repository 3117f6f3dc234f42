"""Tables that show themselves, as text and as HTML; a run's summary among them."""

from collections.abc import Sequence
from typing import Any

from runbook_lib.display.lines import badge, folded, link_html
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Drawn, as_html, one_line, visible
from runbook_lib.steps.report import Report

SHORT = 24
"""A cell of so many characters is kept on one line."""
ROWS = 200
"""How many rows of a table are shown."""


@frozen
class Table(Drawn):
    """Rows that show themselves: as aligned text, or as an HTML table; capped at `ROWS`."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = [tuple(map(one_line, row)) for row in (self.heads, *self.rows[:ROWS])]
        widths = [max(len(row[i]) for row in shown) for i in range(len(self.heads))]
        lines = [
            "  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip()
            for row in shown
        ]
        return "\n".join(
            [
                *([visible(self.title)] if self.title else []),
                *lines,
                *map(visible, (*self.left_out(), *self.foot)),
            ]
        )

    def left_out(self) -> list[str]:
        """A line that says how many rows are not shown."""
        more = len(self.rows) - ROWS
        return [f"… and {more} more"] if more > 0 else []

    def html(self) -> str:
        """The table as HTML, every text escaped, addresses as links."""
        head = "".join(f'<th style="text-align:left">{as_html(cell)}</th>' for cell in self.heads)
        body = "".join(f"<tr>{''.join(map(cell_html, row))}</tr>" for row in self.rows[:ROWS])
        foot = "".join(f"<div>{as_html(line)}</div>" for line in [*self.left_out(), *self.foot])
        title = f"<b>{as_html(self.title)}</b>" if self.title else ""
        rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
        return f'<div style="overflow-x:auto">{title}<table>{rows}</table>{foot}</div>'


@frozen
class Detail:
    """What is a click away below a table; `text` stands below it where nothing can be clicked."""

    title: str
    html: str
    text: str = ""


@frozen
class DetailedTable:
    """A table with details; who reads along in a terminal is shown the table alone."""

    table: Table
    details: tuple[Detail, ...] = ()

    def __str__(self) -> str:
        return str(self.table)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}

    def text(self) -> str:
        """The table, and what is to be read of its details."""
        texts = (detail.text for detail in self.details)
        return "\n\n".join(filter(None, [str(self.table), *texts]))

    def html(self) -> str:
        """The table, and its details folded."""
        details = (folded(detail.title, detail.html) for detail in self.details if detail.html)
        return "".join([self.table.html(), *details])


def cell_html(text: str) -> str:
    """One cell of a table."""
    whole = ";white-space:nowrap" if len(text) <= SHORT else ";overflow-wrap:anywhere"
    return f'<td style="text-align:left{whole}">{link_html(text) or as_html(text)}</td>'


def newest(reports: Sequence[Report]) -> list[Report]:
    """The last report of each step, in the order of their first: a cell may be run many times."""
    last = {(report.step, report.arguments): report for report in reports}
    return list(last.values())


def summary(title: str, reports: Sequence[Report], foot: Sequence[str]) -> Table:
    """What a run came to: each step, its outcome, what was found, its time and link."""
    rows = tuple(
        (
            badge(report),
            report.title,
            (report.said if report.outcome == "planned" else report.detail).partition("\n")[0],
            f"{report.seconds:.1f} s",
            report.link,
        )
        for report in newest(reports)
    )
    return Table(title, ("outcome", "step", "found", "time", "link"), rows, tuple(foot))
