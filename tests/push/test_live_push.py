"""The push: blockers, QA's approval of these very tags, operations, production, monitoring."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

import runbook_lib.push.rehearsal
from runbook_lib.push.rehearsal import team_profile
from runbook_lib.push.settings import PushProfile
from runbook_lib.sandbox.server.process import Running
from tests.push.conftest import WriteProfile
from tests.push.world import NAMES, TAG, TeamWorld, git
from tests.release import carried_out
from tests.release.carried_out import Executed, step_through

ASKED = "please push to production"
DEPLOYED = re.compile(rf"deployed .* {TAG} \(.*\) to production")


@pytest.fixture
def tagged(world: TeamWorld) -> TeamWorld:
    world.until("tagged")
    return world


def push(**parameters: Any) -> Executed:
    return step_through(parameters, runbook="live_push")


def requests(world: TeamWorld) -> list[str]:
    return [one["text"] for one in world.messages() if ASKED in one["text"]]


def test_the_tags_come_to_production_and_the_notes_tell_of_it(tagged: TeamWorld) -> None:
    done = push().went_well()
    assert tagged.versions("production") == dict.fromkeys(NAMES, TAG)
    notes = tagged.notes()
    assert "issues/430 The export leaves out the last colony (@matteo)" in notes
    assert "(nobody yet: find someone)" in notes
    assert "- start time: 09:30 PDT\n- end time: 09:50 PDT\n" in notes
    assert len(requests(tagged)) == 1
    assert done.said("approve")["detail"] == "monitoring: nothing to approve"
    asked = done.namespace["run"].question(done.namespace["tags"])
    assert asked.count("\n") == len(NAMES) - 1, "QA is asked about the tags alone"
    assert asked.beside.count("/pelican/server/commit/") >= 1, "and sees what each of them brings"
    assert f"/pelican/server/compare/2026.03.05-1...{TAG}" in asked.beside


def test_a_push_does_not_end_before_a_deployment_that_nobody_has_told_of_yet(
    tagged: TeamWorld,
) -> None:
    def forget_the_last(_: object) -> None:
        told: list[dict[str, Any]] = []
        while len(told) < len(NAMES):
            told = [one for one in tagged.messages() if DEPLOYED.search(one["text"])]
        channel, last = tagged.channel()["id"], told[-1]
        assert tagged.slack("chat.delete", "ops", channel=channel, ts=last["ts"])["ok"]

    step_through(runbook="live_push", before={"run.write_end": forget_the_last}).went_well()
    [end] = re.findall("- end time: (.*) PDT", tagged.notes())
    assert end >= "09:50"


def test_running_it_again_asks_nobody_and_writes_nothing(tagged: TeamWorld) -> None:
    push().went_well()
    before = tagged.refs(), tagged.messages()
    again = push().went_well()
    assert {outcome for _, outcome in again.outcomes} == {"already", "good"}
    assert (tagged.refs(), tagged.messages()) == before


def test_a_tag_that_is_moved_after_qa_has_approved_is_not_asked_for(tagged: TeamWorld) -> None:
    def move(_: object) -> None:
        main = tagged.heads()["server"]
        git(tagged.bare, "update-ref", f"refs/tags/{TAG}", main)

    text = step_through(runbook="live_push", before={"run.ask_operations": move})
    said = text.ended_with("Conflict")
    assert f"expected that server has {TAG} at f13736062, found it at" in said, said
    assert "a pushed tag is never moved. Ask who did, and set it back" in said
    assert requests(tagged) == []
    assert "a pushed tag is never moved" in push().ended_with("Conflict"), "nor is QA asked anew"
    git(tagged.bare, "update-ref", f"refs/tags/{TAG}", "f13736062")
    push().went_well()


def test_papermill_keeps_the_plots_as_pictures(tagged: TeamWorld, tmp_path: Path) -> None:
    done = carried_out.execute(tmp_path / "out.ipynb", {}, runbook="live_push").went_well()
    assert json.dumps(done.notebook).count("data:image/png;base64,") >= 6


def test_blockers_are_listed_once_and_peoples_words_stay(tagged: TeamWorld) -> None:
    tagged.edit_notes("## Blockers:\n", "## Blockers:\n\n- the *tide* is high (@edith)\n")

    def edit(_: dict[str, Any]) -> None:
        tagged.edit_notes("## Before we push:\n", "## Before we push:\n\n- feed the ünicorns\n")

    step_through(runbook="live_push", before={"write_blockers": edit}).went_well()
    push().went_well()
    notes = tagged.notes()
    assert "- the *tide* is high (@edith)\n" in notes and "- feed the ünicorns\n" in notes
    assert notes.count("issues/430") == 1


def test_without_qas_word_nothing_is_pushed(tagged: TeamWorld) -> None:
    tagged.set_person("qa", mode="no")
    text = push().ended_with("Refused")
    assert ".. " not in text
    assert "qa" in text and "have it approved after all: runbook approve" in text
    assert requests(tagged) == []
    assert set(tagged.versions("production").values()) == {"2026.03.05", "2026.03.05-1"}


def test_a_new_tag_needs_a_new_approval(tagged: TeamWorld) -> None:
    first = step_through(runbook="live_push", until='run.approve("qa"').went_well()
    assert first.said("approve")["outcome"] == "done"
    tagged.tag("server", f"{TAG}-1")
    tagged.wait_until(lambda: tagged.versions("stage")["server"] == f"{TAG}-1")
    second = step_through(runbook="live_push", until='run.approve("qa"').went_well()
    assert second.said("approve")["outcome"] == "done"
    asked = [event.said["text"] for event in second.events if event.kind == "asked"]
    assert asked and f"server {TAG}-1 at " in asked[-1]


def test_operations_who_are_away_are_waited_for_and_asked_once(
    tagged: TeamWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def leave(namespace: dict[str, Any]) -> None:
        tagged.set_person("ops", mode="off")
        patience = namespace["run"].runner.patience
        namespace["run"].runner.patience = type(patience)(waiting=0.5, first_pause=0.1)

    first = step_through(runbook="live_push", before={"run.ask_operations": leave})
    text = first.ended_with("Waiting")
    assert "production/server/__version__ shows 2026.03.05-1" in text
    assert "run this again to go on" in text
    tagged.set_person("ops", mode="on")
    push().went_well()
    assert len(requests(tagged)) == 1
    assert tagged.versions("production") == dict.fromkeys(NAMES, TAG)


def test_a_lost_answer_asks_operations_once(tagged: TeamWorld) -> None:
    def lose(_: dict[str, Any]) -> None:
        fault = {"path_pattern": "/slack/api/chat.postMessage", "method": "POST"}
        body = {**fault, "kind": "drop-after", "times": 1}
        tagged.client().expect("POST", "/sandbox/faults", body)

    step_through(runbook="live_push", before={"run.ask_operations": lose}).went_well()
    assert len(requests(tagged)) == 1


def test_operations_are_asked_in_a_matrix_room_where_that_is_all(
    tagged: TeamWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def without_slack(running: Running) -> PushProfile:
        profile = team_profile(running)
        assert profile.push is not None
        changed = profile.push.model_copy(update={"slack": None})
        return profile.model_copy(update={"push": changed})

    monkeypatch.setattr(runbook_lib.push.rehearsal, "team_profile", without_slack)
    push().went_well()
    again = push().went_well()
    assert {outcome for _, outcome in again.outcomes} == {"already", "good"}
    assert tagged.versions("production") == dict.fromkeys(NAMES, TAG)
    assert len([text for text in tagged.room() if ASKED in text]) == 1
    assert requests(tagged) == []
    assert "- start time: 09:30 PDT\n- end time: " in tagged.notes()


def test_a_start_that_people_wrote_stays(tagged: TeamWorld) -> None:
    text = tagged.notes()
    tagged.edit_notes(text[-40:], f"{text[-40:]}\n## Stats\n\n- start time: 09:17 PDT\n")
    push().went_well()
    assert "- start time: 09:17 PDT\n- end time: 09:50 PDT\n" in tagged.notes()


def test_an_incident_is_an_alarm_that_somebody_has_to_judge(tagged: TeamWorld) -> None:
    tagged.client().expect("PUT", "/sandbox/incident", {"kind": "errors"})
    tagged.set_person("approver", mode="on")
    done = push().went_well()
    asked = [event.said for event in done.events if event.kind == "asked"]
    monitoring = [one for one in asked if one["gate"] == "monitoring"]
    assert len(monitoring) == 1 and "alarm" in monitoring[0]["text"]


def test_a_dashboard_without_data_is_refused_by_its_name(
    tagged: TeamWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    def change(namespace: dict[str, Any]) -> None:
        run = namespace["run"]
        grafana = run.push.grafana.model_copy(update={"dashboards": ("retired",)})
        push = run.push.model_copy(update={"grafana": grafana})
        team = run.team.model_copy(update={"push": push})
        from dataclasses import replace

        run.setting = replace(run.setting, profile=team)

    found = step_through(runbook="live_push", before={"run.watch_graphs": change})
    text = found.ended_with("Refused")
    assert "retired" in text and "data" in text


def test_operations_are_not_asked_before_the_day_of_the_push(
    tagged: TeamWorld, write_profile: WriteProfile
) -> None:
    path = write_profile()
    path.write_text(path.read_text().replace('"limit" = 30', '"limit" = 1'))

    def ask(namespace: dict[str, Any]) -> None:
        namespace["run"].wait_for_push_day(namespace["week"])

    early = step_through(
        {"profile": "team", "push_date": "2026-03-12"},
        runbook="live_push",
        before={"run.find_blockers": ask},
    )
    told = early.ended_with("Waiting")
    assert "it is Tuesday 2026-03-10, and the push is on Thursday 2026-03-12" in told


def move_clock(world: TeamWorld, to: str) -> None:
    world.client().expect("PUT", "/sandbox/clock", {"to": to})


def preflight(**parameters: Any) -> Executed:
    return step_through(
        {"profile": "team", **parameters}, runbook="live_push", until="run.check_to_come"
    )


def test_a_push_that_is_past_goes_out_only_by_name(
    tagged: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None)
    move_clock(tagged, "2026-03-13T10:00:00-07:00")
    text = preflight(push_date="2026-03-12").ended_with("Refused")
    assert "the push of Thursday 2026-03-12, which is past" in text
    names = ", ".join(f"{name} {TAG}" for name in NAMES)
    assert f"-p 'follow_up={names}'" in text
    preflight(push_date="2026-03-12", follow_up=names).went_well()


def test_a_push_that_is_closed_and_past_stays_as_people_read_it(tagged: TeamWorld) -> None:
    step_through(runbook="live_push").went_well()
    move_clock(tagged, "2026-03-13T10:00:00-07:00")
    before = tagged.state()
    again = step_through({"push_date": "2026-03-12"}, runbook="live_push")
    text = again.ended_with("Refused")
    assert "which is past, and that this run has come to its end" in text
    assert tagged.state() == before


def test_a_later_push_in_production_is_never_taken_back(
    tagged: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None)
    asked = {"push_date": "2026-02-26", "follow_up": "frontend 2026.02.26-2"}
    text = preflight(**asked).ended_with("Refused")
    assert "frontend 2026.03.05" in text and "nothing is pushed over it" in text


def test_a_follow_up_of_what_is_in_production_is_asked_for_by_name(
    tagged: TeamWorld, write_profile: WriteProfile
) -> None:
    write_profile(slack=None)
    tagged.until("pushed")
    tagged.tag("server", f"{TAG}-1")
    text = preflight(push_date="2026-03-12").ended_with("Refused")
    assert f"production runs server {TAG}: " in text
    assert f"-p 'follow_up=server {TAG}-1'" in text
    done = preflight(push_date="2026-03-12", follow_up=f"server {TAG}-1").went_well()
    assert done.said("check_to_come")["detail"] == f"server {TAG}-1 may go out"
