"""Verdicts on graphs: what is quiet, what is an alarm, and what can't be told."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.monitoring.judgement import Direction, judge
from runbook_lib.policy.monitoring.series import Series, Window, cut_window, fill, weeks_before
from runbook_lib.policy.monitoring.trend import follow_trend
from runbook_lib.policy.monitoring.verdict import Verdict, count_levels, worst
from tests.policy.noise.pushes import INCIDENTS, KINDS, SHAPES, planted, quiet_week

MINUTE = timedelta(minutes=1)
PUSH = datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
POINTS, BEFORE = 40, 10
"""Minutes that are looked at, and those of them that lie before the push."""

Values = Sequence[float | None]


def compare(now: Values, *weeks: Values, unit: str = "") -> Comparison:
    """A push, ten minutes into a window of a point a minute."""
    window = Window(PUSH - BEFORE * MINUTE, len(now), MINUTE)
    return Comparison(window, PUSH, UTC, tuple(now), tuple(map(tuple, weeks)), unit)


def level(value: float, *changes: tuple[int, int, float | None]) -> list[float | None]:
    """A constant line, with another value in some stretches of it, by minutes after the push."""
    line: list[float | None] = [value] * POINTS
    for first, last, other in changes:
        line[BEFORE + first : BEFORE + last] = [other] * (last - first)
    return line


def wavy(value: float, week: int = 0) -> list[float | None]:
    """A line that goes up and down a little, in each week otherwise."""
    return [value * (1 + 0.02 * ((i * 7 + week * 3) % 5 - 2)) for i in range(POINTS)]


def weeks(value: float, many: int = 6) -> list[list[float | None]]:
    return [wavy(value, week) for week in range(1, many + 1)]


# --- noise ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", KINDS)
def test_quiet_weeks_are_called_quiet_and_hardly_ever_an_alarm(kind: str, shape: str) -> None:
    step, span = SHAPES[shape]
    many = 150
    found = Counter(judge(quiet_week(kind, n, step=step, span=span)).level for n in range(many))
    assert found["alarm"] <= many * 0.01
    assert found["quiet"] >= many * 0.9


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", INCIDENTS)
def test_incidents_are_found(name: str, shape: str) -> None:
    incident, (step, span) = INCIDENTS[name], SHAPES[shape]
    many = 60
    week = (quiet_week(incident.kind, n, step=step, span=span) for n in range(many))
    found = Counter(judge(planted(each, incident)).level for each in week)
    assert found["quiet"] == 0
    assert found["alarm"] >= many * 0.85


# --- shapes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((), "quiet"),
        (((12, 30, 300.0),), "alarm"),
        (((12, 30, 30.0),), "alarm"),
        (((0, 30, 180.0),), "alarm"),
        (((20, 21, 1000.0),), "look at this"),
        (((20, 24, 300.0),), "look at this"),
        (((20, 30, None),), "look at this"),
        (((0, 3, 250.0),), "quiet"),
        (((0, 3, 900.0),), "look at this"),
    ],
)
def test_spikes_drops_and_shifts_are_found_and_the_blip_of_a_push_is_not_one(
    change: tuple[tuple[int, int, float | None], ...], expected: str
) -> None:
    now = [
        100 * ((here or 0) / 100) if here != 100 else usual
        for here, usual in zip(level(100.0, *change), wavy(100), strict=True)
    ]
    for first, last, other in change:
        if other is None:
            now[BEFORE + first : BEFORE + last] = [None] * (last - first)
    assert judge(compare(now, *weeks(100))).level == expected


def test_an_alarm_says_how_many_points_the_farthest_of_them_and_when() -> None:
    verdict = judge(compare(level(100, (12, 30, 300.0)), *weeks(100), unit=" ms"))
    assert verdict.level == "alarm"
    assert "18 of 30 points beyond 5 MADs, highest 300 ms against a median of" in verdict.reason
    assert " at 17:" in verdict.reason


def test_the_blip_of_a_push_is_said() -> None:
    verdict = judge(compare(level(100, (0, 3, 250.0)), *weeks(100)))
    assert verdict.level == "quiet"
    assert "a blip at the push, over by 17:03: 250 against a median of" in verdict.reason


def test_a_blip_may_come_until_soon_after_the_pushs_end() -> None:
    found = compare(level(100, (14, 19, 250.0)), *weeks(100))
    assert judge(found).level == "look at this"
    assert judge(replace(found, pushing=timedelta(minutes=12))).level == "quiet"


def test_what_lasts_for_all_of_a_long_push_is_no_blip() -> None:
    found = compare(level(100, (1, 20, 250.0)), *weeks(100))
    assert judge(replace(found, pushing=timedelta(minutes=20))).level == "alarm"


def test_a_blip_that_goes_on_is_no_blip() -> None:
    assert judge(compare(level(100, (0, 30, 250.0)), *weeks(100))).level == "alarm"


def test_what_lies_before_the_push_is_not_judged() -> None:
    assert judge(compare(level(100, (-10, 0, 900.0)), *weeks(100))).level == "quiet"


def test_an_incident_in_one_of_the_weeks_makes_no_other_usual() -> None:
    earlier = [*weeks(100, 5), level(100, (10, 30, 400.0))]
    assert judge(compare(level(100, (12, 30, 300.0)), *earlier)).level == "alarm"
    assert judge(compare(wavy(100), *earlier)).level == "quiet"


@pytest.mark.parametrize(("value", "expected"), [(300.0, "quiet"), (500.0, "look at this")])
def test_a_single_point_is_told_that_is_far_beyond_those_of_the_weeks(
    value: float, expected: str
) -> None:
    """In one of seven a push has the farthest of seven points by chance."""
    spiked = [level(100, (at, at + 1, 260.0)) for at in range(0, 30, 5)]
    assert judge(compare(level(100, (28, 29, value)), *spiked)).level == expected


BATCHES = [level(100, (at, at + 10, 300.0)) for at in (0, 20)]


def test_a_batch_that_two_of_the_weeks_had_at_other_hours_is_no_news() -> None:
    push = level(100, (10, 20, 300.0))
    assert judge(compare(push, *weeks(100, 4), *BATCHES)).level == "quiet"
    assert judge(compare(push, *weeks(100, 5), BATCHES[0])).level == "alarm"


def test_a_batch_that_does_not_end_is_news() -> None:
    push = level(100, (5, 30, 300.0))
    assert judge(compare(push, *weeks(100, 4), *BATCHES)).level == "alarm"


def growing(now: float) -> Comparison:
    """A line that grew by 5 % in each of six weeks."""
    push = [*wavy(100)[:BEFORE], *wavy(now)[BEFORE:]]
    return compare(push, *(wavy(100 * 0.95**back, back) for back in range(1, 7)))


@pytest.mark.parametrize(
    ("now", "expected"), [(100, "quiet"), (105, "quiet"), (65, "alarm"), (150, "alarm")]
)
def test_weeks_that_grow_are_taken_for_what_they_lead_to(now: float, expected: str) -> None:
    assert judge(growing(now)).level == expected


def test_where_the_weeks_lead_is_said() -> None:
    assert "measured by where the weeks lead, +5% each" in judge(growing(50)).reason


def test_weeks_that_go_up_and_down_lead_nowhere() -> None:
    levels = (100, 90, 104, 88, 101, 92)
    assert follow_trend(compare(wavy(100), *map(wavy, levels))).weekly == 1


def test_points_that_are_out_to_either_side_in_turn_are_not_one_long_excursion() -> None:
    high_and_low = [(at, at + 2, 200.0 if at % 4 else 20.0) for at in range(12, 26, 2)]
    found = judge(compare(level(100, *high_and_low), *weeks(100)))
    assert found.level == "look at this"
    assert found.reason.startswith("14 of 30 points beyond 5 MADs, highest 200 against")
    assert judge(compare(level(100, (12, 26, 200.0)), *weeks(100))).level == "alarm"


def test_what_is_usual_says_how_near_it_is_and_at_how_many_points() -> None:
    found = judge(compare(wavy(100), *weeks(100)))
    assert found.reason == "within 0.9 MADs of the last 6 weeks at all 30 points"


def test_a_sum_that_moved_says_both_means_and_how_far_they_are_apart() -> None:
    found = judge(compare(few(2, 1, 2, 3, 2), *FEW))
    assert found.reason == "on the whole 2 against 0.5, 7.6 MADs of the weeks away"


# --- directions -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("direction", "value", "expected"),
    [
        ("both", 300.0, "alarm"),
        ("both", 30.0, "alarm"),
        ("up", 300.0, "alarm"),
        ("up", 30.0, "quiet"),
        ("down", 300.0, "quiet"),
        ("down", 30.0, "alarm"),
    ],
)
def test_only_the_direction_that_counts_is_bad(
    direction: Direction, value: float, expected: str
) -> None:
    comparison = compare(level(100, (12, 30, value)), *weeks(100))
    assert judge(comparison, direction=direction).level == expected


# --- few, constant, negative ----------------------------------------------------------------------


def test_three_errors_where_there_were_none_are_worth_a_look_and_no_alarm() -> None:
    nothing = [level(0.0)] * 6
    found = judge(compare(level(0.0, (15, 16, 3.0)), *nothing))
    assert found.level == "look at this"
    assert "3 against a median of 0 at 17:15" in found.reason


def test_errors_that_stay_where_there_were_none_are_an_alarm() -> None:
    assert judge(compare(level(0.0, (15, 30, 3.0)), *[level(0.0)] * 6)).level == "alarm"


def test_a_constant_line_is_quiet_as_long_as_it_is_constant() -> None:
    constant = [level(1.0)] * 6
    assert judge(compare(level(1.0), *constant)).level == "quiet"
    assert judge(compare(level(1.0, (0, 30, 1.02)), *constant)).level == "quiet"
    assert judge(compare(level(1.0, (12, 30, 0.0)), *constant)).level == "alarm"
    assert judge(compare(level(0.0), *[level(0.0)] * 6)).level == "quiet"


def test_negative_values_are_compared_as_others_are() -> None:
    assert judge(compare(wavy(-40), *weeks(-40))).level == "quiet"
    assert judge(compare(level(-40.0, (12, 30, -120.0)), *weeks(-40))).level == "alarm"
    assert judge(compare(level(-40.0, (12, 30, 40.0)), *weeks(-40))).level != "quiet"


def few(*events: int) -> list[float | None]:
    """A line of few events, that many in turn."""
    return [float(events[i % len(events)]) for i in range(POINTS)]


FEW = [few(0, 1, 0, 0, 2), few(1, 0, 0, 1, 0), few(0, 0, 2, 1, 0), few(0, 1, 1, 0, 0)]


def test_few_events_that_became_many_show_in_their_sum() -> None:
    found = judge(compare(few(2, 1, 2, 3, 2), *FEW))
    assert found.level == "alarm"
    assert "on the whole 2 against 0." in found.reason
    assert judge(compare(few(1, 0, 0, 2, 0), *FEW)).level == "quiet"


def test_a_sum_that_moved_in_the_good_direction_is_quiet() -> None:
    comparison = compare(few(2, 1, 2, 3, 2), *FEW)
    assert judge(comparison, direction="down").level == "quiet"


def test_a_gap_in_some_weeks_moves_no_sum() -> None:
    rising = [float(100 + 5 * i) for i in range(POINTS)]
    gap = [*rising[: BEFORE + 15], *[None] * (POINTS - BEFORE - 15)]
    earlier: list[Values] = [rising, gap, rising, gap, rising, rising]
    assert judge(compare(rising, *earlier)).level == "quiet"


# --- gaps -----------------------------------------------------------------------------------------


def test_a_gap_is_said_with_its_hours_and_never_quiet() -> None:
    found = judge(compare(level(100, (5, 9, None), (20, 22, None)), *weeks(100)))
    assert found.level == "look at this"
    assert "no data 17:05–17:09, 17:20–17:22" in found.reason


def test_many_gaps_are_counted() -> None:
    gaps = [(i, i + 1, None) for i in range(2, 22, 4)]
    found = judge(compare(level(100, *gaps), *weeks(100)))
    assert "no data 17:02–17:03, 17:06–17:07, 17:10–17:11, 2 more times" in found.reason


def test_the_newest_point_may_be_on_its_way() -> None:
    found = judge(compare(level(100, (29, 30, None)), *weeks(100)))
    assert found.level == "quiet"
    assert "no data yet 17:29–17:30" in found.reason


def test_a_gap_that_each_week_has_is_only_said() -> None:
    gap = (5, 9, None)
    earlier = [level(100 + week, gap) for week in range(6)]
    found = judge(compare(level(102, gap), *earlier))
    assert found.level == "quiet"
    assert "no data, as in most weeks, 17:05–17:09" in found.reason


def test_data_where_the_weeks_have_none_is_not_quiet() -> None:
    earlier = [level(100 + week, (5, 9, None)) for week in range(6)]
    found = judge(compare(level(102), *earlier))
    assert found.level == "look at this"
    assert "nothing to compare with 17:05–17:09" in found.reason


@pytest.mark.parametrize(
    ("now", "earlier", "reason"),
    [
        (level(100), [], "only 0 of 30 points can be compared"),
        (level(100), [level(100)] * 2, "only 0 of 30 points can be compared"),
        (level(100), [level(100)] * 2 + [[None] * POINTS] * 4, "4 of 6 weeks have no data"),
        ([None] * POINTS, [level(100)] * 6, "no data since the push; 6 of 6 weeks have data"),
        ([None] * POINTS, [[None] * POINTS] * 6, "no data at all, neither since the push nor in"),
        (level(100)[: BEFORE + 2], [level(100)[: BEFORE + 2]] * 6, "only 2 points since the push"),
    ],
)
def test_too_little_to_judge_by_is_never_quiet_and_says_why(
    now: Values, earlier: Sequence[Values], reason: str
) -> None:
    found = judge(compare(now, *earlier))
    assert found.level == "look at this"
    assert reason in found.reason


def test_three_points_since_the_push_are_judged() -> None:
    three = level(100)[: BEFORE + 3]
    assert judge(compare(three, *[three] * 6)).level == "quiet"


def test_a_holiday_among_the_weeks_is_said_and_does_no_harm() -> None:
    earlier: list[Values] = [*weeks(100, 5), [None] * POINTS]
    found = judge(compare(wavy(100), *earlier))
    assert found.level == "quiet"
    assert "1 of 6 weeks have no data for these hours" in found.reason
    assert judge(compare(level(100, (12, 30, 300.0)), *earlier)).level == "alarm"


def test_a_week_of_half_the_traffic_among_them_does_no_harm() -> None:
    assert judge(compare(wavy(100), *weeks(100, 5), wavy(50))).level == "quiet"


# --- windows --------------------------------------------------------------------------------------


def test_a_bucket_holds_the_mean_of_its_values_and_nothing_where_none_are() -> None:
    start = datetime.fromtimestamp(600, UTC)
    window = Window(start, 3, MINUTE)
    points = ((600.0, 1.0), (659.0, 3.0), (660.0, None), (720.0, 5.0), (780.0, 9.0), (599.0, 9.0))
    assert fill(Series("a", points), window) == (2.0, None, 5.0)


def test_buckets_begin_at_whole_multiples_of_the_step() -> None:
    window = cut_window(PUSH + timedelta(seconds=90), PUSH + timedelta(seconds=400), MINUTE)
    assert (window.start, window.count) == (PUSH + MINUTE, 5)


@pytest.mark.parametrize(
    ("zone", "utc_hours"),
    [("America/Los_Angeles", [17, 18, 18]), ("UTC", [17, 17, 17]), ("Europe/Berlin", [17, 17, 17])],
)
def test_the_same_hours_are_those_of_the_teams_clocks(zone: str, utc_hours: list[int]) -> None:
    # Summer time began on 2026-03-08 in Los Angeles, and on 2026-03-29 in Berlin.
    window = Window(PUSH, 10, MINUTE)
    starts = [window.start, *(each.start for each in weeks_before(window, 2, ZoneInfo(zone)))]
    assert [start.hour for start in starts] == utc_hours
    local = [start.astimezone(ZoneInfo(zone)) for start in starts]
    assert {(each.weekday(), each.hour) for each in local} == {(3, local[0].hour)}


def test_an_hour_that_the_clocks_left_out_is_compared_with_the_one_after_it() -> None:
    zone = ZoneInfo("America/Los_Angeles")
    window = Window(datetime(2026, 3, 15, 2, 30, tzinfo=zone).astimezone(UTC), 10, MINUTE)
    (week,) = weeks_before(window, 1, zone)
    assert week.start.astimezone(zone).isoformat() == "2026-03-08T03:30:00-07:00"


def test_times_are_told_by_the_clocks_of_the_zone() -> None:
    comparison = compare(level(100, (12, 30, 300.0)), *weeks(100))
    found = judge(replace(comparison, zone=ZoneInfo("America/Los_Angeles")))
    assert " at 10:" in found.reason


# --- verdicts -------------------------------------------------------------------------------------


def test_a_verdict_is_a_word_and_its_reason() -> None:
    assert str(Verdict("alarm", "18 points", "5xx")) == "alarm: 5xx: 18 points"
    assert str(Verdict("quiet", "as usual")) == "quiet: as usual"


def test_the_worst_of_verdicts_is_the_first_of_the_worst() -> None:
    found = [Verdict("quiet", "a"), Verdict("alarm", "b"), Verdict("alarm", "c")]
    assert worst(found).reason == "b"
    assert count_levels(found) == "2 alarm, 1 quiet"
    assert count_levels([]) == "nothing to judge"


@pytest.mark.parametrize("unit", ["", " s", " %"])
def test_values_are_told_with_their_unit(unit: str) -> None:
    found = judge(compare(level(1.5, (12, 30, 4321.0)), *[level(1.5)] * 6, unit=unit))
    assert f"highest 4,321{unit} against a median of 1.5{unit} at" in found.reason


# --- ratios ---------------------------------------------------------------------------------------


def ratio(usual: float, now: float, top: float = 100.0, unit: str = " %") -> Comparison:
    """A success rate that is usually at some level, and at another from a while after the push."""
    spread = (top - usual) * 0.3
    earlier = [
        [min(top, usual + spread * ((i * 7 + week * 3) % 5 - 2) / 2) for i in range(POINTS)]
        for week in range(1, 7)
    ]
    line = [min(top, usual + spread * ((i * 3) % 5 - 2) / 2) for i in range(POINTS)]
    line[BEFORE + 5 :] = [now] * (POINTS - BEFORE - 5)
    return compare(line, *earlier, unit=unit)


@pytest.mark.parametrize(
    ("usual", "now", "top", "unit", "expected"),
    [
        (99.95, 86.0, 100.0, " %", "alarm"),
        (99.95, 86.0, 100.0, "", "alarm"),
        (0.9995, 0.86, 1.0, "", "alarm"),
        (99.95, 99.0, 100.0, " %", "alarm"),
        (99.95, 99.93, 100.0, " %", "quiet"),
        (100.0, 99.99, 100.0, " %", "quiet"),
        (100.0, 90.0, 100.0, " %", "alarm"),
        (97.0, 80.0, 100.0, " %", "alarm"),
    ],
)
def test_a_success_rate_is_judged_by_what_fails(
    usual: float, now: float, top: float, unit: str, expected: str
) -> None:
    assert judge(ratio(usual, now, top, unit)).level == expected


def test_a_success_rate_is_told_as_the_graph_has_it() -> None:
    reason = judge(ratio(99.95, 86.0)).reason
    assert "lowest 86 % against a median of 99.95 %" in reason


def test_the_direction_of_a_success_rate_is_that_of_its_values() -> None:
    assert judge(ratio(99.95, 86.0), direction="down").level == "alarm"
    assert judge(ratio(99.95, 86.0), direction="up").level == "quiet"


def test_what_is_no_ratio_is_judged_by_its_values() -> None:
    assert judge(ratio(99.95, 86.0, unit=" ms")).level == "quiet"


# --- what the push has not begun, and what can't be told ------------------------------------------


def test_what_began_before_the_push_is_said_to_have() -> None:
    verdict = judge(compare(level(100, (-8, 30, 300.0)), *weeks(100)))
    assert verdict.level == "look at this"
    assert "it was so before the push, at 16:52, and is no farther away since" in verdict.reason


def test_a_holiday_is_no_alarm_and_it_is_said_what_cannot_be_told() -> None:
    quiet_day: list[float | None] = [(value or 0) * 0.4 for value in wavy(100)]
    verdict = judge(compare(quiet_day, *weeks(100)))
    assert verdict.level == "look at this"
    assert "what the push did to it can't be told" in verdict.reason


def test_what_a_push_makes_worse_on_a_holiday_is_an_alarm() -> None:
    line = [(value or 0) * (0.4 if i < BEFORE + 3 else 0.1) for i, value in enumerate(wavy(100))]
    verdict = judge(compare(line, *weeks(100)))
    assert verdict.level == "alarm"
    assert "and is farther away since" in verdict.reason


def test_a_push_after_a_quiet_half_hour_has_begun_what_follows() -> None:
    assert "before the push" not in judge(compare(level(100, (5, 30, 300.0)), *weeks(100))).reason


def test_a_panel_with_few_events_says_what_it_would_not_show() -> None:
    def few(seed: int) -> list[float | None]:
        return [1.0 if (i * 13 + seed * 7) % 23 == 0 else 0.0 for i in range(POINTS)]

    verdict = judge(compare(few(0), *(few(week) for week in range(1, 7))))
    assert verdict.level == "quiet"
    assert "times as many from chance" in verdict.reason
    assert "from chance" not in judge(compare(wavy(100), *weeks(100))).reason


def test_few_events_that_are_many_for_twenty_minutes_are_to_be_looked_at() -> None:
    """No single point is out: they are in their sum."""

    def few(week: int, more: float = 0.0) -> list[float | None]:
        return [
            float((i * 7 + week * 5) % 6) + (more if BEFORE + 5 <= i < BEFORE + 25 else 0.0)
            for i in range(POINTS)
        ]

    earlier = [few(week) for week in range(1, 7)]
    verdict = judge(compare(few(0, 4.0), *earlier))
    assert verdict.level != "quiet"
    assert "on the whole" in verdict.reason
    assert judge(compare(few(0), *earlier)).level == "quiet"
