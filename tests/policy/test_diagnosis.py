"""What a machine has and lacks: how clocks, secrets' ends, the disk and messages are judged."""

from datetime import UTC, datetime, timedelta

import pytest

from runbook_lib.policy.diagnosis import (
    judge_clock,
    judge_end,
    judge_git,
    judge_space,
    told_by,
)

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("off", "state", "found"),
    [
        (0, "good", "within 0 seconds of this machine's"),
        (60, "good", "within 60 seconds of this machine's"),
        (61, "warning", "this machine is 61 seconds ahead"),
        (-61, "warning", "this machine is 61 seconds behind"),
    ],
)
def test_a_clock_is_pointed_out_from_a_minute_on(off: int, state: str, found: str) -> None:
    told = judge_clock("GitHub clock", NOW, NOW + timedelta(seconds=off))
    assert (told.state, told.found) == (state, found)
    assert bool(told.mend) == (state == "warning")


@pytest.mark.parametrize(
    ("days", "state"), [(-1, "missing"), (0, "missing"), (3, "warning"), (14, "good")]
)
def test_a_secret_that_ends_is_told_in_time(days: int, state: str) -> None:
    assert judge_end("token", NOW + timedelta(days=days), NOW, "make another").state == state


@pytest.mark.parametrize(
    ("free", "state"),
    [(199_999_999, "missing"), (200_000_000, "warning"), (2_000_000_000, "good")],
)
def test_a_full_disk_is_told_before_a_run_needs_it(free: int, state: str) -> None:
    assert judge_space("data folder", free, "/data").state == state


@pytest.mark.parametrize(
    ("said", "state", "found"),
    [
        ("git version 2.39.5 (Apple Git-154)", "good", "2.39.5"),
        ("git version 2.38.0", "good", "2.38.0"),
        ("git version 2.37.9.windows.1", "missing", "2.37.9, older than 2.38"),
        ("git version 3.0.0", "good", "3.0.0"),
        ("", "missing", "no version, older than 2.38"),
    ],
)
def test_a_git_is_judged_by_its_version(said: str, state: str, found: str) -> None:
    told = judge_git("git", said)
    assert (told.state, told.found) == (state, found)


@pytest.mark.parametrize(
    ("message", "found", "mend"),
    [
        ("expected a file, found none: write one", "none", "write one"),
        (
            "expected it at https://x.example/a, found: no answer; see the network; or wait",
            "no answer",
            "see the network; or wait",
        ),
        ("expected two, found one", "one", ""),
        ("expected to sign, found: git: no key: none; set one", "git: no key: none", "set one"),
        ("expected to sign, found: git: no key", "git: no key", ""),
        (
            "x.example gave no answer: lost; look at it",
            "x.example gave no answer: lost",
            "look at it",
        ),
        ("something else", "something else", ""),
    ],
)
def test_a_message_is_told_apart_into_what_was_found_and_what_to_do(
    message: str, found: str, mend: str
) -> None:
    told = told_by("it", message)
    assert (told.found, told.mend) == (found, mend)
