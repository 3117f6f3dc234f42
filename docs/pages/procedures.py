"""The two written procedures, each sentence beside the cells that carry it out."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from docs.pages.runbooks import Cell, cells

FILE = Path(__file__).with_name("procedures.toml")
HEAD = "| | what it says | what carries it out |\n| --- | --- | --- |"


@dataclass(frozen=True)
class Sentence:
    """A sentence of a procedure: where it stands, what it says, and what carries it out.

    `cells` are told as `runbook › heading › first line`; `nothing` says why there are none.
    """

    heading: str
    at: str
    says: str
    cells: tuple[str, ...] = ()
    nothing: str = ""
    note: str = ""


def sentences(procedure: str) -> list[Sentence]:
    """All sentences of a procedure, in their order."""
    with FILE.open("rb") as file:
        parts = tomllib.load(file)[procedure]
    return [
        Sentence(part["heading"], **{**one, "cells": tuple(one.get("cells", ()))})
        for part in parts
        for one in part["sentences"]
    ]


def page(procedure: str) -> str:
    """A table below each heading of the procedure."""
    return "\n".join(lines(procedure)) + "\n"


def lines(procedure: str) -> Iterator[str]:
    """The same, line by line."""
    heading = ""
    for one in sentences(procedure):
        if one.heading != heading:
            heading = one.heading
            yield f"\n## {heading}\n\n{HEAD}"
        yield f"| {one.at} | {one.says} | {carried_out(one)} |"


def carried_out(one: Sentence) -> str:
    """What carries a sentence out, with links; said plainly where nothing does."""
    if one.nothing:
        return f"*nothing carries this out:* {one.nothing}"
    links = [link(find_cell(told)) for told in one.cells]
    return "<br>".join([*links, *([one.note] if one.note else [])])


def link(cell: Cell) -> str:
    """A cell by its runbook and first line, leading to the runbook's page."""
    line = cell.first_line.replace("|", "\\|")
    return f"[{cell.runbook}, {cell.heading}](#{cell.target})<br>`{line}`"


def find_cell(told: str) -> Cell:
    """The one cell that is told so; raises `ValueError` where there is none, or several."""
    runbook, heading, line = told.split(" › ")
    found = [one for one in all_cells(runbook) if (one.heading, one.first_line) == (heading, line)]
    if len(found) != 1:
        raise ValueError(f"expected one cell {told!r}, found {len(found)}: correct {FILE.name}")
    return found[0]


@cache
def all_cells(runbook: str) -> list[Cell]:
    """The code cells of a runbook, read once."""
    return cells(runbook)
