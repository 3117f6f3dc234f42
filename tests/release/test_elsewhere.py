"""A release is made on two machines that know nothing of each other: one is, and both go on."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.release.carried_out import Executed, step_through
from tests.release.test_gates import runbook
from tests.release.world import World, git

TEAM = {"profile": "team"}
At = Callable[..., Executed]


@pytest.fixture
def at(world: World, team_profile: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> At:
    """Carries the runbook out at somebody's machine, as them: `at("otto", until="tree.push")`."""

    def carry_out(who: str, *, more: Any = None, **how: Any) -> Executed:
        monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / who))
        (tmp_path / who).mkdir(exist_ok=True)
        git(tmp_path / "clone", "config", "user.name", who.title())
        gate = "abandon" if "runbook" in how else "changelog"
        return step_through({**TEAM, **(more or {})}, approve=gate, **how)

    return carry_out


def test_what_another_machine_has_released_meanwhile_is_gone_on_with(at: At, world: World) -> None:
    at("otto", until="tree.sign_tag").went_well()
    at("olive", until="github.draft_release").went_well()
    made, before = world.tag_commit("1.9"), world.releases()
    beaten = at("otto", until="github.draft_release").went_well()
    told = [event.said["announced"] for event in beaten.events if event.kind == "intent"]
    assert any("aside" in one and "1.9 was released from another machine" in one for one in told)
    assert [beaten.said(step)["outcome"] for step in ("push", "draft_release")] == ["already"] * 2
    assert (world.tag_commit("1.9"), world.releases()) == (made, before)
    checkout = beaten.namespace["checkout"].path
    kept = git(checkout, "for-each-ref", "--format=%(objecttype)", "refs/runbook/aside")
    assert sorted(kept.split()) == ["commit", "tag"]


def test_a_run_that_starts_elsewhere_is_set_aside_and_theirs_gone_on_with(
    at: At, world: World, tmp_path: Path
) -> None:
    at("otto", until="tree.sign_tag").went_well()
    world.push(tmp_path / "scratch", "fix: one more")
    at("olive", until="github.draft_release").went_well()
    made, before = world.tag_commit("1.9"), world.releases()
    said = at("otto").ended_with("Refused")
    assert "was released from another machine meanwhile" in said and "Run this again" in said
    [told] = [one for one in json.loads(runbook("log", "--json")) if one["outcome"] == "abandoned"]
    shown = json.loads(runbook("show", told["run"], "--json"))["sessions"][-1]
    assert "1.9 was released from another machine meanwhile" in shown["result"]
    beaten = at("otto", until="github.draft_release").went_well()
    assert "changelog" in [one.said["gate"] for one in beaten.events if one.kind == "asked"]
    assert [beaten.said(step)["outcome"] for step in ("push", "draft_release")] == ["already"] * 2
    assert (world.tag_commit("1.9"), world.releases()) == (made, before)
    assert json.loads(runbook("verify", "--json"))["stands"]


def test_what_another_machine_has_published_is_left_to_it(
    at: At, world: World, tmp_path: Path
) -> None:
    at("otto", until="tree.sign_tag").went_well()
    world.push(tmp_path / "scratch", "fix: one more")
    at("olive", until="github.publish_release").went_well()
    at("otto").ended_with("Refused")
    assert "1.9" in at("otto").ended_with("Refused")
    assert json.loads(runbook("status", "--json")) == []
    world.push(tmp_path / "scratch", "fix: and another")
    assert at("otto", until="decide_release(run").went_well().namespace["release"].last == "1.9"


def test_who_was_not_first_takes_nothing_of_the_others_back(at: At, world: World) -> None:
    world.set_person("reviewer", mode="off")
    at("otto", until="tree.sign_tag").went_well()
    at("olive", until="github.draft_release").went_well()
    before = world.refs(), world.releases(), world.pulls()
    done = at("otto", runbook="abandon_release", more={"reason": "olive has it"}).went_well()
    text = str(done.namespace["unfinished"])
    assert "stays: all that there is of 1.9: another machine has made it" in text
    assert "nothing: none of it is outside" in text
    assert (world.refs(), world.releases(), world.pulls()) == before
