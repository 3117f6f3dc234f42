"""Where the kernel is in its runbook: which cell it executes, and which line of it."""

from collections.abc import Mapping
from typing import Any

from runbook_lib.notebook.gate_places import Position
from runbook_lib.notebook.reference import Reference
from runbook_lib.notebook.under_way import lines_under_way
from runbook_lib.record.matching import Matching
from runbook_lib.record.transcript import Execution


class Walk:
    """The cell that a kernel has begun last, with its place in the runbook."""

    def __init__(self, reference: Reference) -> None:
        self.matching = Matching(reference)
        self.place: int | None = None
        self.source: str | None = None

    def begin(self, source: str, cell: str) -> None:
        """A cell's execution begins; `cell` is its id, where the front end tells it."""
        self.place = self.matching.add(Execution("", 0, source, cell=cell)).place
        self.source = source

    def position(self, namespace: Mapping[str, Any]) -> Position:
        """Where the kernel is now; `namespace` is the notebook's."""
        if self.source is None:
            return Position()
        line = next(reversed(lines_under_way(namespace)), 0)
        return Position(self.place, line, self.source)
