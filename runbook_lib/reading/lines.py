"""Rows as lines of text: aligned, or as a table on a terminal."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from runbook_lib.display import GLYPHS
from runbook_lib.policy.visible import one_line

CHUNK = 500
"""So many rows are aligned with each other; those after them may be wider."""
COLOURS = {
    "done": "green",
    "good": "green",
    "already": "dim",
    "planned": "blue",
    "waiting": "yellow",
    "alive": "cyan",
    "approved": "green",
    "rejected": "red",
    "refused": "red",
    "failed": "red",
    "unknown": "red",
}

SIGNS: dict[str, str] = {
    **{str(outcome): glyph for outcome, glyph in GLYPHS.items()},
    "alive": "▸",
    "approved": "✔",
    "rejected": "✘",
}

Row = Sequence[str]


def aligned(heads: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Rows below their heads as aligned lines, one by one."""
    rest = iter(rows)
    first = [tuple(heads)] if heads else []
    widths: list[int] = []
    while chunk := [*first, *(tuple(map(one_line, row)) for row in islice(rest, CHUNK))]:
        widest = [max(map(len, column)) for column in zip(*chunk, strict=True)]
        widths = [max(w, old) for w, old in zip(widest, widths or widest, strict=True)]
        for row in chunk:
            yield "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip()
        first = []


def tell(heads: Row, rows: Iterable[Row]) -> None:
    """Print rows: a table on a terminal, as long as they are few; else aligned lines."""
    rest = iter(rows)
    few = list(islice(rest, CHUNK)) if sys.stdout.isatty() else []
    if few:
        show_table(heads, few)
    for line in aligned(() if few else heads, rest):
        print(line)


def show_table(heads: Row, rows: Iterable[Row]) -> None:
    """Show rows as a table on a terminal, outcomes in their colours."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*heads, box=None, padding=(0, 2, 0, 0), header_style="dim")
    for row in rows:
        cells = map(one_line, row)
        shown.add_row(*(Text(cell, COLOURS.get(cell.rpartition(" ")[2], "")) for cell in cells))
    Console().print(shown)


def sign(outcome: str) -> str:
    """An outcome as a sign and a word."""
    return f"{SIGNS.get(outcome, ' ')} {outcome}"


def indented(text: str, mark: str = "  ") -> str:
    """A text with a mark before each line, so that it can't pass for one of ours."""
    return "\n".join(f"{mark}{line}".rstrip() for line in text.rstrip("\n").split("\n"))
