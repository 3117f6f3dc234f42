"""How much of a run was automatic: its steps, and those at which a person acted or decided."""

from collections import Counter
from collections.abc import Iterable
from typing import Protocol

from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural


class Carried(Protocol):
    """What is told of a step that was carried out."""

    @property
    def step(self) -> str:
        """Its name."""

    @property
    def outcome(self) -> str:
        """What it came to."""


@frozen
class Work:
    """How many steps there were, and at how many of them a person had to do something."""

    steps: int = 0
    by_hand: int = 0
    gates: int = 0
    waived: int = 0

    @property
    def automatic(self) -> int:
        """How many were carried out without anybody."""
        return self.steps - self.by_hand - self.gates - self.waived

    def __str__(self) -> str:
        people = (
            f"{self.by_hand} by hand" if self.by_hand else "",
            plural(self.gates, "gate") if self.gates else "",
            f"{self.waived} waived" if self.waived else "",
        )
        said = [plural(self.steps, "step"), f"{self.automatic} automatic", *filter(None, people)]
        return ", ".join(said)

    def to_dict(self) -> dict[str, int]:
        """The same as JSON can hold it."""
        return {**vars(self), "automatic": self.automatic}


def count_work(steps: Iterable[Carried]) -> Work:
    """What some steps come to, each told of once."""
    kinds = Counter(kind_of(step) for step in steps)
    return Work(kinds.total(), kinds["by_hand"], kinds["approve"], kinds["waived"])


def kind_of(step: Carried) -> str:
    """Whether a person did a step, decided at it, or let it pass."""
    return "waived" if step.outcome == "waived" else step.step
