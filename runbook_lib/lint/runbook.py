"""A runbook's notebook as its rules read it: cells in their order, and what its names stand for."""

import ast
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.lint.modules import Module, Modules
from runbook_lib.lint.origins import Origins
from runbook_lib.notebook.catalog import TAG
from runbook_lib.notebook.gate_places import plain_python
from runbook_lib.notebook.headings import headings
from runbook_lib.notebook.imports import imported_names
from runbook_lib.notebook.reference import ReferenceCell, notebook_cells, read_cell
from runbook_lib.policy.json_text import read_json
from runbook_lib.policy.visible import one_line

ENDS = ("close", "abandon")
"""What ends a run: as done, or for good."""


@frozen
class Cell:
    """A cell of a notebook: its place from 1 on, and the heading that it stands under."""

    number: int
    heading: str
    raw: Mapping[str, Any] = field(repr=False)

    @cached_property
    def content(self) -> ReferenceCell:
        """Its type, source, id and tags."""
        return read_cell(self.raw)

    @property
    def source(self) -> str:
        """Its text."""
        return self.content.source

    @property
    def tags(self) -> tuple[str, ...]:
        """Its tags."""
        return self.content.tags

    @property
    def is_code(self) -> bool:
        """Whether it is executed."""
        return self.content.type == "code"

    @cached_property
    def statements(self) -> list[ast.stmt]:
        """Its statements; none where it is no Python."""
        try:
            return ast.parse(plain_python(self.source)).body if self.is_code else []
        except (SyntaxError, ValueError):
            return []

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """All parts of its statements, in the order of its lines."""
        found = [node for statement in self.statements for node in ast.walk(statement)]
        return sorted(found, key=lambda node: getattr(node, "lineno", 0))


@frozen
class Call:
    """A call in a cell, and what is called by its dotted name, from where it was imported."""

    cell: Cell
    node: ast.Call
    name: str

    @property
    def place(self) -> tuple[int, int, int]:
        """Where it is: it comes behind what it is given."""
        return (self.cell.number, self.node.end_lineno or 0, self.node.end_col_offset or 0)

    @property
    def method(self) -> str:
        """The last part of its name."""
        return self.name.rpartition(".")[2]


@frozen
class LintedRunbook:
    """A runbook: its file, its cells, and the modules beside it."""

    path: Path
    cells: tuple[Cell, ...]
    malformed: str = ""
    """What its file has that no notebook has; its cells are not read then."""

    @cached_property
    def code(self) -> tuple[Cell, ...]:
        """The cells that are executed, but for the parameters."""
        return tuple(cell for cell in self.cells if cell.is_code and TAG not in cell.tags)

    @cached_property
    def parameters(self) -> tuple[Cell, ...]:
        """The cells that declare parameters."""
        return tuple(cell for cell in self.cells if cell.is_code and TAG in cell.tags)

    @cached_property
    def modules(self) -> Modules:
        """The Python modules beside the notebook."""
        return Modules(self.path.parent)

    @cached_property
    def calls(self) -> tuple[Call, ...]:
        """Every call in a cell, in the order that they are carried out in."""
        return tuple(sorted(self.find_calls(), key=lambda call: call.place))

    @cached_property
    def imported(self) -> tuple[Module, ...]:
        """The modules beside the notebook that its cells import."""
        names = {name for cell in self.code for node in cell.nodes for name in imported_names(node)}
        found = map(self.modules.find, sorted(names))
        return tuple(module for module in found if module is not None)

    def find_calls(self) -> Iterator[Call]:
        """The calls of each cell; what a name stands for is known from the cells above."""
        names = Origins()
        for cell in self.code:
            for statement in cell.statements:
                for node in ast.walk(statement):
                    if isinstance(node, ast.Call):
                        yield Call(cell, node, names.of(node.func))
                names.learn(statement)

    @cached_property
    def openings(self) -> tuple[Call, ...]:
        """The calls that open a run: of something imported that is called `open_…`."""
        return tuple(call for call in self.calls if opens(call.name))

    @cached_property
    def closings(self) -> tuple[Call, ...]:
        """The calls that close the run."""
        return tuple(call for call in self.calls if closes(call.name))


def opens(name: str) -> bool:
    """Whether a dotted name is that of a function which opens a run, ours or one's own."""
    module, *rest = name.split(".")
    opening = [part for part in rest if part.startswith("open_")]
    return opening == rest[-1:] != [] and module not in sys.stdlib_module_names


def closes(name: str) -> bool:
    """Whether a dotted name is that of what ends a run."""
    run, _, method = name.rpartition(".")
    return method in ENDS and opens(run)


def read_runbook(path: Path, content: bytes) -> LintedRunbook:
    """A notebook's file as a runbook to be checked."""
    malformed = find_malformed(content)
    cells = () if malformed else tuple(read_all(notebook_cells(content)))
    return LintedRunbook(path, cells, malformed)


def find_malformed(content: bytes) -> str:
    """What nbformat says of a file that is no notebook; empty where it is one.

    A cell without an id is one, too: of the formats before 4.5.
    """
    from nbformat.validator import iter_validate

    try:
        found = read_json(content)
    except ValueError as error:
        return str(error)
    if not isinstance(found, dict) or not notebook_cells(content):
        return "no cells"
    errors = (error.message for error in iter_validate(found))  # type: ignore[no-untyped-call]
    try:
        told = (said for said in errors if not said.startswith("'id' is a required"))
        return one_line(next(told, ""))
    except (AttributeError, ImportError, LookupError, TypeError) as error:
        return f"what nbformat itself can't tell the errors of ({one_line(str(error))})"


def read_all(cells: Sequence[Mapping[str, Any]]) -> Iterator[Cell]:
    """The cells of a notebook, each with the heading above it."""
    heading = ""
    for number, raw in enumerate(cells, start=1):
        if raw["cell_type"] == "markdown":
            heading = (headings("".join(raw["source"])) or [heading])[-1]
        yield Cell(number, heading, raw)
