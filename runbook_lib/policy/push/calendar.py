"""When a team pushes: the day of the week, the interval, skipped and extra dates, the tagging."""

import heapq
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.pace import Pace

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
DATE = re.compile(r"(\d{4})([-.])(\d\d)\2(\d\d)", re.ASCII)


DAY = timedelta(days=1)
MOVED = timedelta(days=6)
"""How far from a skipped push an extra one may be that stands for it."""


@frozen
class PushCalendar:
    """The push days of a team: every `interval` weeks from `first` on, but for those `skipped`.

    `first` is a push day, and there is none before it. `tagging_time` is in `time_zone`. `changes`
    are later push days from which on it is every so many weeks; `extra` are pushes on other days.
    """

    day: str
    tagging_day: str
    tagging_time: time
    time_zone: str
    interval: int
    first: date
    skipped: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    changes: tuple[tuple[date, int], ...] = ()

    def __post_init__(self) -> None:
        if DAYS[self.first.weekday()] != self.day:
            raise UsageError(
                f"expected a {self.day} as the first push day, found {described(self.first)}; "
                "correct push.first or push.day in the profile"
            )
        begins = [self.first, *(since for since, _ in self.changes)]
        if begins != sorted(set(begins)):
            found = ", ".join(map(described, begins[1:]))
            raise UsageError(
                f"expected changes of the interval after {described(self.first)}, each after the "
                f"one before, found {found}; correct push.changes in the profile"
            )

    @property
    def paces(self) -> tuple[Pace, ...]:
        """How often there is a push, one pace after the other."""
        begun = [(self.first, self.interval), *self.changes]
        ends = [*(since for since, _ in self.changes), date.max]
        return tuple(Pace(*one, end) for one, end in zip(begun, ends, strict=True))

    def is_push_day(self, day: date) -> bool:
        """Whether there is a push on a day."""
        return day in self.extra or (self.is_regular(day) and day not in self.skipped)

    def is_regular(self, day: date) -> bool:
        """Whether a day is one of the push days, skipped or not."""
        return any(pace.has(day) for pace in self.paces)

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
        """How many turns were taken before this push, from the first on.

        A skipped push takes none. An extra one takes that of the skipped one near it; where there
        is none it takes none of its own: who had the push before has this one, too.
        """
        regular = sum(pace.count(self.check(push)) for pace in self.paces)
        gone = sum(self.is_regular(day) and day < push for day in self.skipped)
        moved = sum(self.is_moved(day) and day < push for day in self.extra)
        more = push in self.extra and not self.is_moved(push) and not self.is_regular(push)
        return max(0, regular - gone + moved - more)

    def is_moved(self, extra: date) -> bool:
        """Whether an extra push stands for a skipped one."""
        near = (abs(extra - day) <= MOVED for day in self.skipped if self.is_regular(day))
        return not self.is_regular(extra) and any(near)

    def tagging(self, push: date) -> datetime:
        """When the tags of a push are due: the last tagging time that is not after its day.

        Of an extra one, not before the day after the push before.
        """
        back = (push.weekday() - DAYS.index(self.tagging_day)) % len(DAYS)
        day = push - timedelta(days=back)
        before = next(self.until(push), None) if push in self.extra else None
        zone = ZoneInfo(self.time_zone)
        day = max(day, before + DAY) if before else day
        moment = datetime.combine(day, self.tagging_time, zone)
        # A time that summer time leaves out becomes the one that clocks show instead.
        return moment.astimezone(UTC).astimezone(zone)

    def since(self, day: date) -> Iterator[date]:
        """The push days from a day on, to the end of time."""
        extra = sorted(one for one in self.extra if one >= day and not self.is_regular(one))
        return heapq.merge(self.pushes(pace.since(day) for pace in self.paces), extra)

    def until(self, day: date) -> Iterator[date]:
        """The push days before a day, the newest first."""
        extra = sorted((one for one in self.extra if one < day), reverse=True)
        regular = self.pushes(pace.until(day) for pace in reversed(self.paces))
        others = (one for one in extra if not self.is_regular(one))
        return heapq.merge(regular, others, reverse=True)

    def pushes(self, days: Iterator[Iterator[date]]) -> Iterator[date]:
        """The regular days that are push days."""
        return (day for some in days for day in some if self.is_push_day(day))


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
