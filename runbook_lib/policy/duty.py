"""Who has a duty, and when, as a calendar says."""

from datetime import date

from runbook_lib.frozen import frozen


@frozen
class Duty:
    """What a calendar says: somebody has duty from `start` on, and before `end`."""

    person: str
    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.person} from {self.start} to {self.end}"

    def covers(self, day: date) -> bool:
        """Whether a day is in it."""
        return self.start <= day < self.end
