"""What a step came to, and where it is shown."""

from dataclasses import dataclass
from typing import Protocol

from runbook_lib.errors import Outcome
from runbook_lib.policy.titles import step_title, words

__all__ = ["WARNING", "Display", "Line", "Report", "words"]

WARNING = "! "
"""How a line begins that is to be looked at, though nothing is wrong."""


@dataclass(frozen=True)
class Report:
    """What a step came to, as it is shown and kept."""

    step: str
    outcome: Outcome
    announced: str = ""
    detail: str = ""
    link: str = ""
    seconds: float = 0.0
    arguments: str = ""
    """What it was carried out with: the same step may be carried out for several things."""
    gate: str = ""
    """The gate that it asks for, if it does."""

    @property
    def warns(self) -> bool:
        """Whether something in what was found is to be looked at, though it is good."""
        return any(line.startswith(WARNING) for line in self.detail.splitlines())

    @property
    def said(self) -> str:
        """What was announced and what was found, each once; of a plan, what it comes after."""
        detail = self.detail.strip().removeprefix("planned, ")
        return ": ".join(dict.fromkeys(filter(None, (self.announced, detail))))

    @property
    def title(self) -> str:
        """The step's name in words, and the gate that it asks for."""
        return step_title(self.step, {"gate": self.gate})


class Line(Protocol):
    """The line that shows one step while it is carried out."""

    def progress(self, text: str, fraction: float | None = None) -> None:
        """Show how far it is: a text, and a part of the whole between 0 and 1 where known."""

    def finish(self, report: Report) -> None:
        """Show what it came to."""


class Display(Protocol):
    """Where steps are shown."""

    def start(self, title: str) -> Line:
        """Show that a step has begun."""
