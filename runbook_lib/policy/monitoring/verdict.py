"""Verdicts on what is watched after a push: a word, and the reason for it."""

from collections.abc import Iterable
from typing import Literal, get_args

from runbook_lib.frozen import frozen
from runbook_lib.policy.colours import AMBER, GREEN, RED

Level = Literal["quiet", "look at this", "alarm"]
LEVELS: tuple[Level, ...] = get_args(Level)
"""From the best to the worst."""
COLOURS: dict[Level, str] = {
    "quiet": GREEN,
    "look at this": AMBER,
    "alarm": RED,
}


@frozen
class Verdict:
    """What is thought of one thing that was watched; `subject` names it where there are several.

    It is not `told` where there is too little to say anything yet.
    """

    level: Level
    reason: str
    subject: str = ""
    told: bool = True

    def __str__(self) -> str:
        return f"{self.level}: {f'{self.subject}: ' if self.subject else ''}{self.reason}"

    @property
    def badness(self) -> int:
        """0 for quiet, more for worse."""
        return LEVELS.index(self.level)


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of some verdicts, the first of those that are equal; there must be one."""
    return max(verdicts, key=lambda verdict: verdict.badness)


def count_levels(verdicts: Iterable[Verdict]) -> str:
    """How many verdicts of each level there are, in words, the worst first."""
    found = [verdict.level for verdict in verdicts]
    said = [f"{found.count(level)} {level}" for level in reversed(LEVELS) if level in found]
    return ", ".join(said) or "nothing to judge"
