"""What earlier weeks say is usual: the median of each bucket, and how far values lie from it.

Medians and median absolute deviations, because a week with an incident in it, or with a holiday,
must not make the next incident look usual.
"""

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, median

from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.series import Buckets

ENOUGH = 3
"""A bucket can be compared where so many weeks have data."""
REACH = 4
"""How many buckets on either side count for the usual distance and range of a bucket."""
NORMAL = 1.4826
"""The standard deviation of a normal distribution, in median absolute deviations."""
OUT = 5.0
"""How many deviations away from what is usual a point is out."""
RECORD = 1.5
"""How much farther than anything in the weeks a single point or a short stretch has to be: of six
weeks and a push the push is the farthest in one of seven by chance alone.
"""
FLOOR = 0.03
"""No distance is taken for smaller than this part of the median: what never changes would
otherwise be far away at its first change."""


@frozen
class Usual:
    """What is usual in one bucket: the median, one deviation, and the range of the weeks.

    Of the range the most extreme week is left out on either side.
    """

    median: float
    deviation: float
    low: float
    high: float

    def distance(self, value: float) -> float:
        """How many deviations above (or, negative, below) the median a value is.

        Endless where nothing but 0 has ever been seen.
        """
        if value == self.median:
            return 0.0
        off = value - self.median
        return off / self.deviation if self.deviation else float("inf") * off

    def within(self, value: float) -> bool:
        """Whether the weeks have had such a value at about this hour."""
        return self.low <= value <= self.high


def find_usual(weeks: Sequence[Buckets], *, least: float = 0.0) -> tuple[Usual | None, ...]:
    """What is usual in each bucket; None where fewer than `ENOUGH` weeks have data.

    No deviation is smaller than `least`.
    """
    medians = [middle(column) for column in zip(*weeks, strict=True)]
    distances = [off_from(week, medians) for week in weeks]
    sizes = [abs(centre) for centre in medians if centre is not None]
    floor = FLOOR * median(sizes) if sizes else 0.0
    overall = deviation(distances)

    def usual(i: int) -> Usual | None:
        centre = medians[i]
        if centre is None:
            return None
        near = slice(max(0, i - REACH), i + REACH + 1)
        here = deviation([week[near] for week in distances])
        low, high = usual_range([week[near] for week in weeks])
        return Usual(centre, max(here, overall / 2, floor, least, FLOOR * abs(centre)), low, high)

    return tuple(usual(i) for i in range(len(medians)))


def middle(column: Sequence[float | None]) -> float | None:
    """The median of one bucket over the weeks, or None where too few have data."""
    values = [value for value in column if value is not None]
    return median(values) if len(values) >= ENOUGH else None


def off_from(week: Buckets, medians: Sequence[float | None]) -> Buckets:
    """How far a week's values are from the medians."""
    return tuple(
        None if value is None or centre is None else abs(value - centre)
        for value, centre in zip(week, medians, strict=True)
    )


def deviation(weeks: Sequence[Buckets]) -> float:
    """One standard deviation, estimated from the distances of few weeks to their medians.

    A median of few values lies nearer to them than the true one; n / (n - 1) makes up for it
    (Croux and Rousseeuw, Time-efficient algorithms for two highly robust estimators, 1992).
    """
    present = [[value for value in week if value is not None] for week in weeks]
    values = [value for week in present for value in week]
    if not values:
        return 0.0
    found = NORMAL * median(values) or rare(present)
    return found * len(weeks) / (len(weeks) - 1) if len(weeks) > 1 else found


def rare(weeks: Sequence[Sequence[float]]) -> float:
    """The deviation of what mostly does not happen: half of the distances and more are 0.

    It is the root mean square, without the week that is off the most.
    """
    values = [value for week in sorted(weeks, key=sum)[:-1] for value in week]
    return sqrt(fmean(value * value for value in values)) if values else 0.0


def usual_range(weeks: Sequence[Buckets]) -> tuple[float, float]:
    """The lowest and the highest value, without the week that goes farthest on either side."""
    present = [[value for value in week if value is not None] for week in weeks]
    lows = sorted(min(values) for values in present if values)
    highs = sorted(max(values) for values in present if values)
    return lows[1], highs[-2]
