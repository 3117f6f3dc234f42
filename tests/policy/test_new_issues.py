"""Verdicts on what Sentry has seen since a push."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from runbook_lib.policy.monitoring.new_issues import Issue, judge_issues, level_of

PUSH = datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
UNTIL = PUSH + timedelta(hours=1)
DAYS = (0, 1, 0, 2, 0, 0, 1)
ISSUE = Issue(
    name="SERVER-7",
    project="server",
    title="KeyError: 'slug'",
    link="https://sentry.example/issues/7/",
    kind="new",
    level="error",
    events=6,
    users=1,
    first=PUSH + timedelta(minutes=2),
    last=PUSH + timedelta(minutes=40),
)


def judge(*issues: Issue, days: tuple[int, ...] = DAYS, until: datetime = UNTIL) -> tuple[str, str]:
    found = judge_issues(issues, days, ended=PUSH, until=until)
    return found.level, found.reason


def test_no_new_issue_is_quiet_and_says_what_the_days_before_had() -> None:
    level, reason = judge()
    assert level == "quiet"
    assert reason.endswith("0 to 2 new in the same hours of each of the 7 days before")
    assert judge(days=())[1].endswith("no day before to compare with")


@pytest.mark.parametrize(
    ("issue", "expected"),
    [
        (ISSUE, "look at this"),
        (replace(ISSUE, kind="regressed"), "look at this"),
        (replace(ISSUE, events=25), "alarm"),
        (replace(ISSUE, users=10), "alarm"),
        (replace(ISSUE, level="fatal", events=1), "alarm"),
        (replace(ISSUE, events=400, last=PUSH + timedelta(minutes=9)), "look at this"),
        (replace(ISSUE, events=24, users=9), "look at this"),
    ],
)
def test_one_issue_is_bad_by_its_events_users_and_level(issue: Issue, expected: str) -> None:
    assert judge(issue)[0] == level_of(issue, PUSH) == expected


def test_many_issues_are_an_alarm_where_the_days_before_had_fewer() -> None:
    many = [replace(ISSUE, name=f"SERVER-{number}") for number in range(5)]
    assert judge(*many[:4])[0] == "look at this"
    assert judge(*many)[0] == "alarm"
    assert judge(*many, days=(3, 0))[0] == "look at this"


def test_what_happens_only_as_the_push_occurs_is_said_and_is_no_alarm() -> None:
    passing = replace(ISSUE, events=2, last=PUSH + timedelta(minutes=3))
    many = [replace(passing, name=f"SERVER-{number}") for number in range(6)]
    level, reason = judge(*many)
    assert level == "look at this"
    assert "6 only as the push occurred" in reason


def test_nothing_is_passing_before_the_push_is_over() -> None:
    passing = replace(ISSUE, events=2, last=PUSH + timedelta(minutes=3))
    assert "only as the push" not in judge(passing, until=PUSH + timedelta(minutes=5))[1]


def test_the_worst_issue_is_named() -> None:
    fatal = replace(ISSUE, name="SERVER-9", level="fatal", events=1, title="MemoryError")
    assert "most often new SERVER-9: MemoryError" in judge(ISSUE, fatal)[1]
    assert (
        "1 new and 1 regressed since the push" in judge(ISSUE, replace(fatal, kind="regressed"))[1]
    )


def test_many_issues_are_an_alarm_where_there_is_no_day_to_compare_with() -> None:
    assert judge(*[ISSUE] * 5, days=())[0] == "alarm"
    assert judge(*[ISSUE] * 4, days=())[0] == "look at this"


def test_an_issue_says_how_often_since_when_and_how_often_before() -> None:
    said = "SERVER-7: KeyError: 'slug' (6 events of 1 user"
    assert str(ISSUE) == f"new {said})"
    assert str(replace(ISSUE, release="2026.03.12", before=2.0)) == (
        f"new {said}, first in 2026.03.12)"
    )
    assert str(replace(ISSUE, kind="regressed", before=2.0)) == (
        f"regressed {said}, 2.0 events a day before)"
    )


def test_more_issues_than_can_be_read_are_an_alarm_and_said_to_be_the_least() -> None:
    found = judge_issues([ISSUE], (900,), ended=PUSH, until=UNTIL, more=True, days_more=True)
    assert found.level == "alarm"
    assert found.reason.startswith("at least 1 new since the push")
    assert found.reason.endswith("at least 900 new in the same hours of the day before")
