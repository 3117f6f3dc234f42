"""How far all points together have moved: few events show in their sum, not in single points."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from math import sqrt
from statistics import fmean, median

from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.baseline import ENOUGH, FLOOR, NORMAL, OUT, RECORD
from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.monitoring.series import Buckets

STRETCHES = (timedelta(minutes=10), timedelta(minutes=20))
"""How long a part of a push's hours may be in which few events show together."""
TOGETHER = 8
"""The fewest points of such a part."""


@frozen
class Drift:
    """The mean of the points since a push, beside the weeks' means of the same points."""

    mean: float
    usual: float
    """The median of the weeks' means."""
    deviation: float
    """One deviation of the weeks' means."""
    away: tuple[float, ...]
    """How far each week's mean is from the usual one, the nearest first."""
    factor: float
    """How many times the usual mean it is, or the other way; 1 where these can't be told."""
    visible: float
    """How many times the usual mean it would have to be to be told from it."""
    buckets: tuple[int, ...]
    """What it is the mean of."""

    @property
    def distance(self) -> float:
        """How far the mean is from the usual one, in deviations of the weeks' means."""
        return (self.mean - self.usual) / self.deviation if self.deviation else 0.0

    @property
    def farthest(self) -> float:
        """How far that is of the week which is farthest."""
        return self.away[-1] / self.deviation if self.deviation else 0.0

    @property
    def is_news(self) -> bool:
        """Whether it is far beyond the weeks but one, in which there may have been an incident."""
        return abs(self.mean - self.usual) > RECORD * self.away[-2]


def find_stretches(comparison: Comparison, buckets: Sequence[int]) -> list[Drift]:
    """The drifts of stretches of a push's hours that are far beyond any of a week's."""
    sizes = {max(TOGETHER, comparison.window.whole(span)) for span in STRETCHES}
    found = [
        each
        for size in sorted(sizes)
        if size < len(buckets)
        for each in find_alike(comparison, buckets, size)
    ]
    farthest = max((each.farthest for each in found), default=0.0)
    return [each for each in found if abs(each.distance) > RECORD * farthest]


def find_alike(comparison: Comparison, buckets: Sequence[int], size: int) -> list[Drift]:
    """The drifts of all stretches of one size.

    None is measured by less than half of them are: of few weeks, some lie close by chance.
    """
    parts = (buckets[i : i + size] for i in range(0, len(buckets) - size + 1, max(1, size // 2)))
    found = [drift for part in parts if (drift := find_drift(comparison, part))]
    usual = median(each.deviation for each in found) if found else 0.0
    return [replace(each, deviation=max(each.deviation, usual)) for each in found]


def find_drift(comparison: Comparison, buckets: Sequence[int]) -> Drift | None:
    """The drift of some buckets, all of which can be compared; None where too few can.

    A week's mean is taken of its distances to the medians: a gap in it does not move it.
    """
    if len(buckets) < ENOUGH:
        return None
    known = [(i, usual) for i in buckets if (usual := comparison.usual[i])]
    medians = {i: usual.median for i, usual in known}
    offsets = [found for week in comparison.weeks if (found := offset(week, medians)) is not None]
    now = offset(comparison.now, medians)
    if now is None or len(offsets) < ENOUGH:
        return None
    middle, base = median(offsets), fmean(medians.values())
    spread = NORMAL * median(abs(each - middle) for each in offsets)
    spread *= len(offsets) / (len(offsets) - 1)
    chance = median(usual.deviation for _, usual in known) / sqrt(len(known))
    deviation = max(spread, chance, comparison.least, FLOOR * abs(base))
    mean, before = base + now, base + middle
    factor = comparison.factor(mean, before) if min(mean, before) + comparison.least > 0 else 1.0
    visible = 1 + OUT * deviation / before if before > 0 and not comparison.of else 1.0
    away = tuple(sorted(abs(each - middle) for each in offsets))
    return Drift(mean, before, deviation, away, factor, visible, tuple(buckets))


def offset(week: Buckets, medians: dict[int, float]) -> float | None:
    """How far a week lies from the medians on average; None where half of it is missing."""
    found = [value - medians[i] for i in medians if (value := week[i]) is not None]
    return fmean(found) if len(found) >= len(medians) / 2 else None
