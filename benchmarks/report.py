"""What was measured, as a table and a chart, and as it is kept for the rows of another day."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.chart import draw
from benchmarks.row import Line
from benchmarks.rows import ROWS

HEADS = ("what", "against", "goal", "measured", "met")
KEPT, TABLE, CHART = "measured.json", "table.md", "chart.svg"


@dataclass(frozen=True)
class Measured:
    """The lines of a row, and how, when and where they were measured."""

    row: str
    command: str
    date: str
    machine: str
    rounds: int
    lines: tuple[Line, ...]

    @property
    def how(self) -> str:
        """How, when and where."""
        times = "once" if self.rounds == 1 else f"{self.rounds} times, medians"
        return f"`{self.command}`, {times}, on {self.date}; {self.machine}"


def table(found: Sequence[Measured]) -> str:
    """All lines as a table in Markdown, and below it what each figure is made of."""
    rows = [cells(line) for one in found for line in one.lines]
    lines = [row(HEADS), row(["---"] * len(HEADS)), *map(row, rows), ""]
    return "\n".join([*lines, *(part for one in found for part in details(one))])


def cells(line: Line) -> list[str]:
    """One line's cells."""
    return [line.what, line.against or "–", line.goal or "–", line.measured or "–", line.met]


def row(parts: Sequence[str]) -> str:
    """A row of a Markdown table."""
    return f"| {' | '.join(part.replace('|', '&#124;') for part in parts)} |"


def details(one: Measured) -> list[str]:
    """How a row was measured, and the figures behind its ratios."""
    noted = [f"- {line.what}: {line.note}" for line in one.lines if line.note]
    return [f"**{one.row}** – {one.how}", "", *noted, ""]


def keep(found: Sequence[Measured], folder: Path) -> None:
    """Write the table and the chart of all rows that a folder knows, these as they are now."""
    folder.mkdir(parents=True, exist_ok=True)
    by_row = {one.row: one for one in (*read(folder), *found)}
    rows = sorted(by_row.values(), key=place)
    said = json.dumps([asdict(one) for one in rows], indent=1, ensure_ascii=False)
    (folder / KEPT).write_text(said + "\n")
    (folder / TABLE).write_text(table(rows))
    draw([line for one in rows for line in one.lines], folder / CHART)


def place(one: Measured) -> int:
    """Where a row stands in the table."""
    return ROWS.index(one.row) if one.row in ROWS else len(ROWS)


def read(folder: Path) -> list[Measured]:
    """What a folder has kept."""
    path = folder / KEPT
    said = json.loads(path.read_text()) if path.exists() else []
    return [
        Measured(**one | {"lines": tuple(Line(**line) for line in one["lines"])}) for one in said
    ]
