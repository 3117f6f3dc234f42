"""The verdict on a push, from one line of a graph.

The rules, for one line of a graph, in deviations (see `baseline`) from the median of the weeks:

- A point is *out* where it is 5 or more away, in the direction that counts, and where the weeks
  had nothing like it at about this hour. A single one has to be 8 away, and half as far again as
  the single points of the weeks; several one after the other together half as far again as such
  of the weeks but one, for a batch comes at another time each week.
- *alarm*: points that are out one after the other for 10 minutes or more, three at least, and a
  quarter more or less than the median; or half of all points 2.5 away to one side, or their mean 5
  away from the weeks' means (see `drift`), and on the whole doubled or halved.
- *look at this*: points that are out, but fewer or nearer; half of all points or their mean away
  like that, and a quarter more or less; the mean of 10 or 20 minutes away like that, and half
  as far again as that of any in the weeks; a gap where the weeks have data, or data where they have
  none; too little to judge by.
- *quiet*: anything else. What is out from the push's beginning until 10 minutes after its end, for
  10 minutes at most, and over, is expected of it and only said, as long as it is not 5 times (or a
  fifth of) the median.

Weeks that grow or shrink, hardly one against it, are taken for what they lead to (see `trend`).

What lay to the same side before the push, and is no farther away since, the push has not begun: it
is no alarm, and said.

Every gap is said. Where there is no data, the verdict is never quiet.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import groupby
from statistics import median
from typing import Literal

from runbook_lib.policy.monitoring.baseline import OUT, RECORD
from runbook_lib.policy.monitoring.before import Before, factor_at, find_before
from runbook_lib.policy.monitoring.comparison import Comparison, Excursion
from runbook_lib.policy.monitoring.drift import Drift, find_drift, find_stretches
from runbook_lib.policy.monitoring.ratio import judged_by_failures
from runbook_lib.policy.monitoring.reasons import (
    gaps,
    is_above,
    say_before,
    say_blips,
    say_course,
)
from runbook_lib.policy.monitoring.trend import follow_trend, say_trend
from runbook_lib.policy.monitoring.untold import POINTS, say_unseen, too_little
from runbook_lib.policy.monitoring.verdict import Level, Verdict

Direction = Literal["both", "up", "down"]
"""Which way is bad: errors up, traffic down; by default either."""

ALONE, SHIFTED = 8.0, 2.5
LASTING = timedelta(minutes=10)
"""How long an excursion lasts that is an alarm, and at most the one that a push explains."""
NOTABLE, DOUBLE, LARGE = 1.25, 2.0, 5.0
"""Factors: nothing smaller is an alarm or a shift; a shift that is an alarm; no blip of a push."""


def judge(comparison: Comparison, *, direction: Direction = "both") -> Verdict:
    """The verdict on one line of a graph; `direction` says which way its values are bad."""
    comparison = follow_trend(judged_by_failures(comparison))
    nothing = too_little(comparison)
    if nothing:
        return Verdict("look at this", nothing, told=len(comparison.judged) >= POINTS)
    distances = dict(measure(comparison, direction))
    found = list(excursions(comparison, distances))
    blips = [each for each in found if is_blip(comparison, each, distances)]
    rest = [each for each in found if each not in blips]
    drift = notable_drift(comparison, distances, blips, direction)
    level = level_of(comparison, rest, distances, drift)
    said = [
        say_course(comparison, rest, distances, drift, shift(comparison, distances)),
        *say_blips(comparison, blips),
    ]
    before = (
        find_before(comparison, side_of_all(rest, distances, drift)) if level != "quiet" else None
    )
    if before:
        same = not grown(comparison, rest, drift, before)
        level = "look at this" if same else level
        said.append(say_before(comparison, before.since, same=same))
    if level != "quiet":
        said.extend(say_trend(comparison))
    missing, notes = gaps(comparison)
    if missing and level == "quiet":
        level = "look at this"
    unseen = say_unseen(comparison, distances) if level == "quiet" else []
    return Verdict(level, "; ".join([*said, *missing, *notes, *unseen]))


def measure(comparison: Comparison, direction: Direction) -> Iterator[tuple[int, float]]:
    """How far each point since the push is from what is usual, in the direction that counts."""
    for i in comparison.judged:
        value, usual = comparison.now[i], comparison.usual[i]
        if value is not None and usual is not None:
            distance = usual.distance(value)
            yield i, distance if counts(comparison, distance, direction) else 0.0


def counts(comparison: Comparison, distance: float, direction: Direction) -> bool:
    """Whether a distance is in the direction that is bad."""
    return direction == "both" or is_above(comparison, distance) == (direction == "up")


def excursions(comparison: Comparison, distances: dict[int, float]) -> Iterator[Excursion]:
    """The points that are out, those one after the other to the same side together."""
    for side, group in groupby(distances, key=lambda i: side_of(comparison, i, distances[i])):
        buckets = tuple(group)
        far = max(buckets, key=lambda i: abs(distances[i]))
        away = sum(abs(distances[i]) for i in buckets)
        alone, surge = max(ALONE, RECORD * comparison.spike), RECORD * comparison.surge(side)
        if side and away > (surge if len(buckets) > 1 else alone):
            yield Excursion(buckets, far)


def side_of(comparison: Comparison, bucket: int, distance: float) -> int:
    """1 for a point that is out above, -1 below, 0 for one that is not out."""
    value, usual = comparison.now[bucket], comparison.usual[bucket]
    if value is None or usual is None or abs(distance) < OUT or usual.within(value):
        return 0
    return 1 if distance > 0 else -1


def is_blip(comparison: Comparison, found: Excursion, distances: dict[int, float]) -> bool:
    """Whether the push explains an excursion: short, over soon after it, and not large."""
    longest, last = max(2, comparison.window.whole(LASTING)), found.buckets[-1]
    allowed = comparison.judged.start + comparison.pushing // comparison.window.step + longest
    soon = last < allowed and len(found.buckets) <= longest
    return soon and any(i > last for i in distances) and factor_at(comparison, found.far) < LARGE


def notable_drift(
    comparison: Comparison,
    distances: dict[int, float],
    blips: Sequence[Excursion],
    direction: Direction,
) -> Drift | None:
    """The drift of what is no blip, or of a stretch of it, where it is far, large and counts."""
    left_out = {i for each in blips for i in each.buckets}
    rest = [i for i in distances if i not in left_out]
    whole = find_drift(comparison, rest)
    news = [whole] if whole and whole.is_news else []
    far = [
        each
        for each in [*news, *find_stretches(comparison, rest)]
        if abs(each.distance) >= OUT
        and each.factor >= NOTABLE
        and counts(comparison, each.distance, direction)
    ]
    return max(far, key=lambda each: (each is whole, abs(each.distance)), default=None)


def level_of(
    comparison: Comparison,
    found: Sequence[Excursion],
    distances: dict[int, float],
    drift: Drift | None,
) -> Level:
    """How bad the excursions are that the push does not explain, and what has moved."""
    whole = drift is not None and 2 * len(drift.buckets) > len(distances)
    moved = max(shift(comparison, distances), drift.factor if drift and whole else 0.0)
    if any(lasting(comparison, each) for each in found) or moved >= DOUBLE:
        return "alarm"
    return "look at this" if found or moved or drift else "quiet"


def lasting(comparison: Comparison, found: Excursion) -> bool:
    """Whether an excursion is long and large enough for an alarm."""
    span = (found.buckets[-1] + 1 - found.buckets[0]) * comparison.window.step
    size = median(factor_at(comparison, i) for i in found.buckets)
    return len(found.buckets) >= POINTS and span >= LASTING and size >= NOTABLE


def shift(comparison: Comparison, distances: dict[int, float]) -> float:
    """The factor by which all has moved, where half of the points are off to one side; else 0."""
    middle = median(distances.values())
    if abs(middle) < SHIFTED:
        return 0.0
    moved = median(
        factor_at(comparison, i) for i, distance in distances.items() if distance * middle > 0
    )
    return moved if moved >= NOTABLE else 0.0


def side_of_all(
    found: Sequence[Excursion], distances: dict[int, float], drift: Drift | None
) -> float:
    """To which side the points are that have to be told: above 0, above what is usual."""
    out = [distances[i] for each in found for i in each.buckets]
    return sum(out) or (drift.distance if drift else median(distances.values()))


def grown(
    comparison: Comparison, found: Sequence[Excursion], drift: Drift | None, before: Before
) -> bool:
    """Whether anything is farther away since the push than it was before."""
    since = [median(factor_at(comparison, i) for i in each.buckets) for each in found]
    return any(each >= before.factor * NOTABLE for each in [*since, drift.factor if drift else 0.0])
