"""An unfinished release is taken back: once, by whoever, and nobody goes on with it unawares."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import runbook_lib.run.run
from runbook_lib.cli import main
from runbook_lib.steps.patience import Patience
from tests.release.carried_out import Executed, code_cells, step_through
from tests.release.test_resume import die
from tests.release.world import World, git

ABANDON = "abandon_release"
WHY = {"reason": "the wrong tides"}
TAG = "refs/tags/1.9"
BRANCH = "refs/heads/release/1.9"
ACTS = ("approve", "delete_draft", "close_pull_request", "delete_branch")
TAKEN = [
    "DELETE /api/v3/repos/harbor/tidewatch/releases/1",
    "PATCH /api/v3/repos/harbor/tidewatch/pulls/1",
    "POST /harbor/tidewatch.git/git-receive-pack",
]


@pytest.fixture
def drafted(world: World) -> World:
    """A world in which 1.9 is drafted, and nobody reviews it."""
    world.set_person("reviewer", mode="off")
    step_through(until="github.draft_release").went_well()
    return world


def abandon(**parameters: Any) -> Executed:
    """Carry the runbook out."""
    before = parameters.pop("before", None)
    return step_through({**WHY, **parameters}, runbook=ABANDON, before=before)


def states(world: World) -> tuple[list[str], int, bool, bool]:
    """The states of the pull requests, how many releases there are, whether branch and tag are."""
    pulls = ["merged" if one["merged_at"] else one["state"] for one in world.pulls()]
    refs = world.refs()[world.repository]
    return pulls, len(world.releases()), BRANCH in refs, TAG in refs


def asked(*command: str) -> Any:
    """What a command answers as JSON."""
    answer = CliRunner().invoke(main, [*command, "--json"])
    assert answer.exit_code == 0, answer.output
    return json.loads(answer.stdout)


def test_it_takes_back_what_it_can_and_says_what_stays(drafted: World) -> None:
    mark, tagged = drafted.mark(), drafted.tag_commit("1.9")
    done = abandon().went_well()
    assert states(drafted) == (["closed"], 0, False, True)
    assert drafted.writes(since=mark) == TAKEN
    text = str(done.namespace["unfinished"])
    assert f"! stays: tag 1.9 at {tagged:.9}: a pushed tag is never moved" in text
    assert "nothing is left" in done.text
    [event] = [event for event in done.events if event.kind == "abandoned"]
    assert (event.said["run"], event.said["reason"]) == ("release/tidewatch/1.9", WHY["reason"])
    assert set(event.said["calls"]) == {"GitHub"}


def test_an_abandoned_run_is_not_open_and_is_told_of_everywhere(drafted: World) -> None:
    assert [one["run"] for one in asked("status")] == ["release/tidewatch/1.9"]
    done = abandon().went_well()
    assert asked("status") == []
    [listed] = asked("log", "--outcome", "abandoned")
    assert (listed["run"], listed["session"]) == ("release/tidewatch/1.9", done.session)
    shown = asked("show", "1.9")["sessions"][-1]
    assert (shown["outcome"], shown["runbook"]) == ("abandoned", ABANDON)
    assert shown["result"] == f"abandoned by {shown['operator']}: {WHY['reason']}"
    assert asked("verify")["stands"]
    assert asked("diff", "1.9", done.session)["facts"][0]["left"] == "abandoned"


def test_a_plan_takes_nothing_back_and_needs_no_reason(drafted: World) -> None:
    mark = drafted.mark()
    planned = step_through({"plan": True}, runbook=ABANDON).went_well()
    assert drafted.writes(since=mark) == []
    would = {step for step, outcome in planned.outcomes if outcome == "planned"}
    assert would == {*ACTS, "check_taken_back"}
    assert asked("status")[0]["state"] != "planned"


def test_carried_out_again_it_says_who_abandoned_it_and_begins_nothing(drafted: World) -> None:
    abandon().went_well()
    mark = drafted.mark()
    again = abandon(version="1.9").went_well()
    assert "release/tidewatch/1.9 was abandoned by" in again.text
    assert "the wrong tides. There is nothing to take back." in again.text
    assert (drafted.writes(since=mark), asked("status")) == ([], [])
    assert "No release of tidewatch is unfinished here" in abandon().went_well().text


def test_a_pushed_version_is_not_released_any_more_and_the_next_has_all_of_its_changes(
    drafted: World,
) -> None:
    abandon().went_well()
    drafted.set_person("reviewer", mode="on")
    for version in ("1.9.0", ""):
        text = step_through({"version": version}).ended_with("Refused")
        assert "release/tidewatch/1.9 was abandoned by" in text and "the wrong tides" in text
        assert "its tag 1.9 was pushed before, and stays: choose another version" in text
    later = step_through({"version": "1.10.0"}).went_well()
    assert later.namespace["release"].decision.last == "1.8"
    assert "high and low waters" in drafted.releases()[0]["body"]
    assert drafted.releases()[0]["tag_name"] == "1.10"


def test_a_version_that_was_not_pushed_is_begun_anew_and_no_old_approval_counts(
    world: World,
) -> None:
    first = step_through(until="tree.sign_tag").went_well()
    mark = world.mark()
    abandoned = abandon().went_well()
    assert "nothing: none of it is outside" in str(abandoned.namespace["unfinished"])
    assert world.writes(since=mark) == []
    world.set_person("approver", mode="off")
    waiting = step_through()
    assert "approval" in waiting.ended_with("Waiting")
    assert "! release/tidewatch/1.9 was abandoned by" in waiting.text
    assert "this begins it anew" in waiting.text
    world.set_person("approver", mode="on")
    anew = step_through().went_well()
    assert "this begins it anew" not in anew.text
    assert anew.namespace["checkout"].path != first.namespace["checkout"].path
    assert world.releases()[0]["tag_name"] == "1.9"
    assert asked("verify")["stands"]
    text = abandon(version="1.9").ended_with("Refused")
    assert "is published, and its run is closed" in text


@pytest.mark.parametrize("after", ["intent", "act"])
def test_sessions_that_die_in_every_act_in_turn_take_back_what_one_that_lives_does(
    after: str, drafted: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = drafted.mark()
    for act in ACTS:
        with monkeypatch.context() as patch:
            die(patch, act, after=after)
            died = step_through(WHY, runbook=ABANDON, abandon=True)
        assert died.ename == "Died", f"{act}: {died.ename} {died.evalue}"
    lived = abandon().went_well()
    assert states(drafted) == (["closed"], 0, False, True)
    assert drafted.writes(since=mark) == TAKEN
    assert lived.said("approve")["outcome"] == "good"
    assert asked("status") == []


def test_sessions_that_end_after_every_cell_leave_what_a_whole_one_leaves(drafted: World) -> None:
    mark = drafted.mark()
    for source in list(code_cells(ABANDON).values())[1:-1]:
        step_through(WHY, runbook=ABANDON, until=source, abandon=True).went_well()
    abandon().went_well()
    assert drafted.writes(since=mark) == TAKEN


@pytest.mark.parametrize("kind", ["drop-before", "drop-after"])
def test_where_each_write_is_lost_once_nothing_is_left(
    kind: str, drafted: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    patience = Patience(settling=(0.05, 0.1), first_pause=0.05, longest_poll=0.2)
    monkeypatch.setattr(runbook_lib.run.run, "patience", lambda _: patience)
    for line in TAKEN:
        method, path = line.split()
        fault = {"method": method, "path_pattern": path, "kind": kind}
        drafted.client().expect("POST", "/sandbox/faults", fault)
    abandon().went_well()
    assert drafted.get("/sandbox/faults") == []
    assert states(drafted) == (["closed"], 0, False, True)


def merge(world: World) -> None:
    """Somebody merges the release's pull request."""
    path = f"/api/v3/repos/{world.repository}/pulls/1/merge"
    world.client("reviewer").expect("PUT", path, {"merge_method": "merge"})


def test_where_it_was_merged_meanwhile_nothing_more_is_done_and_then_what_is_left_is_shown(
    drafted: World,
) -> None:
    text = abandon(before={"close_pull_request": lambda _: merge(drafted)}).ended_with("Refused")
    assert "#1 to be open or closed, found that it was merged meanwhile" in text
    again = abandon().went_well()
    shown = str(again.namespace["unfinished"])
    assert "! stays: pull request #1: it is merged" in shown
    assert "! stays: branch release/1.9: it is merged into master" in shown
    assert states(drafted) == (["merged"], 0, True, True)


def test_where_somebody_has_committed_to_the_branch_it_stays(
    drafted: World, tmp_path: Path
) -> None:
    theirs = drafted.push(tmp_path / "theirs", "fix: theirs", branch="release/1.9")
    done = abandon().went_well()
    shown = str(done.namespace["unfinished"])
    assert f"branch release/1.9 at {theirs:.9}: somebody has committed to it since" in shown
    assert states(drafted) == (["closed"], 0, True, True)


def test_where_somebody_pushes_to_the_branch_meanwhile_it_stays(
    drafted: World, tmp_path: Path
) -> None:
    def push(_: dict[str, Any]) -> None:
        drafted.push(tmp_path / "theirs", "fix: theirs", branch="release/1.9")

    text = abandon(before={"delete_branch": push}).ended_with("Conflict")
    assert "somebody has pushed to it, and it is not deleted" in text
    done = abandon().went_well()
    assert "somebody has committed to it since" in str(done.namespace["unfinished"])
    assert states(drafted) == (["closed"], 0, True, True)


def test_a_draft_that_is_published_meanwhile_is_not_deleted(drafted: World) -> None:
    def publish(_: dict[str, Any]) -> None:
        path = f"/api/v3/repos/{drafted.repository}/releases/1"
        drafted.client().expect("PATCH", path, {"draft": False})

    text = abandon(before={"delete_draft": publish}).ended_with("Refused")
    assert "what is published is not taken back" in text
    assert "there is nothing to abandon" in abandon().ended_with("Refused")
    assert states(drafted) == (["open"], 1, True, True)


def test_a_branch_that_the_server_protects_is_refused_and_may_be_left(drafted: World) -> None:
    git(drafted.bare, "config", "receive.denyDeletes", "true")
    assert "deletion prohibited" in abandon().ended_with("Refused")
    done = abandon(keep_branch=True).went_well()
    assert "branch release/1.9: it is to be kept" in str(done.namespace["unfinished"])
    assert states(drafted) == (["closed"], 0, True, True)


def test_nothing_is_taken_back_before_somebody_has_approved_it(drafted: World) -> None:
    drafted.set_person("approver", mode="off")
    mark = drafted.mark()
    assert "abandon" in abandon().ended_with("Waiting")
    assert drafted.writes(since=mark) == []
    [waits] = asked("status")
    assert (waits["run"], waits["waiting"]["gate"]) == ("release/tidewatch/1.9", "abandon")
    drafted.set_person("approver", mode="no")
    assert "rejected" in abandon().ended_with("Refused")
    drafted.set_person("approver", mode="on")
    drafted.set_person("reviewer", mode="on")
    step_through().went_well()


def test_without_a_reason_nothing_is_abandoned(drafted: World) -> None:
    text = step_through(runbook=ABANDON).ended_with("Refused")
    assert "expected a reason to abandon release/tidewatch/1.9, found none" in text


def test_a_version_that_was_never_begun_is_refused_with_those_that_were(drafted: World) -> None:
    text = abandon(version="3.0").ended_with("Refused")
    assert "found no run release/tidewatch/3" in text and "release/tidewatch/1.9" in text


def test_a_session_that_was_left_open_does_not_go_on_in_an_abandoned_run(world: World) -> None:
    world.set_person("reviewer", mode="off")

    def abandoned_by_another(_: dict[str, Any]) -> None:
        from runbook_lib.run.opening import current

        mine = current.pop("run")
        mine.session_archive.pause()
        abandon().went_well()
        current["run"] = mine

    before = {"github.open_pull_request": abandoned_by_another}
    text = step_through(before=before).ended_with("Refused")
    assert "release/tidewatch/1.9 was abandoned by" in text and "open it again" in text
    assert world.pulls() == []


def test_while_another_session_is_at_work_on_the_release_it_waits(world: World) -> None:
    world.set_person("reviewer", mode="off")

    def try_it(_: dict[str, Any]) -> None:
        from runbook_lib.run.opening import current

        mine = current.pop("run")
        assert "is at work on" in abandon().ended_with("Held")
        current["run"] = mine

    before = {"github.draft_release": try_it}
    step_through(before=before, until="github.draft_release").went_well()
    assert states(world) == (["open"], 1, True, True)


def test_a_gate_of_the_release_that_is_open_does_not_hold_the_taking_back(world: World) -> None:
    world.set_person("approver", mode="off")
    assert "changelog" in step_through().ended_with("Waiting")
    world.set_person("approver", mode="on")
    done = abandon().went_well()
    assert "has no gate" not in done.text
    assert asked("status") == []
