"""A person has several names, and is one to the calendar, the notes, the bugs and the operator."""

from collections.abc import Callable

import pytest

from tests.conftest import sit_down
from tests.push.conftest import WriteProfile
from tests.push.world import TeamWorld
from tests.release.carried_out import Executed, step_through

PEOPLE = """
[profiles.team.people]
olive = { github = "operator", names = ["Olive O."] }
mat = { github = "matteo" }
"""
LISTED = ["willow", "edith", "mat", "olive"]
Duty = Callable[[], Executed]


@pytest.fixture
def duty(world: TeamWorld, write_profile: WriteProfile) -> Duty:
    """Runs the overview of a team that lists its people by names of its own."""
    path = write_profile(slack=None, people=LISTED)
    path.write_text(path.read_text() + PEOPLE)
    return lambda: step_through({"profile": "team", "push_date": "2026-03-12"}, runbook="push_duty")


def test_who_is_in_the_calendar_and_works_on_bugs_has_the_tables_name(duty: Duty) -> None:
    done = duty().went_well()
    week, blockers = done.namespace["week"], done.namespace["blockers"]
    assert str(week.turn) == "olive (the calendar)"
    assert [bug.who for bug in blockers] == ["mat", "nobody", "nobody"]
    assert done.namespace["run"].journal.operator == "olive"
    assert "stands in" not in done.text


def test_whoever_stands_in_is_told_whose_turn_it_is(
    duty: Duty, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_down(monkeypatch, "matteo")
    done = duty().went_well()
    assert done.namespace["run"].journal.operator == "mat"
    assert "It is the turn of olive: mat stands in." in done.text
    sit_down(monkeypatch, "robot")
    assert "stands in" not in duty().went_well().text


def list_blockers(world: TeamWorld) -> Executed:
    """Goes on with the push up to the notes' blockers."""
    world.until("tagged")
    parameters = {"profile": "team", "push_date": "2026-03-12"}
    return step_through(parameters, runbook="live_push", until="listed = run.write_blockers")


@pytest.mark.usefixtures("duty")
def test_another_hero_in_the_notes_is_pointed_out_and_another_name_is_not(world: TeamWorld) -> None:
    assert "Look at the notes" not in list_blockers(world).went_well().text
    world.edit_notes("push hero is @operator", "push hero is @matteo")
    said = "they name mat as push hero, and it is the turn of olive"
    assert f"Look at the notes: {said}." in list_blockers(world).went_well().text


@pytest.mark.usefixtures("duty")
def test_the_lines_of_blockers_name_people_as_github_does(world: TeamWorld) -> None:
    list_blockers(world).went_well()
    assert "(@matteo)" in world.notes()
    assert list_blockers(world).said("edit")["outcome"] == "already"
