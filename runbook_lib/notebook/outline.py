"""The parts of a procedure: the headings of its runbook that have code below them."""

import re
from collections.abc import Sequence

from runbook_lib.frozen import frozen
from runbook_lib.notebook.headings import headings
from runbook_lib.notebook.reference import ReferenceCell

NUMBERED = re.compile(r"(\d+(?:[–-]\d+)?) · (.+)")
"""How a heading that a procedure numbers begins: `11 · Push branch and tag`."""


@frozen
class Part:
    """A heading, and the places of the code cells below it."""

    heading: str
    cells: tuple[int, ...]

    @property
    def number(self) -> str:
        """Its number in the procedure; empty where it has none."""
        return found[1] if (found := NUMBERED.match(self.heading)) else ""

    @property
    def title(self) -> str:
        """What it is called, without the number."""
        return found[2] if (found := NUMBERED.match(self.heading)) else self.heading


def outline(cells: Sequence[ReferenceCell]) -> tuple[Part, ...]:
    """The parts of a runbook, in its order."""
    below: dict[int, list[int]] = {}
    titles, title = [""], 0
    for place, cell in enumerate(cells):
        if cell.type == "markdown":
            titles += headings(cell.source)[-1:]
            title = len(titles) - 1
        elif cell.type == "code":
            below.setdefault(title, []).append(place)
    return tuple(Part(titles[number], tuple(places)) for number, places in below.items())


def parts_by_cell(parts: Sequence[Part]) -> dict[int, Part]:
    """The part that each code cell belongs to."""
    return {place: part for part in parts for place in part.cells}
