"""Push days: read, found before and after, and the tagging before them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.calendar import PushCalendar

FIRST = date(2026, 2, 19)
WEEKLY = PushCalendar("Thursday", "Tuesday", time(9), "America/Los_Angeles", 1, FIRST)
FORTNIGHTLY = replace(WEEKLY, interval=2)
SKIPPING = replace(WEEKLY, skipped=frozenset({date(2026, 3, 12), date(2026, 3, 19)}))


@pytest.mark.parametrize("text", ["2026-03-12", "2026.03.12", " 2026-03-12\n"])
def test_a_push_day_is_read_in_both_forms(text: str) -> None:
    assert WEEKLY.read(text) == date(2026, 3, 12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12.03.2026",
        "2026-03.12",
        "2026-3-12",
        "2026-02-30",
        "0000-01-01",
        "２０２６-03-12",
        "2026-03-12; rm",
        "2026.03.12-1",
    ],
)
def test_what_is_no_date_is_refused_with_what_was_found(text: str) -> None:
    with pytest.raises(UsageError, match="expected a date as 2026-03-12 or 2026.03.12") as refused:
        WEEKLY.read(text)
    assert repr(text) in str(refused.value)


def test_a_day_without_a_push_is_refused_with_the_nearest_ones() -> None:
    with pytest.raises(UsageError, match="found Wednesday 2026-03-11") as refused:
        WEEKLY.read("2026-03-11")
    assert "Thursday 2026-03-05 and Thursday 2026-03-12" in str(refused.value)


def test_in_the_week_between_two_pushes_the_nearest_are_a_fortnight_apart() -> None:
    with pytest.raises(UsageError, match="Thursday 2026-03-05 and Thursday 2026-03-19"):
        FORTNIGHTLY.read("2026-03-12")
    assert FORTNIGHTLY.read("2026-03-19") == date(2026, 3, 19)


def test_a_skipped_date_is_said_to_be_skipped() -> None:
    with pytest.raises(UsageError, match="2026-03-12, which is skipped") as refused:
        SKIPPING.read("2026-03-12")
    assert "Thursday 2026-03-05 and Thursday 2026-03-26" in str(refused.value)


def test_before_the_first_push_there_is_none() -> None:
    assert not WEEKLY.is_push_day(FIRST - timedelta(weeks=1))
    with pytest.raises(UsageError, match="the nearest ones are Thursday 2026-02-19: name"):
        WEEKLY.read("2026-02-12")
    with pytest.raises(UsageError, match="expected a push day before 2026-02-19, found none"):
        WEEKLY.before(FIRST)
    assert WEEKLY.next_from(date(1999, 1, 1)) == FIRST


def test_the_end_of_time_is_refused_and_not_a_crash() -> None:
    with pytest.raises(UsageError, match="the nearest ones are Thursday 9999-12-30: name"):
        WEEKLY.read("9999-12-31")
    with pytest.raises(UsageError, match="expected a push day on or after"):
        WEEKLY.next_from(date.max)


@pytest.mark.parametrize("calendar", [WEEKLY, FORTNIGHTLY, SKIPPING], ids=["1", "2", "skipped"])
def test_what_comes_next_and_before_agrees_with_which_days_are_push_days(
    calendar: PushCalendar,
) -> None:
    days = [FIRST + timedelta(days=number) for number in range(120)]
    pushes = [day for day in days if calendar.is_push_day(day)]
    assert [*islice(calendar.since(days[0]), len(pushes))] == pushes
    for day in days[1:80]:
        assert calendar.next_from(day) == next(push for push in pushes if push >= day)
        assert calendar.after(day) == next(push for push in pushes if push > day)
        assert calendar.before(day) == max(push for push in pushes if push < day)
    assert [calendar.number(push) for push in pushes] == list(range(len(pushes)))


def test_the_tagging_is_on_the_tuesday_before_in_the_teams_time() -> None:
    assert WEEKLY.tagging(date(2026, 3, 5)).astimezone(UTC) == datetime(2026, 3, 3, 17, tzinfo=UTC)
    summer = WEEKLY.tagging(date(2026, 3, 12))
    assert summer.astimezone(UTC) == datetime(2026, 3, 10, 16, tzinfo=UTC)
    assert summer.isoformat() == "2026-03-10T09:00:00-07:00"


def test_summer_time_that_begins_between_tagging_and_push_changes_neither() -> None:
    monday = replace(WEEKLY, day="Monday", tagging_day="Friday", first=date(2026, 2, 16))
    assert monday.tagging(date(2026, 3, 9)).isoformat() == "2026-03-06T09:00:00-08:00"


def test_a_tagging_time_that_summer_time_leaves_out_is_the_one_that_clocks_show() -> None:
    night = replace(WEEKLY, tagging_day="Sunday", tagging_time=time(2, 30))
    assert night.tagging(date(2026, 3, 12)).isoformat() == "2026-03-08T03:30:00-07:00"


def test_tagging_may_be_on_the_push_day_itself_or_almost_a_week_before() -> None:
    assert replace(WEEKLY, tagging_day="Thursday").tagging(FIRST).date() == FIRST
    friday = replace(WEEKLY, tagging_day="Friday").tagging(FIRST)
    assert friday.date() == FIRST - timedelta(days=6)


def test_a_first_push_on_another_day_of_the_week_is_refused() -> None:
    with pytest.raises(UsageError, match="expected a Thursday as the first push day, found Frid"):
        replace(WEEKLY, first=date(2026, 2, 20))


CHANGING = replace(
    WEEKLY,
    changes=((date(2026, 3, 19), 2), (date(2026, 4, 20), 1)),
    extra=frozenset({date(2026, 3, 9), date(2026, 5, 6)}),
    skipped=frozenset({date(2026, 5, 4)}),
)


def test_extra_pushes_and_a_changed_interval_are_push_days() -> None:
    expected = "02-19 02-26 03-05 03-09 03-12 03-19 04-02 04-16 04-20 04-27 05-06 05-11"
    assert [f"{day:%m-%d}" for day in islice(CHANGING.since(FIRST), 12)] == expected.split()
    backwards = [f"{day:%m-%d}" for day in CHANGING.until(date(2026, 5, 12))]
    assert backwards == expected.split()[::-1]
    with pytest.raises(UsageError, match="Thursday 2026-03-19 and Thursday 2026-04-02"):
        CHANGING.read("2026-03-26")


def test_what_comes_next_agrees_with_which_days_are_push_days_where_the_interval_changes() -> None:
    days = [FIRST + timedelta(days=number) for number in range(120)]
    pushes = [day for day in days if CHANGING.is_push_day(day)]
    for day in days[1:90]:
        assert CHANGING.next_from(day) == next(push for push in pushes if push >= day)
        assert CHANGING.before(day) == max(push for push in pushes if push < day)


def test_an_extra_push_takes_no_turn_and_one_that_was_moved_takes_its_own() -> None:
    pushes = islice(CHANGING.since(FIRST), 12)
    assert [CHANGING.number(push) for push in pushes] == [0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    first = replace(WEEKLY, extra=frozenset({date(2026, 2, 23)}))
    assert first.number(date(2026, 2, 23)) == 0


def test_an_extra_push_is_tagged_when_the_one_before_is_over() -> None:
    assert CHANGING.tagging(date(2026, 3, 9)).isoformat() == "2026-03-06T09:00:00-08:00"
    assert CHANGING.tagging(date(2026, 5, 6)).isoformat() == "2026-05-05T09:00:00-07:00"


def test_changes_that_are_not_in_order_are_the_profiles_mistake() -> None:
    with pytest.raises(UsageError, match=r"found Thursday 2026-02-12; correct push\.changes"):
        replace(WEEKLY, changes=((date(2026, 2, 12), 2),))
