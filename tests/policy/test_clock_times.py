"""Times as people write them into notes, each read in the zone that it names."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from runbook_lib.policy.clock_times import read_moment

DAY, ZONE = date(2026, 3, 12), ZoneInfo("America/Los_Angeles")
WINTER = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("09:32", "2026-03-12 16:32"),
        ("9:32", "2026-03-12 16:32"),
        ("09:32 PDT", "2026-03-12 16:32"),
        ("9:32 PST", "2026-03-12 16:32"),
        ("16:35 UTC", "2026-03-12 16:35"),
        ("16:35Z", "2026-03-12 16:35"),
        ("1635 UTC", "2026-03-12 16:35"),
        ("~16:35 utc", "2026-03-12 16:35"),
        ("9:17am Pacific", "2026-03-12 16:17"),
        ("9:17 am pacific time", "2026-03-12 16:17"),
        ("9:17 a.m. PT", "2026-03-12 16:17"),
        ("9am PT", "2026-03-12 16:00"),
        ("1pm", "2026-03-12 20:00"),
        ("12:05am", "2026-03-12 07:05"),
        ("12:05pm", "2026-03-12 19:05"),
        ("noon Pacific", "2026-03-12 19:00"),
        ("18:00 CET", "2026-03-12 17:00"),
        ("18.00 CET", "2026-03-12 17:00"),
        ("18:00 Europe/Berlin", "2026-03-12 17:00"),
        ("12:17 EDT", "2026-03-12 16:17"),
        ("18:30 UTC+2", "2026-03-12 16:30"),
        ("18:30+02:00", "2026-03-12 16:30"),
        ("2026-03-12T16:35:00Z", "2026-03-12 16:35"),
        ("2026-03-13 09:32 PDT", "2026-03-13 16:32"),
        ("Friday 09:32 PDT", "2026-03-13 16:32"),
        ("9:32 (Fri)", "2026-03-13 16:32"),
        ("Mar 13, 9:32am", "2026-03-13 16:32"),
        ("13 March 2026 9:32", "2026-03-13 16:32"),
        ("3/13 9:32", "2026-03-13 16:32"),
        ("9:17am Pacific / 16:17 UTC", "2026-03-12 16:17"),
        ("09:17 PDT (12:17 EDT)", "2026-03-12 16:17"),
        ("09:32, a bit late", "2026-03-12 16:32"),
        ("09:32 after the freeze", "2026-03-12 16:32"),
    ],
)
def test_a_time_is_read_in_the_zone_that_it_names(text: str, expected: str) -> None:
    found = read_moment(text, DAY, ZONE)
    assert found is not None
    assert f"{found.astimezone(UTC):%Y-%m-%d %H:%M}" == expected


def test_letters_for_summer_are_the_clock_on_the_wall() -> None:
    summer = read_moment("18:00 CEST", date(2026, 7, 2), ZONE)
    assert summer == datetime(2026, 7, 2, 16, 0, tzinfo=UTC)
    assert read_moment("9:00 PDT", WINTER, ZONE) == datetime(2026, 1, 15, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "9",
        "25:10",
        "09:75",
        "09:32 XYZT",
        "09:32 IST",
        "09:32 PDT / 12:32 UTC",
        "between 9:10 and 9:20",
        "13am",
        "2026.03.12",
    ],
)
def test_what_can_be_read_in_several_ways_or_in_none_is_not_read(text: str) -> None:
    assert read_moment(text, DAY, ZONE) is None
