"""Which cell of the runbook an execution was of, and what was unusual about it."""

from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from runbook_lib.frozen import frozen
from runbook_lib.notebook.catalog import INJECTED
from runbook_lib.notebook.reference import Reference
from runbook_lib.record.transcript import Execution

ALIKE = 0.6
"""From what likeness on a changed source is taken for a cell's."""
GIVEN = f"{INJECTED}\n"


@frozen
class Match:
    """An execution, the place of its cell in the runbook (None where it has none), and its marks.

    `time` says how often the cell had been executed, this time included.
    """

    execution: Execution
    place: int | None = None
    marks: tuple[str, ...] = ()
    time: int = 1


def match(reference: Reference, executions: Sequence[Execution]) -> list[Match]:
    """Each execution with its cell of the runbook."""
    matching = Matching(reference)
    return [matching.add(execution) for execution in executions]


class Matching:
    """The cells of a runbook, and which of them were executed so far."""

    def __init__(self, reference: Reference) -> None:
        self.cells = reference.cells
        self.code = [place for place, cell in enumerate(self.cells) if cell.type == "code"]
        self.by_id = {self.cells[place].id: place for place in self.code if self.cells[place].id}
        self.times: Counter[int] = Counter()
        self.last = -1

    def add(self, execution: Execution) -> Match:
        """The next execution with its cell."""
        place = None if execution.kind == "outside" else self.find(execution)
        marks = self.marks(execution, place)
        if place is not None and execution.kind != "aborted":
            self.times[place] += 1
            self.last = place
        return Match(execution, place, marks, self.times[place] if place is not None else 1)

    def find(self, execution: Execution) -> int | None:
        """The place of its cell: by its id, else by its source, else by the likest source."""
        if execution.cell in self.by_id:
            return self.by_id[execution.cell]
        source = execution.source.rstrip()
        same = [place for place in self.code if self.cells[place].source.rstrip() == source]
        if same:
            return min(same, key=lambda place: (self.times[place], place <= self.last, place))
        if execution.source.startswith(GIVEN):
            return None
        rated = [(self.likeness(source, place), place) for place in self.code]
        best, place = max(rated, default=(0.0, -1))
        return place if best >= ALIKE else None

    def likeness(self, source: str, place: int) -> float:
        """How like a source is to a cell's; the next one in line is a little liker."""
        found = likeness(source, self.cells[place].source.rstrip())
        return found + (0.05 if place == self.next and found >= ALIKE / 2 else 0.0)

    @property
    def next(self) -> int | None:
        """The place of the code cell behind the one that was executed last."""
        return next((place for place in self.code if place > self.last), None)

    def marks(self, execution: Execution, place: int | None) -> tuple[str, ...]:
        """What is unusual about an execution."""
        unusual = {
            "before the run": execution.kind == "before",
            "outside": execution.kind == "outside",
            "aborted": execution.kind == "aborted",
            "parameters": place is None and execution.source.startswith(GIVEN),
            "not in the runbook": self.is_foreign(execution, place),
            "again": place is not None and self.times[place] > 0,
            "out of order": self.is_out_of_order(place),
            "changed": place is not None
            and execution.source.rstrip() != self.cells[place].source.rstrip(),
            "died": execution.kind == "cell" and not execution.status,
            "under way": execution.status == "running",
            "continued": execution.status == "continued",
            "not complete": execution.lost > 0,
        }
        return tuple(mark for mark, given in unusual.items() if given)

    def is_foreign(self, execution: Execution, place: int | None) -> bool:
        """Whether the runbook has no such cell."""
        known = place is not None or execution.source.startswith(GIVEN)
        return bool(self.code) and not known and execution.kind != "outside"

    def is_out_of_order(self, place: int | None) -> bool:
        """Whether it ran for the first time, and a cell below it had run already."""
        return (
            place is not None
            and not self.times[place]
            and any(self.times[later] for later in self.code if later > place)
        )


@lru_cache(maxsize=4096)
def likeness(one: str, other: str) -> float:
    """How like two sources are, from 0 to 1."""
    matcher = SequenceMatcher(None, one[:4000], other[:4000], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE / 2 else 0.0
