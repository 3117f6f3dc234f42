"""What a step came to, and where it is shown."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from runbook_lib.errors import Outcome
from runbook_lib.frozen import frozen
from runbook_lib.policy.titles import step_title, words

__all__ = ["WARNING", "Display", "Line", "Report", "words"]

WARNING = "! "
"""How a line begins that is to be looked at, though nothing is wrong."""


@frozen
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


@frozen
class Pace:
    """How a wait stands: when it began, has looked and looks next (Unix times), and its limit.

    The limit is in seconds; `link` leads to what is waited for, `whom` is on whom. `remind` reminds
    them, and says what came of it.
    """

    began: float
    looked: float
    next: float
    limit: float
    link: str = ""
    whom: str = ""
    remind: Callable[[], str] | None = None

    def __str__(self) -> str:
        at = f"since {clock(self.began)}, looked at {clock(self.looked)}, next {clock(self.next)}"
        whom = f"; waiting for {self.whom}" if self.whom else ""
        return f"{at}, until {clock(self.began + self.limit)} UTC{whom}"


def clock(moment: float) -> str:
    """A Unix time as a clock shows it in UTC."""
    return f"{datetime.fromtimestamp(moment, UTC):%H:%M:%S}"


class Missing(str):
    """What a wait still lacks, in words, with how it stands."""

    pace: Pace

    def __new__(cls, text: str, pace: Pace) -> "Missing":
        """The words, as they are shown everywhere."""
        made = super().__new__(cls, text)
        made.pace = pace
        return made


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
