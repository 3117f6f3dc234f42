"""What is found in a runbook, and the rules that find it."""

from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Literal

from runbook_lib.frozen import frozen
from runbook_lib.lint.runbook import Cell, LintedRunbook
from runbook_lib.secrets.tokens import hide_tokens

Severity = Literal["error", "warning"]
"""An error fails the check; a warning is what a short runbook may leave out."""
IGNORE = "check-ignore-"
"""How a cell's tag begins that lets a rule pass there."""


@frozen
class Fault:
    """What breaks a rule: in a line of a cell, else in the whole notebook, or in a `module`."""

    expected: str
    found: str
    remedy: str
    cell: Cell | None = None
    line: int = 0
    module: Path | None = None


Finder = Callable[[LintedRunbook], Iterator[Fault]]


@frozen
class Finding:
    """A fault with the rule that it breaks, and where it is; cells are counted from 1."""

    rule: str
    severity: Severity
    file: str
    cell: int
    heading: str
    line: int
    expected: str
    found: str
    remedy: str

    def __str__(self) -> str:
        said = f"expected {self.expected}, found {self.found}: {self.remedy}"
        return f"{self.place}: {self.severity} {self.rule}: {said}"

    @property
    def place(self) -> str:
        """Where it is, as people say it."""
        heading = f" ({self.heading})" if self.heading else ""
        cell = f"cell {self.cell}{heading}" if self.cell else ""
        line = f"line {self.line}" if self.line else ""
        return f"{self.file}: {', '.join(filter(None, (cell, line)))}".removesuffix(": ")

    def to_dict(self) -> dict[str, Any]:
        """The same as what JSON can hold."""
        return asdict(self)


@frozen
class Rule:
    """A rule: its name, how much it counts, what it asks for, and what finds its faults."""

    name: str
    severity: Severity
    asks: str
    find: Finder

    def to_dict(self) -> dict[str, Any]:
        """The same as what JSON can hold."""
        return {"name": self.name, "severity": self.severity, "asks": self.asks}

    def findings(self, runbook: LintedRunbook) -> Iterator[Finding]:
        """What breaks the rule, but where a cell's tag lets it pass."""
        for fault in self.find(runbook):
            if fault.cell is None or IGNORE + self.name not in fault.cell.tags:
                yield self.finding(runbook, fault)

    def finding(self, runbook: LintedRunbook, fault: Fault) -> Finding:
        """A fault as what is said of it."""
        number, heading = (fault.cell.number, fault.cell.heading) if fault.cell else (0, "")
        place = (str(fault.module or runbook.path), number, hide_tokens(heading), fault.line)
        said = map(hide_tokens, (fault.expected, fault.found, fault.remedy))
        return Finding(self.name, self.severity, *place, *said)


def error(find: Finder) -> Rule:
    """Make a function a rule that a runbook must not break."""
    return rule(find, "error")


def warning(find: Finder) -> Rule:
    """Make a function a rule that a short runbook may break."""
    return rule(find, "warning")


def rule(find: Finder, severity: Severity) -> Rule:
    """A rule by a function's name and the words of its docstring."""
    asks = " ".join((find.__doc__ or "").split())
    return Rule(find.__name__.replace("_", "-"), severity, asks, find)
