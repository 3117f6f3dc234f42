"""Two refusals are the same where but the time of the look differs."""

from datetime import UTC, datetime, timedelta

import pytest

from runbook_lib.policy.refusals import lasting_words

NOW = datetime(2026, 11, 26, 15, 31, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment",
    [
        "2026-11-26 15:31:02 UTC",
        "2026-11-26T15:30:59.123456+00:00",
        "2026-11-26T16:31+01:00",
        "2026-11-26T15:31:02Z",
        "2026-11-26 15:31",
    ],
)
def test_the_time_of_the_look_is_no_part_of_what_was_found(moment: str) -> None:
    assert (
        lasting_words(f"the lag is 5 s at {moment}; wait", NOW) == "the lag is 5 s at (now); wait"
    )


@pytest.mark.parametrize(
    "text",
    [
        "the lag is 5 s",
        "the last backup is of 2026-11-20 03:00 UTC",
        "the last backup is of 2026-11-26 03:00:00+00:00",
        "the branch of 2026-11-26 is there",
        "at 2026-13-41 25:61 nothing was",
    ],
)
def test_all_else_is(text: str) -> None:
    assert lasting_words(text, NOW) == text


def test_the_next_look_says_the_same() -> None:
    said = [
        lasting_words(f"nothing at {NOW + later}", NOW + later)
        for later in (timedelta(), timedelta(hours=3))
    ]
    assert said == ["nothing at (now)"] * 2
