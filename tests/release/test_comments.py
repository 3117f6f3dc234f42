"""A release whose changelog is approved by a comment: headless, in the sandbox's GitHub."""

import json
from typing import Any

import pytest

from runbook_lib.profile import GateSettings, PersonSettings
from runbook_lib.release import rehearsal
from runbook_lib.release.rehearsal import make_profile
from runbook_lib.release.settings import Profile
from tests.release.carried_out import step_through
from tests.release.conftest import Execute, WriteProfile
from tests.release.test_gates import runbook
from tests.release.world import World

RUN = "release/tidewatch/1.9"
TEAM = {"profile": "team"}


@pytest.fixture
def issue(world: World) -> str:
    """The issue that the team's approvals are asked on."""
    path = f"/api/v3/repos/{world.repository}/issues"
    made = world.client().expect("POST", path, {"title": "Releases"})
    return f"issues/{made['number']}"


def keys(issue: str, **more: Any) -> dict[str, Any]:
    """The profile's keys, as TOML reads them."""
    return {
        "gates.changelog.comments": f"#{issue.partition('/')[2]}",
        "gates.changelog.people": ["approver"],
        "gates.changelog.operator_counts": False,
        "people.approver.github": "approver",
        **more,
    }


def test_a_whole_release_is_approved_by_a_comment(
    world: World, write_profile: WriteProfile, execute: Execute, issue: str
) -> None:
    world.set_person("approver", mode="off")
    write_profile(keys(issue))
    said = execute(profile="team").ended_with("Waiting")
    assert f"or by a comment on {world.url}/{world.repository}/{issue}: approve" in said
    status = json.loads(runbook("status", "--json"))
    assert status[0]["waiting"]["comments"].endswith(issue)
    assert "or a comment: approve" in runbook("status")
    execute(profile="team").ended_with("Waiting")
    world.set_person("approver", mode="on")
    world.settle()
    execute(profile="team").ended_with("Waiting")
    asked, answered = world.github(f"{issue}/comments")
    assert (asked["user"]["login"], answered["user"]["login"]) == ("operator", "approver")
    runbook("approve", RUN, "load-test", "--reason", "it passed")
    done = execute(profile="team").went_well()
    assert done.said("approve")["outcome"] == "good"
    assert "stand" in runbook("verify")
    assert answered["html_url"] in runbook("show", RUN, "--gate", "changelog")


def test_a_rejection_by_a_comment_holds(
    world: World, write_profile: WriteProfile, issue: str
) -> None:
    world.set_person("approver", mode="off")
    write_profile(keys(issue))
    step_through(TEAM).ended_with("Waiting")
    world.set_person("approver", mode="no")
    world.settle()
    said = step_through(TEAM).ended_with("Refused")
    assert "rejected by approver (comment): Not like this" in said
    assert world.writes()[-1].endswith(f"{issue}/comments")


def test_in_the_sandbox_a_comment_is_waited_for_a_moment(
    world: World, monkeypatch: pytest.MonkeyPatch, issue: str
) -> None:
    def commented(*args: Any, **more: Any) -> Profile:
        gate = GateSettings(comments=f"#{issue.partition('/')[2]}", people=("approver",))
        people = {"approver": PersonSettings(github="approver")}
        told = {"gates": {"changelog": gate}, "people": people}
        return make_profile(*args, **more).model_copy(update=told)

    monkeypatch.setattr(rehearsal, "make_profile", commented)
    done = step_through().went_well()
    decided = [event.said for event in done.events if event.matches("approved", gate="changelog")]
    assert [(said["by"], said["how"]) for said in decided] == [("approver", "comment")]
    assert "stand" in runbook("verify")


def test_a_decision_in_another_s_name_without_its_comment_is_found(
    world: World, write_profile: WriteProfile, issue: str
) -> None:
    write_profile(keys(issue))
    world.set_person("approver", mode="off")

    def forge(names: dict[str, Any]) -> None:
        journal = names["run"].journal
        gate = next(event.said for event in journal.events() if event.kind == "asked")
        said = {"gate": "changelog", "digest": gate["digest"], "by": "approver", "host": "x"}
        journal.append("approved", **said, how="comment", reason="", link="https://x.example/1")

    step_through(TEAM).ended_with("Waiting")
    step_through(TEAM, before={"kept = changelog.check_approved": forge}, go_on=True)
    assert "by 'approver'" in runbook("verify", status=1)


def test_a_private_runbook_asks_nothing_in_the_open(
    world: World, write_profile: WriteProfile, issue: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runbook_lib.run.opening.is_private", lambda *_: True)
    write_profile(keys(issue))
    said = step_through(TEAM).ended_with("UsageError")
    assert "gates.changelog.comments: expected none at a gate of a private runbook" in said
    assert world.github(f"{issue}/comments") == []
