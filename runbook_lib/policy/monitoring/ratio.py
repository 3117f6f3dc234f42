"""Ratios of successes, judged by what is left: from 99.95 % to 86 % failures are 280 times as many.

A line is one where it never leaves 0 to 100 % (0 to 1 where it has no unit), and is mostly in the
last tenth of that.
"""

from dataclasses import replace
from statistics import median

from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.monitoring.series import Buckets

MOSTLY = 0.9
TOPS = {" %": (100.0,), "": (1.0, 100.0)}
"""What all is, by the unit of a line; of other units there is no such thing."""


def judged_by_failures(comparison: Comparison) -> Comparison:
    """The failures of a ratio of successes, which says its own values; any other line as it is."""
    top = top_of(comparison)
    if not top:
        return comparison
    weeks = tuple(left_of(top, week) for week in comparison.weeks)
    return replace(comparison, now=left_of(top, comparison.now), weeks=weeks, of=top)


def top_of(comparison: Comparison) -> float:
    """What all is in a ratio of successes; 0 for any other line."""
    usual = [value for week in comparison.weeks for value in week if value is not None]
    values = [*usual, *(value for value in comparison.now if value is not None)]
    if not usual or min(values) < 0:
        return 0.0
    tops = TOPS.get(comparison.unit, ())
    fitting = (top for top in tops if max(values) <= top and median(usual) >= MOSTLY * top)
    return next(fitting, 0.0)


def left_of(top: float, values: Buckets) -> Buckets:
    """What is left of each value."""
    return tuple(None if value is None else max(0.0, top - value) for value in values)
