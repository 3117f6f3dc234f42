"""A notebook's text as nbformat writes it; a cell that has not changed is not written anew."""

import json
from typing import Any

from nbformat import from_dict, writes

CELLS, END = '"cells": [', "\n ],\n"
"""Between what the cells stand: nothing else begins so early in a line, or ends so."""


class CellTexts:
    """Writes the versions of one notebook, and keeps of the last one what was written of each cell.

    A long notebook is saved before and after each of its cells.
    """

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def write(self, nb: Any) -> str:
        """The notebook as its file has it."""
        cells = [json.dumps(cell) for cell in nb.cells]
        self.kept = {cell: self.kept.get(cell) or text_of(cell, nb) for cell in cells}
        rest = text_with([], nb, nb.metadata)
        texts = ",\n".join(self.kept[cell] for cell in cells)
        return rest.replace(f"{CELLS}]", f"{CELLS}\n{texts}\n ]", 1) if cells else rest


def text_of(cell: str, nb: Any) -> str:
    """The lines of a cell, given as JSON, in the file of a notebook."""
    whole = text_with([json.loads(cell)], nb, {})
    return whole.partition(f"{CELLS}\n")[2].rpartition(END)[0]


def text_with(cells: list[Any], nb: Any, metadata: Any) -> str:
    """The text of a notebook of the same form with these cells."""
    form = {"nbformat": nb.nbformat, "nbformat_minor": nb.nbformat_minor}
    return str(writes(from_dict({"cells": cells, "metadata": metadata, **form})))  # type: ignore[no-untyped-call]
