"""Where the world is moved: before each step of a run, and within it, between look and act."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook_lib.steps.runner import Runner

BEFORE, WITHIN = "before", "within"


@dataclass(frozen=True, order=True)
class Place:
    """The n-th time that a step of this name begins, or is about to act."""

    when: str
    step: str
    nth: int

    def __str__(self) -> str:
        return f"{self.when} {self.step}{f' #{self.nth}' if self.nth > 1 else ''}"

    @classmethod
    def read(cls, name: str) -> "Place":
        """The place of that name."""
        where, _, nth = name.partition(" #")
        when, step = where.split()
        return cls(when, step, int(nth or 1))


Stop = Callable[[Place], object]


def stop_at_places(stop: Stop, seen: Path) -> None:
    """Have this process's runs stop at each place; `seen` counts them over all sessions."""
    begin, act = Runner.begin, Runner.act

    def count(when: str, step: str) -> None:
        known = Counter(json.loads(seen.read_text())) if seen.exists() else Counter[str]()
        known[f"{when} {step}"] += 1
        seen.write_text(json.dumps(known))
        stop(Place(when, step, known[f"{when} {step}"]))

    def begins(runner: Runner, name: str, arguments: dict[str, Any]) -> Any:
        count(BEFORE, name)
        return begin(runner, name, arguments)

    def acts(runner: Runner, attempt: Any, wanted: Any) -> Any:
        count(WITHIN, attempt.name)
        return act(runner, attempt, wanted)

    Runner.begin = begins  # type: ignore[method-assign]
    Runner.act = acts  # type: ignore[method-assign, assignment]
