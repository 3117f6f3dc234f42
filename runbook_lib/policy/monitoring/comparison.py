"""A push beside the same hours of earlier weeks, for one line of a graph."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from functools import cached_property
from itertools import groupby
from math import floor, inf, log10

from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.baseline import OUT, Usual, find_usual
from runbook_lib.policy.monitoring.series import Buckets, Window

LEAST, MATTERS = 0.0002, 5
"""The smallest deviation of failures, as a part of all, and how many of it matter."""


@frozen
class Comparison:
    """One line of a graph in a window that holds the push, and in the same hours of the weeks.

    What lies before `push` is there to be seen, not judged; the push took the time `pushing`. Times
    are told in `zone`, values with `unit` behind them.
    """

    window: Window
    push: datetime
    zone: tzinfo
    now: Buckets
    weeks: tuple[Buckets, ...]
    unit: str = ""
    pushing: timedelta = timedelta()
    of: float = 0.0
    """Where the values are failures, what all is: it is told how much of that succeeds."""
    weekly: float = 1.0
    """How many times the one before it each of the weeks mostly is, where they grow or shrink."""

    @cached_property
    def usual(self) -> tuple[Usual | None, ...]:
        """What is usual in each bucket."""
        return (
            find_usual(self.weeks, least=self.least) if self.weeks else (None,) * self.window.count
        )

    @property
    def least(self) -> float:
        """The smallest deviation that counts: of failures, one in five thousand."""
        return self.of * LEAST

    @property
    def lead(self) -> range:
        """The buckets before the push."""
        return range(self.judged.start)

    def factor(self, value: float, usual: float) -> float:
        """How many times the one the other is, whichever is greater; endless where one is 0.

        Few failures are not told from none: 0.2 % of all are twice as many as 0.05 %.
        """
        few = MATTERS * self.least
        low, high = sorted((abs(value) + few, abs(usual) + few))
        return high / low if low else inf

    def say(self, value: float) -> str:
        """A value as the graph has it, with its unit."""
        if not self.of:
            return f"{number(value)}{self.unit}"
        digits = max(0, -floor(log10(value / self.of * 100))) if value > 0 else 0
        digits += 2 if self.of == 1 else 0
        return f"{self.of - value:.{min(digits, 6)}f}{self.unit}"

    @property
    def judged(self) -> range:
        """The buckets since the push."""
        return range(max(0, self.window.bucket(self.push)), self.window.count)

    @cached_property
    def distances(self) -> list[list[float]]:
        """How many deviations each week's points are from what is usual; 0 where there is none."""
        return [
            [
                usual.distance(value) if usual and value is not None else 0.0
                for value, usual in zip(week, self.usual, strict=True)
            ]
            for week in self.weeks
        ]

    @cached_property
    def spike(self) -> float:
        """How far away the farthest single point of all weeks was, in deviations."""
        return max((abs(each) for week in self.distances for each in week), default=0.0)

    def surge(self, side: int) -> float:
        """How far away all points together were that were out one after the other, to one side.

        It is that of the week with the second most: an incident in one makes none usual.
        """
        most = sorted(farthest_run([each * side for each in week]) for week in self.distances)
        return most[-2] if len(most) > 1 else 0.0

    def clock(self, bucket: int) -> str:
        """When a bucket begins, by the clocks of the zone."""
        return f"{self.window.time(bucket).astimezone(self.zone):%H:%M}"

    def weeks_with(self, bucket: int) -> int:
        """How many weeks have data in a bucket."""
        return sum(week[bucket] is not None for week in self.weeks)


def farthest_run(distances: Sequence[float]) -> float:
    """The sum of the points that are out one after the other, where it is greatest."""
    runs = groupby(distances, key=lambda each: each >= OUT)
    return max((sum(run) for out, run in runs if out), default=0.0)


@frozen
class Excursion:
    """Points one after the other that are out to one side; `far` is the farthest."""

    buckets: tuple[int, ...]
    far: int


def number(value: float) -> str:
    """A value of a graph, three digits of it."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
