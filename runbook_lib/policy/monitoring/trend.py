"""Lines that grow, or shrink, from week to week: they are compared with what the weeks lead to."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from math import exp, log
from statistics import fmean, median

from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.monitoring.series import Buckets

WEEKS = 5
"""Fewer weeks show no trend."""
AGAINST = 1 / 7
"""The part of all pairs of weeks that may go against a trend."""


def follow_trend(comparison: Comparison) -> Comparison:
    """The weeks, the newest first, as high as they would be now if they went on as they did."""
    weekly = find_trend(comparison.weeks)
    if weekly == 1:
        return comparison
    weeks = tuple(scaled(week, weekly**back) for back, week in enumerate(comparison.weeks, 1))
    return replace(comparison, weeks=weeks, weekly=weekly)


def say_trend(comparison: Comparison) -> list[str]:
    """Where the weeks lead, if anywhere."""
    weekly = comparison.weekly
    return [] if weekly == 1 else [f"measured by where the weeks lead, {weekly - 1:+.0%} each"]


def find_trend(weeks: Sequence[Buckets]) -> float:
    """How many times the week before a week mostly is; 1 where that goes up and down.

    The slope is the median of those between any two weeks (Theil and Sen), and there is one where
    hardly any two go against it (Kendall).
    """
    levels = [level_of(week) for week in weeks]
    if len(levels) < WEEKS or not all(levels):
        return 1.0
    slopes = [log(new / old) / (j - i) for (i, new), (j, old) in combinations(enumerate(levels), 2)]
    middle = median(slopes)
    against = sum(each * middle <= 0 for each in slopes)
    return exp(middle) if against <= AGAINST * len(slopes) else 1.0


def level_of(week: Buckets) -> float:
    """The mean of a week's points, where none is below 0; else 0."""
    present = [value for value in week if value is not None]
    return fmean(present) if present and min(present) >= 0 else 0.0


def scaled(week: Buckets, factor: float) -> Buckets:
    """Each point so many times as high."""
    return tuple(None if value is None else value * factor for value in week)
