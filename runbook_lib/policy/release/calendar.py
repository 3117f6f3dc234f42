"""Calendar versions: found by the dates of their tags, and the next one, which is the date's.

The words for a calendar's parts are those of https://calver.org: YYYY, YY, MM, 0M, DD, 0D.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from runbook_lib.frozen import frozen
from runbook_lib.policy.release.tag_reading import ReadTag
from runbook_lib.policy.version import Version

WHOLE_DAY = ("YYYY", "MM", "DD")
SHAPES = (
    WHOLE_DAY,
    ("YYYYMMDD",),
    ("YY", "MM", "DD"),
    ("YYYY", "MM"),
    ("YY", "MM"),
    ("YYYY",),
    ("YY",),
)
YEARS_ALONE = (("YYYY",), ("YY",))
CENTURY = 100
NEWEST = 5
"""So many of the newest releases say whether there is a calendar."""
SLACK = 3
"""A tag may be made so many days before or after the date that it names."""
YEARS = range(1970, 2200)


@frozen
class Calendar:
    """How versions tell dates; `counts` says that a number always follows the date.

    With the year alone, the numbers behind it count as those of other versions do.
    """

    parts: tuple[str, ...]
    padded: bool = False
    counts: bool = False
    first: int = 0
    """The number of the first release of a date, where one is counted."""

    def __str__(self) -> str:
        spelled = [part.replace("MM", "0M").replace("DD", "0D") for part in self.parts]
        shown = spelled if self.padded else self.parts
        return ".".join([*shown, *(["MICRO"] if self.counts else [])])

    @property
    def years(self) -> bool:
        """Whether versions tell the year alone, and what follows it counts as elsewhere."""
        return self.parts in YEARS_ALONE

    def of(self, day: date) -> tuple[str, ...]:
        """A date as versions write it."""
        return tuple(self.spell(part, day) for part in self.parts)

    def spell(self, part: str, day: date) -> str:
        """One part of a date."""
        number = value(part, day)
        return f"{number:02}" if self.padded and part in ("MM", "DD") else str(number)

    def next(self, today: date, released: Sequence[Version]) -> Version:
        """The version of a date: its first, or the one after those of that date."""
        written = self.of(today)
        count = self.count(tuple(map(int, written)), released)
        if count is None and not self.counts:
            return Version.parse(".".join(written))
        return Version.parse(".".join((*written, str(self.first if count is None else count))))

    def is_of(self, version: Version, day: date) -> bool:
        """Whether a version tells that date."""
        return version.numbers[: len(self.parts)] == tuple(map(int, self.of(day)))

    def after(self, last: Version, released: Sequence[Version]) -> Version:
        """The version that counts up on the date of another."""
        written = last.parts[: len(self.parts)]
        count = self.count(last.numbers[: len(self.parts)], [*released, last])
        return Version.parse(".".join((*written, str(count))))

    def count(self, numbers: tuple[int, ...], released: Sequence[Version]) -> int | None:
        """The number of a date's next release; None for its first one."""
        width = len(numbers)
        same = [one for one in released if one.numbers[:width] == numbers and not one.is_pre]
        counted = [one.numbers[width] for one in same]
        return max(counted) + 1 if counted else None


def find_calendar(read: Sequence[ReadTag]) -> Calendar | None:
    """The calendar of some releases, given oldest first; None where most tell no date."""
    finals = [one for one in read if not one.version.is_pre][-NEWEST:]
    fitting = (shape for shape in SHAPES if is_told(shape, finals))
    shape = next(fitting, None)
    return calendar(shape, [one.version for one in finals]) if shape else None


def is_told(shape: tuple[str, ...], finals: Sequence[ReadTag]) -> bool:
    """Whether most of the versions tell the dates of their tags in that shape.

    One release alone is believed where it names the year in full: 24.10 may be anything. Whole
    days with zeros in front are dates, whenever their tags were made: 2026.07.22.
    """
    padded = shape == WHOLE_DAY and any(one.version.padded for one in finals)
    told = [one for one in finals if tells(shape, one) or (padded and is_day(one))]
    enough = 1 if shape[0].startswith("YYYY") else 2
    return len(told) >= enough and 2 * len(told) > len(finals)


def is_day(one: ReadTag) -> bool:
    """Whether a version's first numbers are a day of these times."""
    try:
        return date(*one.version.numbers[:3]).year in YEARS
    except (TypeError, ValueError):
        return False


def tells(shape: tuple[str, ...], one: ReadTag) -> bool:
    """Whether a version tells about the date of its tag; a year alone, the year about it."""
    if len(one.version.parts) < len(shape):
        return False
    numbers, day = one.version.numbers[: len(shape)], one.tag.day
    days = [day + timedelta(days=n) for n in range(-SLACK, SLACK + 1)] if day.year in YEARS else []
    return any(numbers == tuple(value(part, near) for part in shape) for near in days)


def calendar(shape: tuple[str, ...], versions: Sequence[Version]) -> Calendar:
    """The calendar of that shape, as these versions write it."""
    width = len(shape)
    counting = [one for one in versions if len(one.parts) > width]
    counts = len(counting) == len(versions)
    padded = any(one.padded for one in versions)
    first = min((one.numbers[width] for one in counting), default=1)
    return Calendar(shape, padded, counts and shape not in YEARS_ALONE, min(first, 1))


def value(part: str, day: date) -> int:
    """What a part of a calendar is on a day."""
    values = {"YYYY": day.year, "YY": day.year % CENTURY, "MM": day.month, "DD": day.day}
    return int(f"{day:%Y%m%d}") if part == "YYYYMMDD" else values[part]
