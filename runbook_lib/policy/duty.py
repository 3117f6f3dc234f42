"""Who has a duty, and when, as a calendar says."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
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
