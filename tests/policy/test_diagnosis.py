"""What a machine has and lacks: how clocks, secrets' ends, the disk and messages are judged."""

from datetime import UTC, datetime, timedelta

import pytest

from runbook_lib.policy.diagnosis import (
    Diagnosis,
    State,
    judge_clock,
    judge_end,
    judge_git,
    judge_space,
    missing,
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
def test_a_clock_is_pointed_out_from_a_minute_on(off: int, state: State, found: str) -> None:
    told = judge_clock("GitHub clock", NOW, NOW + timedelta(seconds=off))
    mend = "set its clock by the network: timedatectl set-ntp true" if state == "warning" else ""
    assert told == Diagnosis("GitHub clock", state, found, mend)


@pytest.mark.parametrize(
    ("days", "state", "found"),
    [
        (-1, "missing", "it has ended on 2026-03-01"),
        (0, "missing", "it has ended on 2026-03-02"),
        (1, "warning", "ends on 2026-03-03, in 1 day"),
        (13, "warning", "ends on 2026-03-15, in 13 days"),
        (14, "good", "ends on 2026-03-16, in 14 days"),
    ],
)
def test_a_secret_that_ends_is_told_in_time(days: int, state: State, found: str) -> None:
    told = judge_end("token", NOW + timedelta(days=days), NOW, "make another")
    assert told == Diagnosis("token", state, found, "" if state == "good" else "make another")


@pytest.mark.parametrize(
    ("free", "state", "found"),
    [
        (199_999_999, "missing", "0.2 GB"),
        (200_000_000, "warning", "0.2 GB"),
        (1_999_999_999, "warning", "2.0 GB"),
        (2_000_000_000, "good", "2.0 GB"),
    ],
)
def test_a_full_disk_is_told_before_a_run_needs_it(free: int, state: State, found: str) -> None:
    mend = "" if state == "good" else "make room, or set RUNBOOK_HOME elsewhere"
    told = judge_space("data folder", free, "/data")
    assert told == Diagnosis("data folder", state, f"{found} free at /data", mend)


@pytest.mark.parametrize(
    ("said", "state", "found"),
    [
        ("git version 2.39.5 (Apple Git-154)", "good", "2.39.5"),
        ("git version 2.38.0", "good", "2.38.0"),
        ("git version 2.37.9.windows.1", "missing", "2.37.9, older than 2.38"),
        ("git version 2.9.5", "missing", "2.9.5, older than 2.38"),
        ("git version 3.0.0", "good", "3.0.0"),
        ("", "missing", "no version, older than 2.38"),
    ],
)
def test_a_git_is_judged_by_its_version(said: str, state: State, found: str) -> None:
    mend = "install git 2.38 or later" if state == "missing" else ""
    assert judge_git("git", said) == Diagnosis("git", state, found, mend)


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
        ("expected git to answer, found: ", "git to answer", ""),
        ("", "", ""),
    ],
)
def test_a_message_is_told_apart_into_what_was_found_and_what_to_do(
    message: str, found: str, mend: str
) -> None:
    assert told_by("it", message) == Diagnosis("it", "missing", found, mend)


def test_what_nobody_knows_to_mend_says_what_was_found_alone() -> None:
    assert missing("it", "no answer") == Diagnosis("it", "missing", "no answer")
    assert missing("it", "no answer").mend == ""
