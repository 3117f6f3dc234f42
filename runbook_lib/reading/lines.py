"""Rows as lines of text: aligned, or as a table on a terminal."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from textwrap import TextWrapper
from typing import TYPE_CHECKING

from runbook_lib.display.lines import SIGNS
from runbook_lib.policy.visible import one_line

if TYPE_CHECKING:
    from rich.text import Text

GAP = 2
"""Spaces between two columns."""
CHUNK = 500
"""So many rows are aligned with each other; those after them may be wider."""
COLOURS = {
    "done": "green",
    "abandoned": "dim",
    "good": "green",
    "already": "dim",
    "planned": "blue",
    "waiting": "yellow",
    "alive": "cyan",
    "approved": "green",
    "confirmed": "green",
    "rejected": "red",
    "waived": "yellow",
    "refused": "red",
    "failed": "red",
    "unknown": "red",
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
    sys.stdout.flush()  # where nobody reads any more it is found here, and not when Python ends


def show_table(heads: Row, rows: Iterable[Row]) -> None:
    """Show rows as a table on a terminal, outcomes in their colours; folded where it is narrow."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    table = [tuple(heads), *(tuple(map(one_line, row)) for row in rows)]
    for line in folded(table, console.width):
        console.print(line, soft_wrap=True)


def folded(table: Sequence[Row], width: int) -> "Iterator[Text]":
    """Rows below their heads: as many columns as fit stand side by side, the others below them.

    So no name is cut or broken; a text of several words is folded between them.
    """
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*table, strict=True)]
    ends = accumulate(column + GAP for column in widths)
    beside = max(1, sum(end - GAP <= width for end in ends))
    for number, row in enumerate(table):
        yield side_by_side(row[:beside], widths, "dim" if number == 0 else "")
        below = zip(table[0][beside:], row[beside:], strict=True) if number else ()
        for head, cell in below:
            yield from (dimmed(line, head) for line in hanging(head, cell, width) if cell)


def side_by_side(cells: Row, widths: Sequence[int], style: str) -> "Text":
    """Cells as wide as their columns, an outcome in its colour."""
    from rich.cells import set_cell_size
    from rich.text import Text

    line = Text("", style)
    for cell, width in zip(cells, widths, strict=False):
        line.append(set_cell_size(cell, width) + " " * GAP, COLOURS.get(cell.rpartition(" ")[2]))
    line.rstrip()
    return line


def hanging(head: str, cell: str, width: int) -> list[str]:
    """A cell with its head before it, folded between words."""
    label = f"    {head} " if head else "    "
    folding = TextWrapper(
        width,
        initial_indent=label,
        subsequent_indent=" " * len(label),
        break_long_words=False,
        break_on_hyphens=False,
    )
    return folding.wrap(cell)


def dimmed(line: str, head: str) -> "Text":
    """A line with the head that it begins with, if it does, less bright than what stands there."""
    from rich.text import Text

    shown = Text(line)
    if head and line.startswith(f"    {head} "):
        shown.stylize("dim", 0, 4 + len(head))
    return shown


def sign(outcome: str) -> str:
    """An outcome as a sign and a word."""
    return f"{SIGNS.get(outcome, ' ')} {outcome}"


def indented(text: str, mark: str = "  ") -> str:
    """A text with a mark before each line, so that it can't pass for one of ours."""
    return "\n".join(f"{mark}{line}".rstrip() for line in text.rstrip("\n").split("\n"))
