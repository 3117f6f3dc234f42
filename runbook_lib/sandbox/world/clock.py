"""A world's own time: it stands still, or runs from an instant on, and is only set forward."""

import json
from datetime import UTC, datetime, timedelta
from typing import Self

from runbook_lib.frozen import frozen

FASTEST = 86_400.0
"""The highest pace: a day in a second."""


@frozen
class Clock:
    """It showed `at` when the machine's clock showed `since`, in seconds since 1970.

    `pace` is how many of its seconds pass in one of the machine's; with 0 it stands still.
    """

    at: datetime
    pace: float = 0.0
    since: float = 0.0

    @property
    def stands_still(self) -> bool:
        """Whether it moves only as people set it."""
        return self.pace == 0

    def now(self, machine: float) -> datetime:
        """What it shows, in UTC and whole seconds, when the machine's clock shows `machine`."""
        passed = max(0.0, machine - self.since) * self.pace
        return (self.at.astimezone(UTC) + timedelta(seconds=passed)).replace(microsecond=0)

    def forward(self, to: datetime, machine: float) -> Self:
        """The clock set forward to a moment; an earlier one changes nothing."""
        now = self.now(machine)
        return self if to <= now else type(self)(to.astimezone(UTC), self.pace, machine)

    def at_pace(self, pace: float, machine: float) -> Self:
        """The clock as it goes on at another pace from now on."""
        return type(self)(self.now(machine), pace, machine)

    def written(self) -> str:
        """The clock as a world keeps it: one that stands still is its moment alone."""
        moment = self.now(self.since).isoformat()
        return moment if self.stands_still else json.dumps([moment, self.pace, self.since])

    @classmethod
    def read(cls, text: str) -> Self:
        """The clock that a world keeps."""
        if not text.startswith("["):
            return cls(datetime.fromisoformat(text))
        moment, pace, since = json.loads(text)
        return cls(datetime.fromisoformat(moment), pace, since)
