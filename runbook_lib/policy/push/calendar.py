"""When a team pushes: the day of the week, the interval, the skipped dates, the tagging before."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from runbook_lib.errors import UsageError

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATE = re.compile(r"(\d{4})([-.])(\d\d)\2(\d\d)", re.ASCII)


@dataclass(frozen=True)
class PushCalendar:
    """The push days of a team: every `interval` weeks from `first` on, but for those `skipped`.

    `first` is a push day, and there is none before it. `tagging_time` is in `time_zone`.
    """

    day: str
    tagging_day: str
    tagging_time: time
    time_zone: str
    interval: int
    first: date
    skipped: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if DAYS[self.first.weekday()] != self.day:
            raise UsageError(
                f"expected a {self.day} as the first push day, found {described(self.first)}; "
                "correct push.first or push.day in the profile"
            )

    @property
    def period(self) -> timedelta:
        """From push to push."""
        return timedelta(weeks=self.interval)

    def is_push_day(self, day: date) -> bool:
        """Whether there is a push on a day."""
        return self.is_regular(day) and day not in self.skipped

    def is_regular(self, day: date) -> bool:
        """Whether a day is one of the push days, skipped or not."""
        return day >= self.first and (day - self.first) % self.period == timedelta()

    def read(self, text: str) -> date:
        """The push day that a text names, as 2026-03-12 or as in a tag, 2026.03.12.

        Raises `UsageError` where it is none, with the nearest ones named.
        """
        return self.check(read_date(text))

    def check(self, day: date) -> date:
        """The day, if there is a push on it; raises `UsageError` with the nearest ones named."""
        if self.is_push_day(day):
            return day
        skipped = self.is_regular(day)
        found = f"{described(day)}, which is skipped (push.skipped)" if skipped else described(day)
        raise UsageError(
            f"expected a push day, found {found}; the nearest ones are "
            f"{' and '.join(map(described, self.nearest(day)))}: name one of these"
        )

    def nearest(self, day: date) -> list[date]:
        """The push days just before and after a day, as far as there are any."""
        around = (next(self.until(day), None), next(self.since(day), None))
        return [found for found in around if found]

    def next_from(self, day: date) -> date:
        """The first push day that is not before a day."""
        return self.found(next(self.since(day), None), f"on or after {day}")

    def after(self, day: date) -> date:
        """The first push day after a day."""
        return self.next_from(day + timedelta(days=1))

    def before(self, day: date) -> date:
        """The last push day before a day; raises `UsageError` where that is before the first."""
        return self.found(next(self.until(day), None), f"before {day}")

    def found(self, day: date | None, where: str) -> date:
        """The push day, if there is one."""
        if day is None:
            raise UsageError(
                f"expected a push day {where}, found none: the first is {described(self.first)}; "
                "name another date, or correct push.first in the profile"
            )
        return day

    def number(self, push: date) -> int:
        """How many pushes there were before this one, from the first on; skipped ones are none."""
        regular = (self.check(push) - self.first) // self.period
        return regular - sum(self.is_regular(day) and day < push for day in self.skipped)

    def tagging(self, push: date) -> datetime:
        """When the tags of a push are due: the last tagging time that is not after its day."""
        back = (push.weekday() - DAYS.index(self.tagging_day)) % len(DAYS)
        zone = ZoneInfo(self.time_zone)
        moment = datetime.combine(push - timedelta(days=back), self.tagging_time, zone)
        # A time that summer time leaves out becomes the one that clocks show instead.
        return moment.astimezone(UTC).astimezone(zone)

    def since(self, day: date) -> Iterator[date]:
        """The push days from a day on, to the end of time."""
        weeks = max(0, -((self.first - day) // self.period))
        return self.pushes(weeks, 1)

    def until(self, day: date) -> Iterator[date]:
        """The push days before a day, the newest first."""
        return self.pushes((day - self.first - timedelta(days=1)) // self.period, -1)

    def pushes(self, number: int, pace: int) -> Iterator[date]:
        """The push days from the regular one of that number on, forwards or backwards."""
        while number >= 0:
            try:
                day = self.first + number * self.period
            except OverflowError:
                return
            if day not in self.skipped:
                yield day
            number += pace


def read_date(text: str) -> date:
    """The date that a text names in one of the two forms; raises `UsageError` for anything else."""
    match = DATE.fullmatch(text.strip())
    try:
        year, month, day = (int(match[part]) for part in (1, 3, 4)) if match else (0, 0, 0)
        return date(year, month, day)
    except ValueError:
        raise UsageError(
            f"expected a date as 2026-03-12 or 2026.03.12, found {text!r:.60}; correct it"
        ) from None


def described(day: date) -> str:
    """A date with its day of the week, which is what is mistaken most."""
    return f"{day:%A} {day}"
