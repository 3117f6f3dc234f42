"""What was so before the push already: the push has not begun it.

A holiday, an incident that goes on, or a site that has grown is away from what is usual on either
side of a push; what the push has done to it is only told where it is farther away since.
"""

from statistics import median

from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.comparison import Comparison

AWAY = 2.5
"""Half of the points before a push lie so many deviations to one side, where it was so before."""
FEWEST = 3
"""So many points before the push say how it was then."""


@frozen
class Before:
    """Since which bucket it was so, and how many times what is usual it was, half of the time."""

    since: int
    factor: float


def find_before(comparison: Comparison, side: float) -> Before | None:
    """Since when the points before the push lay to the same `side` as those after it."""
    distances = {
        i: usual.distance(value) * (1 if side > 0 else -1)
        for i in comparison.lead
        if (value := comparison.now[i]) is not None and (usual := comparison.usual[i])
    }
    for since, distance in distances.items():
        rest = [i for i in distances if i >= since]
        far = len(rest) >= FEWEST and median(distances[i] for i in rest) >= AWAY
        if distance >= AWAY and far:
            return Before(since, median(factor_at(comparison, i) for i in rest))
    return None


def factor_at(comparison: Comparison, bucket: int) -> float:
    """How many times the median a point is, or the median the point; endless where one is 0."""
    value, usual = comparison.now[bucket], comparison.usual[bucket]
    assert value is not None and usual is not None, "only points that are compared have a factor"
    return comparison.factor(value, usual.median)
