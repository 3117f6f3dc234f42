"""How often a team pushes: every so many weeks from a push day on, until that changes."""

from collections.abc import Iterator
from datetime import date, timedelta

from runbook_lib.frozen import frozen


@frozen
class Pace:
    """How often there is a push from a push day on, until the day before `end`."""

    first: date
    interval: int
    end: date = date.max

    @property
    def period(self) -> timedelta:
        """From push to push."""
        return timedelta(weeks=self.interval)

    def has(self, day: date) -> bool:
        """Whether a day is one of its push days."""
        return self.first <= day < self.end and (day - self.first) % self.period == timedelta()

    def count(self, day: date) -> int:
        """How many of its push days are before a day."""
        return max(0, -((self.first - min(day, self.end)) // self.period))

    def since(self, day: date) -> Iterator[date]:
        """Its push days from a day on."""
        return self.days(self.count(day), 1)

    def until(self, day: date) -> Iterator[date]:
        """Its push days before a day, the newest first."""
        return self.days(self.count(day) - 1, -1)

    def days(self, number: int, pace: int) -> Iterator[date]:
        """The push days from the one of that number on, forwards or backwards."""
        while number >= 0:
            try:
                day = self.first + number * self.period
            except OverflowError:
                return
            if day >= self.end:
                return
            yield day
            number += pace
