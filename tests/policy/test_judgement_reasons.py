"""What a verdict on a graph says where it is close: sides, stretches, gaps and blips."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, timedelta

import pytest

from runbook_lib.policy.monitoring.before import FEWEST, find_before
from runbook_lib.policy.monitoring.comparison import Comparison, Excursion
from runbook_lib.policy.monitoring.drift import OUT, find_drift, find_stretches
from runbook_lib.policy.monitoring.judgement import is_blip, measure
from runbook_lib.policy.monitoring.reasons import gaps, say_drift, say_shift, spans
from runbook_lib.policy.monitoring.series import Window
from tests.policy.test_judgement import BEFORE, MINUTE, POINTS, PUSH, compare, level, weeks


@pytest.mark.parametrize(("value", "side"), [(130.0, "above"), (80.0, "below")])
def test_points_that_lie_to_one_side_say_to_which(value: float, side: str) -> None:
    found = compare(level(100, (0, 20, value)), *weeks(100))
    assert say_shift(found, dict(measure(found, "both"))).endswith(f" MADs or more {side}")


def test_only_a_stretch_that_is_no_whole_is_told_with_its_hours() -> None:
    found = compare(level(100, (0, 30, 130.0)), *weeks(100))
    whole, part = find_drift(found, range(10, 40)), find_drift(found, range(15, 30))
    most = find_drift(found, range(12, 35))
    assert whole and part and most
    assert say_drift(found, whole).startswith("on the whole 130 against")
    assert say_drift(found, most).startswith("on the whole 130 against")
    assert say_drift(found, part).startswith("on the whole, 17:05–17:20, 130 against")


def test_weeks_that_all_have_less_than_half_of_the_points_have_no_stretch_to_compare() -> None:
    sparse = [[100.0 if i % 3 == week % 3 else None for i in range(POINTS)] for week in range(9)]
    found = compare(level(100), *sparse)
    assert all(found.usual) and find_drift(found, range(BEFORE, POINTS)) is None
    assert find_stretches(found, range(BEFORE, POINTS)) == []


def test_what_it_would_take_to_be_seen_is_told_by_the_usual_mean_and_its_deviation() -> None:
    found = compare(level(100), *[level(100 + week) for week in range(-3, 4)])
    drift = find_drift(found, range(POINTS))
    assert drift and drift.visible == pytest.approx(1 + OUT * drift.deviation / drift.usual)


@pytest.mark.parametrize(
    ("many", "said"),
    [
        (0, []),
        (3, ["no data 17:00–17:01, 17:02–17:03, 17:04–17:05"]),
        (4, ["no data 17:00–17:01, 17:02–17:03, 17:04–17:05, 1 more time"]),
    ],
)
def test_three_gaps_are_named_and_more_are_counted(many: int, said: list[str]) -> None:
    found = compare(level(100), *weeks(100))
    assert spans(found, [BEFORE + 2 * i for i in range(many)], "no data") == said


def test_a_gap_that_only_half_of_the_weeks_have_is_one() -> None:
    gap = (5, 9, None)
    earlier = [*weeks(100, 3), *[level(100 + week, gap) for week in range(3)]]
    missing, notes = gaps(compare(level(100, gap), *earlier))
    assert missing == ["no data 17:05–17:09"] and notes == []


def test_a_week_that_lacks_half_of_the_hours_is_told() -> None:
    half = level(100, (0, 15, None))
    assert gaps(compare(level(100), *weeks(100, 5), half))[1] == [
        "1 of 6 weeks have no data for these hours"
    ]
    less = level(100, (0, 14, None))
    assert gaps(compare(level(100), *weeks(100, 5), less))[1] == []


def blip(now: Sequence[float | None], *, step: timedelta = MINUTE, first: int, last: int) -> bool:
    """Whether points out from `first` to `last`, after the push, are its blip."""
    before = 3
    window = Window(PUSH - before * step, len(now), step)
    found = Comparison(window, PUSH, UTC, tuple(now), ((100.0,) * len(now),) * 6)
    buckets = tuple(range(before + first, before + last + 1))
    return is_blip(found, Excursion(buckets, buckets[0]), dict(measure(found, "both")))


def test_a_blip_is_less_than_five_times_what_is_usual() -> None:
    line = [100.0] * 3 + [499.0] * 2 + [100.0] * 10
    assert blip(line, first=0, last=1)
    assert not blip([500.0 if value == 499.0 else value for value in line], first=0, last=1)


def test_where_points_are_far_apart_a_blip_has_two_of_them_at_most() -> None:
    line = [100.0] * 3 + [250.0] * 3 + [100.0] * 10
    step = timedelta(minutes=10)
    assert blip(line, step=step, first=0, last=1)
    assert not blip(line, step=step, first=0, last=2)


@pytest.mark.parametrize(("many", "told"), [(FEWEST, True), (FEWEST - 1, False)])
def test_three_points_before_the_push_say_how_it_was(many: int, told: bool) -> None:
    found = compare(level(100, (-many, 30, 300.0)), *weeks(100))
    early = replace(found, now=tuple([None] * (BEFORE - many) + list(found.now[BEFORE - many :])))
    before = find_before(early, side=1.0)
    assert (before is not None) == told
    if before:
        assert before.since == BEFORE - many


def test_what_lies_to_the_other_side_was_not_so_before() -> None:
    found = compare(level(100, (-8, 30, 300.0)), *weeks(100))
    assert find_before(found, side=-1.0) is None


def test_a_step_longer_than_a_span_is_one_point() -> None:
    assert Window(PUSH, 10, timedelta(minutes=10)).whole(timedelta(minutes=10)) == 1
    assert Window(PUSH, 10, timedelta(minutes=10)).whole(timedelta(minutes=1)) == 1
    assert Window(PUSH, 10, MINUTE).whole(timedelta(minutes=10)) == 10
