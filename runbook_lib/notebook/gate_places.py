"""Where a runbook asks its gates, and which of them stand above what a cell is about to do.

A gate is a call of `approve` whose first argument is its name, as text; a step by hand is one of
`by_hand`, and holds what is behind it in the same way. A cell that is the
runbook's own stands behind the gates above it. Any other cell may call what the runbook calls
further down: it stands behind the gates above that; and where nobody can say what it calls, behind
all of them.
"""

import ast
import builtins
import re
from collections.abc import Iterable, Sequence
from dataclasses import field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.notebook.reference import (
    Reference,
    ReferenceCell,
    read_cells,
    read_file,
    shipped_runbook,
)
from runbook_lib.policy.by_hand import slug

APPROVE, BY_HAND = "approve", "by_hand"
HARMLESS = frozenset({*dir(builtins), APPROVE, "close"})
"""What a cell may call without doing any of the runbook's work."""
IPYTHON = re.compile(r"(?P<indent>\s*)(?:%%.*|%\w+\s*(?P<rest>.*)|!.*|.*\?\s*|.*=\s*[!%].*)$")
"""A line in IPython's own syntax."""
LAST = 1 << 30
"""A line, or a cell, behind all others."""


@frozen
class PlacedGate:
    """A gate of a runbook: its name, empty where it is computed; its cell, and the line in it.

    `by_hand` says that it is a step by hand.
    """

    name: str
    cell: int
    line: int
    by_hand: bool = False


@frozen
class Position:
    """Where the kernel is: the cell's place in the runbook, the line (0: nobody knows), its source.

    `cell` is None for a cell that the runbook has not.
    """

    cell: int | None = None
    line: int = 0
    source: str = ""


@frozen
class GatePlaces:
    """The gates of a runbook, in its order."""

    cells: Sequence[ReferenceCell] = field(repr=False)

    @cached_property
    def gates(self) -> tuple[PlacedGate, ...]:
        """Every gate of the runbook."""
        return find_gates(self.cells)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The gates by name, each once."""
        return tuple(dict.fromkeys(gate.name for gate in self.gates if gate.name))

    @cached_property
    def by_hand(self) -> frozenset[str]:
        """Those that are steps by hand."""
        return frozenset(gate.name for gate in self.gates if gate.by_hand)

    @cached_property
    def first(self) -> dict[str, int]:
        """In which cell each gate is asked first."""
        return {gate.name: gate.cell for gate in reversed(self.gates) if gate.name}

    @cached_property
    def first_calls(self) -> dict[str, int]:
        """In which cell each name is called first."""
        found: dict[str, int] = {}
        for place, cell in enumerate(self.cells):
            for name in calls(cell):
                found.setdefault(name, place)
        return found

    def above(self, position: Position) -> tuple[PlacedGate, ...]:
        """The gates that must have been passed for what happens at a position."""
        reach = self.reach(position)
        later = {
            gate.name
            for gate in find_gates([ReferenceCell("code", position.source)])
            if position.line and gate.line > position.line
        }
        return tuple(
            gate
            for gate in self.gates
            if gate.cell < reach or (gate.cell == position.cell and gate.name not in later)
        )

    def reach(self, position: Position) -> int:
        """How far down the runbook reaches what a cell does, as a cell's place."""
        cell, source = position.cell, position.source
        if cell is not None and self.is_own(cell, source):
            return cell
        called = calls(ReferenceCell("code", source)) - HARMLESS
        places = [self.first_calls.get(name, LAST) for name in called]
        return max([-1 if cell is None else cell, *places]) if called else LAST

    def is_own(self, cell: int, source: str) -> bool:
        """Whether a source is what the runbook has at a place; behind its end it has nothing."""
        there = self.cells[cell].source if cell < len(self.cells) else ""
        return there.rstrip() == source.rstrip()


def find_gates(cells: Iterable[ReferenceCell]) -> tuple[PlacedGate, ...]:
    """The gates that some cells ask."""
    return tuple(
        replace(gate, cell=place) for place, cell in enumerate(cells) for gate in gates_of(cell)
    )


@lru_cache(maxsize=1024)
def gates_of(cell: ReferenceCell) -> tuple[PlacedGate, ...]:
    """The gates that one cell asks, as the first of all; those of every runbook here are known."""
    return tuple(
        PlacedGate(name_of(call), 0, call.lineno, called_name(call) == BY_HAND)
        for call in nodes(cell)
        if isinstance(call, ast.Call) and called_name(call) in (APPROVE, BY_HAND)
    )


def gates_gone(reference: Reference, executed: Path | None, runbook: str) -> list[str]:
    """The gates that the notebook `executed` has lost: against the runbook as it is compared with.

    Where that is nothing but its own file, against the runbook of its name that comes along.
    """
    if executed is None or reference.path is None:
        return []
    own = not reference.commit and reference.path.samefile(executed)
    whole = read_cells(read_file(shipped_runbook(runbook))) if own else reference.cells
    left = GatePlaces(read_cells(read_file(executed))).names
    return [name for name in GatePlaces(whole).names if name not in left]


def known_gates(reference: Reference, folders: Iterable[Path] = ()) -> set[str]:
    """The names of the gates of all runbooks beside a notebook, in some folders, and of ours."""
    beside = [reference.path.parent] if reference.path else []
    found = [
        GatePlaces(read_cells(read_file(path)))
        for folder in {shipped_runbook("").parent, *beside, *folders}
        for path in folder.glob("*.ipynb")
    ]
    return {name for places in [GatePlaces(reference.cells), *found] for name in places.names}


def name_of(call: ast.Call) -> str:
    """What a gate or a step by hand is called; empty where that is computed."""
    if called_name(call) == APPROVE:
        return literal(call.args, call.keywords, "gate")
    if any(keyword.arg == "name" for keyword in call.keywords):
        return literal([], call.keywords, "name")
    return slug(literal(call.args, call.keywords, "title"))


def literal(args: Sequence[ast.expr], keywords: Sequence[ast.keyword], argument: str) -> str:
    """The text that a call's first argument, or the one of that name, is; empty if computed."""
    named = [keyword.value for keyword in keywords if keyword.arg == argument]
    first = next(iter([*args, *named]), None)
    text = first.value if isinstance(first, ast.Constant) else ""
    return text if isinstance(text, str) else ""


def calls(cell: ReferenceCell) -> set[str]:
    """The names of what a cell calls."""
    return {called_name(node) for node in nodes(cell) if isinstance(node, ast.Call)}


def called_name(call: ast.Call) -> str:
    """The name of what is called: a function's, or a method's; empty for what has none."""
    function = call.func
    return getattr(function, "attr", "") or getattr(function, "id", "")


def nodes(cell: ReferenceCell) -> list[ast.AST]:
    """The parts of a code cell's source, in the order of its lines; none where it is no Python."""
    if cell.type != "code":
        return []
    try:
        tree = ast.parse(plain_python(cell.source))
    except (SyntaxError, ValueError):
        return []
    return sorted(ast.walk(tree), key=lambda node: getattr(node, "lineno", 0))


def plain_python(source: str) -> str:
    """A cell's source without IPython's own syntax; what `%time` and its like carry out stays."""
    if is_python(source):  # a comment may end with a question mark
        return source
    return "\n".join(map(plain_line, source.split("\n")))


def plain_line(line: str) -> str:
    """A line without a magic's name (`%time work()`), or without what is no Python (`!ls`)."""
    own = IPYTHON.match(line)
    if own is None or is_python(line.strip()):
        return line
    rest = f"{own['indent']}{own['rest'] or 'pass'}"
    return rest if is_python(rest.strip()) else f"{own['indent']}pass"


def is_python(source: str) -> bool:
    """Whether a source is Python as it stands."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        return False
    return True
