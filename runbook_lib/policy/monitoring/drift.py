"""How far all points together have moved: few events show in their sum, not in single points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt
from statistics import fmean, median

from runbook_lib.policy.monitoring.baseline import ENOUGH, FLOOR, NORMAL, OUT, RECORD
from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.monitoring.series import Buckets

STRETCHES = (timedelta(minutes=10), timedelta(minutes=20))
"""How long a part of a push's hours may be in which few events show together."""
TOGETHER = 8
"""The fewest points of such a part."""


@dataclass(frozen=True)
class Drift:
    """The mean of the points since a push, the weeks' usual one, and their distance.

    That is in deviations of the weeks' means.
    """

    mean: float
    usual: float
    distance: float
    factor: float
    """How many times the usual mean it is, or the other way; 1 where these can't be told."""
    visible: float
    """How many times the usual mean it would have to be to be told from it."""
    farthest: float
    """The distance of the week that is farthest from the weeks' usual mean."""
    buckets: tuple[int, ...]
    """What it is the mean of."""


def find_stretches(comparison: Comparison, buckets: Sequence[int]) -> list[Drift]:
    """The drifts of stretches of a push's hours that are far beyond any of a week's."""
    found = [
        drift
        for span in STRETCHES
        for size in [max(TOGETHER, comparison.window.whole(span))]
        if size < len(buckets)
        for first in range(0, len(buckets) - size + 1, max(1, size // 2))
        if (drift := find_drift(comparison, buckets[first : first + size]))
    ]
    farthest = max((each.farthest for each in found), default=0.0)
    return [each for each in found if abs(each.distance) > RECORD * farthest]


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
    distance = (now - middle) / deviation if deviation else 0.0
    mean, before = base + now, base + middle
    factor = comparison.factor(mean, before) if min(mean, before) + comparison.least > 0 else 1.0
    visible = 1 + OUT * deviation / before if before > 0 and not comparison.of else 1.0
    farthest = max(abs(each - middle) for each in offsets) / deviation if deviation else 0.0
    return Drift(mean, before, distance, factor, visible, farthest, tuple(buckets))


def offset(week: Buckets, medians: dict[int, float]) -> float | None:
    """How far a week lies from the medians on average; None where half of it is missing."""
    found = [value - medians[i] for i in medians if (value := week[i]) is not None]
    return fmean(found) if len(found) >= len(medians) / 2 else None
