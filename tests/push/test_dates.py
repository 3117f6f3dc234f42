"""Dates and turns: what the calendar and the rotation refuse, before anything is changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.push.conftest import WriteProfile
from tests.push.world import TAG, TeamWorld, start_team
from tests.release.carried_out import Executed, step_through
from tests.release.conftest import data_folder

DAY = "2026-03-12"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder for all tests of the module: none of them changes the world."""
    folder = tmp_path_factory.mktemp("dates") / "home"
    with pytest.MonkeyPatch.context() as patch, data_folder(folder, patch):
        yield folder


@pytest.fixture(scope="module")
def world(home: Path) -> TeamWorld:
    """The team's world, shared, and the same after each test."""
    return start_team(home)


@pytest.fixture(autouse=True)
def nothing_is_changed(
    world: TeamWorld, home: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Whatever a date or a turn leads to, the remotes stay as they are."""
    monkeypatch.setenv("RUNBOOK_HOME", str(home))
    before = world.state()
    yield
    assert world.state() == before


def decide(day: str = DAY, *, runbook: str = "push_duty", profile: str = "team") -> Executed:
    """A run as far as the cell that decides which push it is about."""
    parameters = {"profile": profile, "push_date": day}
    return step_through(parameters, runbook=runbook, until="decide_week")


def decided(executed: Executed) -> str:
    """What a run has found of its push."""
    return str(executed.went_well().said("decide_week")["detail"])


def test_without_a_date_it_is_the_next_push(world: TeamWorld) -> None:
    assert decided(decide("", profile="sandbox")).startswith(f"the push of Thursday {DAY}, by oper")


def test_a_date_as_a_tag_has_it_is_the_same_push(write_profile: WriteProfile) -> None:
    write_profile()
    assert decided(decide(TAG)) == decided(decide(DAY))


@pytest.mark.parametrize("runbook", ["tag_push", "push_duty"])
def test_a_skipped_date_is_refused_with_the_nearest(
    write_profile: WriteProfile, runbook: str
) -> None:
    write_profile(skipped=[DAY])
    text = decide(runbook=runbook).ended_with("UsageError")
    assert f"Thursday {DAY}, which is skipped (push.skipped)" in text
    assert "Thursday 2026-03-05 and Thursday 2026-03-19: name one of these" in text


def test_a_skipped_week_takes_nobodys_turn(write_profile: WriteProfile) -> None:
    write_profile(skipped=[DAY], calendar=None)
    text = decided(decide("2026-03-19"))
    assert "by operator (the rotation); then 2026-03-26, by willow" in text


def test_a_date_before_the_first_push_names_the_first(write_profile: WriteProfile) -> None:
    write_profile()
    text = decide("2026-02-12").ended_with("UsageError")
    assert "the nearest ones are Thursday 2026-02-19: name one of these" in text


def test_every_other_week_is_no_push_day_of_a_fortnightly_push(
    write_profile: WriteProfile,
) -> None:
    write_profile(interval=2, calendar=None)
    text = decide(DAY).ended_with("UsageError")
    assert "Thursday 2026-03-05 and Thursday 2026-03-19" in text


def test_a_first_push_on_another_day_is_the_profiles_mistake(write_profile: WriteProfile) -> None:
    write_profile(first="2026-02-18")
    text = decide().ended_with("UsageError")
    assert "found Wednesday 2026-02-18; correct push.first or push.day" in text


def test_a_time_zone_that_is_none_is_named(write_profile: WriteProfile) -> None:
    write_profile(time_zone="America/Pelican")
    assert "time_zone" in decide().ended_with("UsageError")


def test_before_the_tagging_time_a_run_waits_and_says_until_when(
    write_profile: WriteProfile,
) -> None:
    path = write_profile()
    path.write_text(path.read_text().replace('"limit" = 30', '"limit" = 1'))
    done = decide("2027-03-11", runbook="tag_push")
    text = done.ended_with("Waiting")
    assert "tagging begins Tuesday 2027-03-09 09:00 PST" in text and "run this again" in text
    assert done.said("wait_for_tagging_time")["outcome"] == "waiting"


@pytest.mark.parametrize("runbook", ["tag_push", "push_duty"])
def test_a_person_missing_from_the_rotation_is_refused(
    write_profile: WriteProfile, runbook: str
) -> None:
    write_profile(people=["willow", "edith", "matteo"])
    text = decide(runbook=runbook).ended_with("Refused")
    assert f"expected one of willow, edith, matteo with push duty for Thursday {DAY}" in text
    assert "found 'operator' in the calendar: correct the event, or add them to" in text


def test_a_person_missing_in_a_later_week_is_shown_there_and_holds_nothing_up(
    write_profile: WriteProfile,
) -> None:
    write_profile(people=["willow", "edith", "operator"])
    done = decide()
    assert "by operator" in decided(done)
    rows = [line for line in done.text.splitlines() if line.startswith("2026-03-26")]
    assert len(rows) == 1 and "nobody" in rows[0] and "'matteo' in the calendar" in rows[0]


def test_people_who_have_changed_places_are_said(write_profile: WriteProfile) -> None:
    write_profile()
    text = decided(decide("2026-03-26"))
    assert "by matteo (the calendar; the rotation has edith); then 2026-04-02, by edith" in text


def test_without_a_calendar_the_rotation_says_it(write_profile: WriteProfile) -> None:
    write_profile(calendar=None)
    assert "by edith (the rotation)" in decided(decide("2026-03-26"))


def test_without_a_rotation_the_calendar_says_it(write_profile: WriteProfile) -> None:
    write_profile(people=[])
    assert "by operator (the calendar)" in decided(decide())


def test_without_both_nobody_has_duty_and_the_way_out_is_said(write_profile: WriteProfile) -> None:
    write_profile(people=[], calendar=None)
    text = decide().ended_with("Refused")
    assert f"expected somebody with push duty for Thursday {DAY}, found nobody" in text
    assert "add an event to the team's calendar, or people to push.people" in text


def break_calendar(world: TeamWorld, **fault: Any) -> None:
    body = {"path_pattern": "/calendar/push-duty.ics", "times": 100, **fault}
    world.client().expect("POST", "/sandbox/faults", body)


def test_a_calendar_without_an_answer_is_not_taken_for_an_empty_one(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    path = write_profile()
    path.write_text(path.read_text().replace('"limit" = 30', '"limit" = 1'))
    break_calendar(world, kind="status", status=503)
    text = decide().ended_with("Unavailable")
    world.client().ask("DELETE", "/sandbox/faults")
    assert "the calendar at 127.0.0.1" in text and "run this again" in text
    assert "by operator (the calendar)" in decided(decide())


def test_a_calendar_that_is_not_there_is_the_profiles_mistake(
    world: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(calendar=f"{world.url}/api/v3/another.ics")
    text = decide().ended_with("Refused")
    assert "found 404; correct push.calendar in the profile" in text


def test_a_page_instead_of_a_calendar_is_refused(
    write_profile: WriteProfile, tmp_path: Path
) -> None:
    page = tmp_path / "duty.ics"
    page.write_text("<!doctype html><p>Log in</p>")
    write_profile(calendar=str(page))
    text = decide().ended_with("UsageError")
    assert "the calendar file duty.ics" in text


def test_a_secret_address_is_told_by_no_message_and_no_record(
    world: TeamWorld, write_profile: WriteProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUSH_CALENDAR", f"{world.url}/api/v3/private-d41d8cd98f/basic.ics")
    write_profile(calendar=None, calendar_variable="PUSH_CALENDAR")
    done = decide()
    assert "found 404" in done.ended_with("Refused")
    kept = "".join(str(event) for event in done.events)
    assert "d41d8cd98f" not in done.evalue + done.text + kept


def test_a_profile_of_releases_alone_says_what_to_add(write_profile: WriteProfile) -> None:
    places = {"repository.url": "https://x.example/a.git", "github.repository": "a/a"}
    places |= {"bugzilla.url": "https://x.example", "bugzilla.qa": "qa@x.example"}
    places |= {"stage.url": "https://x.example"}
    lines = [f'{key} = "{value}"' for key, value in places.items()]
    write_profile().write_text("\n".join(["[profiles.team]", 'project = "a"', *lines, ""]))
    text = decide().ended_with("UsageError")
    assert "add [profiles.team.push], or name another" in text
