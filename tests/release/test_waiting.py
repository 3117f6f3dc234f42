"""A run that has to wait ends, and goes on when it is run again: a profile of a real team."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runbook_lib.cli import main
from tests.conftest import sit_down
from tests.release.carried_out import step_through
from tests.release.conftest import Execute, WriteProfile
from tests.release.world import World, git

RUN = "release/tidewatch/1.9"
TEAM = {"profile": "team"}
BEHIND_THE_GATE = "tree.check_changed"


def runbook(*arguments: str) -> Result:
    """What the command `runbook` answers."""
    return CliRunner().invoke(main, list(arguments))


def approve(*options: str, gate: str = "changelog") -> Result:
    """Approve what a gate of the run asks for, from a terminal."""
    return runbook("approve", RUN, gate, "--reason", "every fix is listed", *options)


def release_to_the_end(parameters: Mapping[str, Any] = TEAM) -> None:
    """Go on to where QA's answer is asked about, approve it, and go on to the end."""
    assert "load-test" in step_through(parameters).ended_with("Waiting")
    approve(gate="load-test")
    step_through(parameters).went_well()


def test_a_release_of_a_team_waits_for_its_people_and_goes_on_each_time(
    world: World, write_profile: WriteProfile, execute: Execute
) -> None:
    write_profile({"wait.limit": 1})
    world.set_person("reviewer", mode="off")
    first = runbook("run", "release", "--profile", "team")
    assert first.exit_code == 75
    assert f"runbook approve {RUN} changelog --digest" in first.output
    assert world.writes() == []

    answer = approve()
    assert (answer.exit_code, "approved by olive" in answer.output) == (0, True)
    second = execute(profile="team")
    assert "waiting for a review" in second.ended_with("Waiting")
    assert second.said("approve")["outcome"] == "good"
    (draft,) = world.releases()
    assert (draft["draft"], world.bugs()) == (True, [])

    world.set_person("reviewer", mode="on")
    third = runbook("run", "release", "--profile", "team")
    assert (third.exit_code, "The load test of 1.9" in third.output) == (75, True), third.output
    assert approve(gate="load-test").exit_code == 0
    last = runbook("run", "release", "--profile", "team")
    assert last.exit_code == 0, last.output
    (published,) = world.releases()
    assert (published["id"], published["draft"]) == (draft["id"], False)
    assert world.version()["commit"] == world.tag_commit("1.9")
    assert len(world.pulls()) == 1
    signers = f"gpg.ssh.allowedSignersFile={world.allowed_signers}"
    git(world.bare, "-c", signers, "verify-tag", "refs/tags/1.9")


def test_the_secrets_of_a_team_stand_in_nothing_that_is_kept(
    world: World, team_profile: Path, home: Path
) -> None:
    step_through(TEAM).ended_with("Waiting")
    approve()
    release_to_the_end()
    kept = [path for path in (home / "profiles").rglob("*") if path.is_file()]
    assert len(kept) > 20
    token = world.token().encode()
    assert [path for path in kept if token in path.read_bytes()] == []


def test_an_approval_is_void_when_the_changelog_is_edited_after_it(
    world: World, team_profile: Path
) -> None:
    asked = step_through(TEAM)
    asked.ended_with("Waiting")
    approve()
    edit_changelog(asked.namespace, "list high and low waters", "list the turns of the waters")
    again = step_through(TEAM)
    assert "is waiting for an approval" in again.ended_with("Waiting")
    approve()
    release_to_the_end()
    assert "list the turns of the waters" in world.releases()[0]["body"]
    assert "list high and low waters" not in git(world.bare, "show", "1.9:CHANGELOG.md")


def test_qas_answer_is_judged_and_one_that_follows_is_asked_about_again(
    world: World, team_profile: Path
) -> None:
    step_through(TEAM).ended_with("Waiting")
    approve()
    asked = step_through(TEAM)
    assert "The load test of 1.9: load-test" in asked.ended_with("Waiting")
    [question] = [event.said for event in asked.events if event.kind == "asked"]
    assert question["text"].startswith("qa@sandbox.example answered (http")
    assert "load test passed: tidewatch 1.9" in question["text"]
    approve(gate="load-test")
    said = {"comment": "On second thoughts: load test FAILED, the report has gaps."}
    world.client("qa").expect("POST", "/bugzilla/rest/bug/1/comment", said)
    assert "is waiting for an approval" in step_through(TEAM).ended_with("Waiting")
    runbook("approve", RUN, "load-test", "--reject", "--reason", "look at the gaps")
    rejected = step_through(TEAM)
    assert "look at the gaps" in rejected.ended_with("Refused")
    assert "await_version" not in dict(rejected.outcomes)


def test_the_digest_that_was_shown_must_be_the_one_that_is_asked_for_now(
    world: World, team_profile: Path
) -> None:
    first = step_through(TEAM)
    first.ended_with("Waiting")
    shown = question(first)
    edit_changelog(first.namespace, "list high and low waters", "list the turns of the waters")
    step_through(TEAM).ended_with("Waiting")
    answer = approve("--digest", shown)
    assert answer.exit_code == 2
    assert "it has changed since" in answer.output
    step_through(TEAM).ended_with("Waiting")


def test_where_the_operator_does_not_count_somebody_else_has_to_approve(
    world: World, write_profile: WriteProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profile({"gates.changelog.operator_counts": False})
    step_through(TEAM).ended_with("Waiting")
    assert approve().exit_code == 0
    step_through(TEAM).ended_with("Waiting")
    sit_down(monkeypatch, "petra")
    assert approve().exit_code == 0
    sit_down(monkeypatch, "olive")
    step_through(TEAM, until=BEHIND_THE_GATE).went_well()


def test_an_operator_who_has_another_name_in_the_profile_is_the_same_person(
    world: World, write_profile: WriteProfile
) -> None:
    write_profile({"gates.changelog.operator_counts": False, "operator": "release-desk"})
    step_through(TEAM).ended_with("Waiting")
    approve()
    step_through(TEAM).ended_with("Waiting")


def test_where_two_have_to_approve_one_who_does_it_twice_is_one(
    world: World, write_profile: WriteProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_profile({"gates.changelog.approvals": 2})
    step_through(TEAM).ended_with("Waiting")
    approve()
    approve()
    step_through(TEAM).ended_with("Waiting")
    sit_down(monkeypatch, "petra")
    approve()
    step_through(TEAM, until=BEHIND_THE_GATE).went_well()


def test_a_rejection_refuses_until_it_is_approved_after_all(
    world: World, team_profile: Path
) -> None:
    step_through(TEAM).ended_with("Waiting")
    approve("--reject")
    assert "rejected by olive" in step_through(TEAM).ended_with("Refused")
    assert world.writes() == []
    approve()
    step_through(TEAM, until=BEHIND_THE_GATE).went_well()


def question(executed: Any) -> str:
    """The digest that a session's people were shown."""
    asked = [event for event in executed.events if event.kind == "asked"]
    return str(asked[-1].said["digest"])


def edit_changelog(namespace: dict[str, Any], old: str, new: str) -> None:
    """Change a text of the changelog in the run's own checkout."""
    path = namespace["tree"].path / "CHANGELOG.md"
    text = path.read_text()
    assert text.count(old) == 1
    path.write_text(text.replace(old, new))
