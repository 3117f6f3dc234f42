"""What the points of a graph say, in words: the reasons of verdicts."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from runbook_lib.policy.monitoring.baseline import OUT
from runbook_lib.policy.monitoring.comparison import Comparison, Excursion
from runbook_lib.policy.monitoring.drift import Drift
from runbook_lib.policy.plural import plural

GAPS = 3
"""How many gaps are named one by one."""


def say_course(
    comparison: Comparison,
    found: Sequence[Excursion],
    distances: dict[int, float],
    drift: Drift | None,
    shifted: float,
) -> str:
    """The course of the points since the push; `shifted` is 0 where half of them have not moved."""
    if found:
        said = say_excursions(comparison, found, distances)
        return f"{said}; {say_drift(comparison, drift)}" if drift else said
    if drift:
        return say_drift(comparison, drift)
    if shifted:
        return say_shift(comparison, distances)
    return say_usual(comparison, distances)


def say_excursions(
    comparison: Comparison, found: Sequence[Excursion], distances: dict[int, float]
) -> str:
    """How many points are out, and the farthest of them."""
    many = sum(len(each.buckets) for each in found)
    far = max(found, key=lambda each: abs(distances[each.far])).far
    which = "highest" if is_above(comparison, distances[far]) else "lowest"
    of = plural(len(distances), "point")
    return f"{many} of {of} beyond {OUT:g} MADs, {which} {say_point(comparison, far)}"


def is_above(comparison: Comparison, distance: float) -> bool:
    """Whether a value is above what is usual: one of failures is, where there are fewer."""
    return (distance > 0) != bool(comparison.of)


def say_shift(comparison: Comparison, distances: dict[int, float]) -> str:
    """That the points lie to one side."""
    middle = median(distances.values())
    side = "above" if is_above(comparison, middle) else "below"
    return f"half of {plural(len(distances), 'point')} are {abs(middle):.1f} MADs or more {side}"


def say_drift(comparison: Comparison, drift: Drift) -> str:
    """That all points together have moved."""
    mean, usual = comparison.say(drift.mean), comparison.say(drift.usual)
    start, end = comparison.clock(drift.buckets[0]), comparison.clock(drift.buckets[-1] + 1)
    part = drift.buckets[-1] + 1 - drift.buckets[0] < len(comparison.judged) * 3 / 4
    whole = f"on the whole, {start}–{end}," if part else "on the whole"
    return f"{whole} {mean} against {usual}, {abs(drift.distance):.1f} MADs of the weeks away"


def say_usual(comparison: Comparison, distances: dict[int, float]) -> str:
    """That the points are as in the weeks: none is out that has to be told."""
    usual = {i: abs(distance) for i, distance in distances.items() if abs(distance) < OUT}
    weeks, of = plural(len(comparison.weeks), "week"), plural(len(distances), "point")
    if not usual:
        return f"as in the last {weeks}"
    most = f"within {max(usual.values()):.1f} MADs of the last {weeks}"
    if len(usual) == len(distances):
        return f"{most} at all {of}"
    return f"{most} at {len(usual)} of {of}, the others as in some of these weeks or alone"


def say_point(comparison: Comparison, bucket: int) -> str:
    """One point, what is usual there, and when."""
    value, usual = comparison.now[bucket], comparison.usual[bucket]
    assert value is not None and usual is not None, "only points that are compared are told"
    found, middle = comparison.say(value), comparison.say(usual.median)
    return f"{found} against a median of {middle} at {comparison.clock(bucket)}"


def say_blips(comparison: Comparison, blips: Sequence[Excursion]) -> Iterator[str]:
    """What the push explains."""
    for each in blips:
        end = comparison.clock(each.buckets[-1] + 1)
        yield f"a blip at the push, over by {end}: {say_point(comparison, each.far)}"


def say_before(comparison: Comparison, since: int, *, same: bool) -> str:
    """That it was so before the push, and whether the push has made it worse."""
    than = "and is no farther away since: what the push did to it can't be told"
    worse = "and is farther away since"
    return f"it was so before the push, at {comparison.clock(since)}, {than if same else worse}"


def gaps(comparison: Comparison) -> tuple[list[str], list[str]]:
    """The gaps that keep a verdict from being quiet, and those that are only said.

    The newest point may still be on its way, and where most weeks have no data none is expected.
    """
    half = len(comparison.weeks) / 2
    empty = [i for i in comparison.judged if comparison.now[i] is None]
    late = [i for i in empty if i == comparison.window.count - 1]
    missed = [i for i in empty if i not in late and comparison.weeks_with(i) >= half]
    usual = [i for i in empty if i not in late and i not in missed]
    strange = [
        i
        for i in comparison.judged
        if comparison.now[i] is not None and comparison.usual[i] is None
    ]
    missing = [
        *spans(comparison, missed, "no data"),
        *spans(comparison, strange, "nothing to compare with"),
    ]
    notes = [
        *spans(comparison, late, "no data yet"),
        *spans(comparison, usual, "no data, as in most weeks,"),
        *empty_weeks(comparison),
    ]
    return missing, notes


def spans(comparison: Comparison, buckets: Sequence[int], what: str) -> list[str]:
    """Buckets as stretches of time, at most `GAPS` of them one by one."""
    runs = [[i for _, i in run] for _, run in groupby(enumerate(buckets), lambda p: p[1] - p[0])]
    said = [f"{comparison.clock(run[0])}–{comparison.clock(run[-1] + 1)}" for run in runs[:GAPS]]
    more = [plural(len(runs) - GAPS, "more time")] if len(runs) > GAPS else []
    return [f"{what} {', '.join([*said, *more])}"] if said else []


def empty_weeks(comparison: Comparison) -> Iterator[str]:
    """How many weeks lack half of the points or more."""
    half = len(comparison.judged) / 2
    lacking = sum(
        sum(week[i] is None for i in comparison.judged) >= half for week in comparison.weeks
    )
    if lacking:
        yield f"{lacking} of {plural(len(comparison.weeks), 'week')} have no data for these hours"
