"""When a push began: what was seen of its tags counts; where people say otherwise, it is said."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from runbook_lib.policy.push.times import PushTimes, SeenTimes, WrittenTimes, find_times

ZONE = ZoneInfo("America/Los_Angeles")
ASKED = datetime(2026, 3, 12, 16, 30, tzinfo=UTC)
FIRST, LAST = ASKED + timedelta(minutes=12), ASKED + timedelta(minutes=20)


def times(seen: SeenTimes, start: str = "", end: str = "") -> PushTimes:
    found = find_times(seen, WrittenTimes(start, end, date(2026, 3, 12), ZONE))
    assert found is not None
    return found


def test_it_began_when_operations_were_asked_and_ended_with_the_last_deployment() -> None:
    assert times(SeenTimes(ASKED, (LAST, FIRST))) == PushTimes(ASKED, LAST)


def test_where_a_deployment_is_not_told_of_the_later_end_counts() -> None:
    seen = SeenTimes(ASKED, (FIRST, None))
    assert times(seen, "09:30 PDT", "09:50 PDT") == PushTimes(ASKED, LAST)
    assert times(seen, "09:30 PDT") == PushTimes(ASKED, FIRST)
    assert times(seen, "09:30 PDT", "09:35 PDT").ended == FIRST


def test_operations_who_take_their_time_begin_with_the_first_deployment() -> None:
    late = ASKED + timedelta(hours=20)
    assert times(SeenTimes(ASKED, (late,))).began == late


def test_a_deployment_before_anybody_was_asked_is_the_beginning() -> None:
    assert times(SeenTimes(LAST, (FIRST, LAST))).began == FIRST


def test_a_push_on_friday_is_watched_from_friday_on() -> None:
    friday = FIRST + timedelta(days=1)
    found = times(SeenTimes(None, (friday,)), "09:42 PDT", "16:45 UTC")
    assert found == PushTimes(friday, friday)


def test_without_a_message_peoples_times_count_in_their_zone_and_on_their_day() -> None:
    nothing = SeenTimes()
    assert times(nothing, "16:35 UTC").began == datetime(2026, 3, 12, 16, 35, tzinfo=UTC)
    assert times(nothing, "9:17am Pacific", "17:00 UTC") == PushTimes(
        datetime(2026, 3, 12, 16, 17, tzinfo=UTC), datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
    )
    friday = times(nothing, "Friday 18:00 CET", "19:00 CET")
    assert friday.began == datetime(2026, 3, 13, 17, 0, tzinfo=UTC)
    assert friday.ended == datetime(2026, 3, 13, 18, 0, tzinfo=UTC)


def test_where_people_say_otherwise_it_is_said() -> None:
    found = times(SeenTimes(ASKED, (LAST,)), "14:30 UTC", "09:50 PDT")
    assert found.began == ASKED
    assert found.doubts == (
        "the start in the notes is Thu 2026-03-12 07:30 PDT (14:30 UTC), "
        "Thu 2026-03-12 09:30 PDT was seen",
    )


def test_of_both_times_it_is_said_which_one_differs() -> None:
    start, end = times(SeenTimes(ASKED, (LAST,)), "14:30 UTC", "11:50 PDT").doubts
    assert start.startswith("the start in the notes is Thu 2026-03-12 07:30 PDT (14:30 UTC), ")
    assert end == (
        "the end in the notes is Thu 2026-03-12 11:50 PDT (11:50 PDT), "
        "Thu 2026-03-12 09:50 PDT was seen"
    )


def test_what_cannot_be_read_is_said_and_alone_is_no_time() -> None:
    found = times(SeenTimes(ASKED), "09:30 XYZT")
    assert "'09:30 XYZT', is no one time in a zone that is known" in found.doubts[0]
    written = WrittenTimes("soon", "", date(2026, 3, 12), ZONE)
    assert find_times(SeenTimes(), written) is None


def test_an_end_before_the_start_is_none() -> None:
    assert times(SeenTimes(), "09:30", "09:10").ended is None


def test_a_follow_up_is_not_the_push_whose_other_tags_it_has() -> None:
    later = timedelta(hours=8)
    found = times(SeenTimes(ASKED + later, (FIRST, LAST, FIRST + later)))
    assert found == PushTimes(ASKED + later, FIRST + later)
    assert times(SeenTimes(None, (FIRST, LAST, FIRST + later))).began == FIRST + later
    assert times(SeenTimes(ASKED + later, (FIRST, LAST))) == PushTimes(ASKED + later, None)
