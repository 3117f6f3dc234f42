"""The plain functions of `deploy/airflow`: they want no Airflow."""

import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from runbook_lib.push.settings import PushSettings
from runbook_lib.reading.questions import Asked
from tests.deploy.job import ROOT

THURSDAY = date(2026, 3, 12)


@pytest.fixture(autouse=True)
def beside_the_dags(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.syspath_prepend(ROOT / "deploy" / "airflow" / "dags")
    yield
    for name in [name for name in sys.modules if name.startswith("runbook_tasks")]:
        del sys.modules[name]


def push(**said: Any) -> PushSettings:
    repository = {"name": "server", "github": "t/server", "stage": "s", "production": "p"}
    return PushSettings(
        **{
            "first": date(2026, 2, 19),
            "skipped": [date(2026, 3, 26)],
            "notes": {"github": "t/notes"},
            "repositories": [repository],
            **said,
        }
    )


TAGS, LOOK, OUT = ("tag_push", "extract_locales"), ("push_duty",), ("live_push", "close_push")


@pytest.mark.parametrize(
    ("now", "found"),
    [
        ("2026-03-10T08:59-07:00", None),
        ("2026-03-10T16:00+00:00", (THURSDAY, TAGS)),
        ("2026-03-11T05:00+00:00", (THURSDAY, TAGS)),
        ("2026-03-11T09:00-07:00", (THURSDAY, LOOK)),
        ("2026-03-12T09:00-07:00", (THURSDAY, OUT)),
        ("2026-03-13T09:00-07:00", None),
        ("2026-03-24T09:00-07:00", None),
        ("2026-03-26T09:00-07:00", None),
        ("2026-12-15T09:00-08:00", (date(2026, 12, 17), TAGS)),
        ("2026-12-15T16:30+00:00", None),
    ],
)
def test_what_begins_is_told_by_the_teams_own_calendar(now: str, found: Any) -> None:
    from runbook_tasks.week import due

    assert due(push(), datetime.fromisoformat(now)) == found


def test_a_team_that_tags_on_the_day_of_its_push_begins_both_then() -> None:
    from runbook_tasks.week import due

    same = push(tagging_day="Thursday")
    assert due(same, datetime.fromisoformat("2026-03-12T09:00-07:00")) == (THURSDAY, TAGS + OUT)


def test_the_timetable_is_the_time_of_the_tags_on_each_day() -> None:
    from runbook_tasks.week import cron

    assert cron(push(tagging_time="14:30")) == "30 14 * * *"


def asked(**said: Any) -> Asked:
    plain = {
        "run": "release/a b/1.9",
        "gate": "changelog",
        "title": "The changelog",
        "text": "* a",
        "digest": "3f2c81d09a7b55",
        "asked": "",
        "session": "",
        "operator": "olive",
    }
    return Asked(**{**plain, **said})


def test_a_question_has_one_name_that_airflow_takes() -> None:
    from runbook_tasks.questions import as_question

    assert as_question(asked(), "team").name == "release.a.b.1.9_changelog_3f2c81d09a7b_1"


def test_what_is_asked_is_shown_whole_whatever_is_in_it() -> None:
    from runbook_tasks.questions import body

    text = "a ```` b\n```\n[c](http://example.org)"
    assert f"`````text\n{text}\n`````" in body(asked(text=text))


def test_pauses_grow_to_a_quarter_of_an_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    from runbook_tasks.questions import pause

    monkeypatch.delenv("RUNBOOK_PAUSE", raising=False)
    assert [pause(turn) for turn in (0, 1, 2, 3, 4, 5, 2000)] == [60, 120, 240, 480, 900, 900, 900]
