"""What a session came to, as its journal tells it."""

import json
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.journal.journal import Journal, read_journal
from runbook_lib.journal.summary import SessionSummary, facts_of, summarise

DECIDED = {"gate": "changelog", "digest": "d1", "host": "quay", "how": "command"}
OUTCOMES = ("waiting", "refused", "failed", "unknown")


class Session:
    """A journal that a test writes a story into."""

    def __init__(self, folder: Path) -> None:
        path = folder / "sessions" / "s1" / "journal.jsonl"
        self.journal = Journal(path, session="s1", operator="olive")
        self.number = 0

    def opened(self, **more: Any) -> None:
        said = {"runbook": "release", "host": "quay", "profile": "sandbox", "library": "0.1.0"}
        self.journal.append("opened", **said, parameters={"version": "1.9"}, **more)

    def began(self, step: str, announced: str = "", **arguments: str) -> int:
        self.number += 1
        self.journal.append("started", step=step, number=self.number, arguments=arguments)
        if announced:
            self.journal.append("intent", step=step, number=self.number, announced=announced)
        return self.number

    def step(self, step: str, outcome: str, announced: str = "", **arguments: str) -> None:
        number = self.began(step, announced, **arguments)
        said = {
            "announced": announced,
            "detail": f"{step} it is",
            "link": f"https://git.example/{step}",
        }
        said["seconds"] = 0.25
        self.journal.append("outcome", step=step, number=number, outcome=outcome, **said)

    def summary(self) -> SessionSummary:
        return summarise(read_journal(self.journal.path))


@pytest.fixture
def session(tmp_path: Path) -> Session:
    session = Session(tmp_path)
    session.opened(runbook_commit="abc")
    return session


def test_what_a_session_decides_by_a_name_is_told_with_what_it_is_about(session: Session) -> None:
    session.journal.append("pinned", decided={"subject": "1.9"})
    session.journal.append("decided", name="start", value="3f2c81d0")
    session.journal.append("decided", name="days", value=[1, 2])
    assert session.summary().decided == {"subject": "1.9", "start": "3f2c81d0", "days": [1, 2]}


def test_a_session_that_came_to_the_end_is_done(session: Session, tmp_path: Path) -> None:
    session.journal.join("release/tidewatch/1.9", tmp_path / "runs" / "1.9" / "sessions")
    session.journal.append("pinned", decided={"version": "1.9.0"})
    session.step("push_tag", "done", "push tag 1.9", tag="1.9")
    session.journal.append("approved", **DECIDED, by="rowan", reason="fine")
    session.journal.append("closed", calls=3)
    session.journal.append("ended", record="r1")
    found = session.summary()
    assert (found.session, found.run, found.runbook) == ("s1", "release/tidewatch/1.9", "release")
    assert (found.operator, found.host, found.profile) == ("olive", "quay", "sandbox")
    assert (found.outcome, found.library, found.runbook_commit) == ("done", "0.1.0", "abc")
    assert (found.head, found.record, found.over) == (session.journal.head, "r1", True)
    assert (found.parameters, found.decided) == ({"version": "1.9"}, {"version": "1.9.0"})
    (step,) = found.steps
    assert (step.step, step.number, step.outcome, step.seconds) == ("push_tag", 1, "done", 0.25)
    assert (step.announced, step.arguments) == ("push tag 1.9", {"tag": "1.9"})
    assert (step.detail, step.link) == ("push_tag it is", "https://git.example/push_tag")
    times = [event.said["time"] for event in read_journal(session.journal.path)]
    assert (found.started, found.ended) == (times[0], times[-1])
    assert found.started <= step.started <= found.ended
    (decision,) = found.decisions
    assert (decision.gate, decision.verdict, decision.by) == ("changelog", "approved", "rowan")


def test_a_plan_is_planned(session: Session) -> None:
    session.step("push_tag", "planned")
    session.journal.append("planned", calls=0)
    assert session.summary().outcome == "planned"


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_session_comes_to_what_its_last_step_came_to(session: Session, outcome: str) -> None:
    session.step("fetch", "done")
    session.step("push_tag", outcome)
    session.journal.append("ended", record="r1")
    assert session.summary().outcome == outcome


def test_a_session_that_ended_before_the_runbook_s_end_waits(session: Session) -> None:
    assert session.summary().outcome == "waiting"
    session.step("fetch", "done")
    session.journal.append("ended", record="r1")
    assert session.summary().outcome == "waiting"


def test_a_failure_counts_until_the_same_step_succeeds(session: Session) -> None:
    session.step("push_tag", "failed", tag="1.9")
    session.step("fetch", "done")
    session.step("push_tag", "done", tag="1.8")
    assert session.summary().outcome == "failed"
    session.step("push_tag", "already", tag="1.9")
    assert session.summary().outcome == "waiting"


def test_of_several_failures_the_newest_says_how_the_session_stands(session: Session) -> None:
    session.step("push_tag", "failed", tag="1.9")
    session.step("publish", "refused")
    session.step("push_tag", "waiting", tag="1.9")
    session.step("fetch", "done")
    assert session.summary().outcome == "waiting"
    session.step("publish", "failed")
    session.step("fetch", "done")
    assert session.summary().outcome == "failed"


def test_a_session_that_died_in_a_step_is_unknown(session: Session) -> None:
    session.step("fetch", "done")
    session.began("push_tag", "push tag 1.9")
    found = session.summary()
    assert (found.outcome, found.over) == ("unknown", False)
    assert (found.steps[1].outcome, found.steps[1].announced) == ("unknown", "push tag 1.9")
    session.journal.append("recovered", by="rowan", host="quay", unknown=["push tag 1.9"])
    session.journal.append("ended", record="r1")
    assert session.summary().outcome == "unknown"


@pytest.mark.parametrize(
    ("unknown", "outcome"), [(["how far the cell came"], "unknown"), ([], "waiting")]
)
def test_a_session_that_died_between_two_steps_is_unknown_where_a_cell_was_under_way(
    session: Session, unknown: list[str], outcome: str
) -> None:
    session.step("fetch", "done")
    session.journal.append("recovered", by="rowan", host="quay", unknown=unknown)
    session.journal.append("ended", record="r1")
    assert session.summary().outcome == outcome


def test_what_is_unusual_of_a_session_is_said(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.opened(private=True)
    for gates in (["changelog", "qa"], {"qa": "d1"}):
        session.journal.append("gates_gone", gates=gates)
    session.journal.append("noted", clock="went back 2.000 s")
    session.journal.append("noted", clock="went back 3.000 s")
    session.journal.append("closed", result="1.9 is published")
    found = session.summary()
    assert (found.private, found.gone, found.result) == (True, "changelog, qa", "1.9 is published")
    assert found.clock == "went back 2.000 s; went back 3.000 s"
    assert {"private", "gone", "result"} <= found.to_dict().keys()


def test_what_is_as_usual_is_not_said(session: Session) -> None:
    session.journal.append("closed")
    found = session.summary()
    assert (found.private, found.gone, found.result, found.clock) == (False, "", "", "")
    assert not {"private", "gone", "result"} & found.to_dict().keys()


def test_what_nobody_has_looked_at_since_leaves_a_session_unknown(session: Session) -> None:
    session.step("push_tag", "unknown", "push tag 1.9", tag="1.9")
    session.step("fetch", "done")
    assert session.summary().outcome == "unknown"


@pytest.mark.parametrize("verdict", ["approved", "rejected"])
def test_a_decision_from_a_terminal_is_done(verdict: str, tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.journal.append("opened", command="approve", host="quay")
    session.journal.append(verdict, **DECIDED, by="olive", reason="")
    session.journal.append("ended")
    found = session.summary()
    assert (found.runbook, found.outcome, found.steps) == ("approve", "done", ())


def test_what_was_not_asked_is_not_decided_from_a_terminal(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.journal.append("opened", command="approve", host="quay")
    session.journal.append("ended")
    assert session.summary().outcome == "refused"


def test_a_journal_that_has_nothing_yet_is_summarised_too() -> None:
    found = summarise([])
    assert (found.session, found.run, found.outcome, found.over) == ("", "", "waiting", False)


def test_a_summary_goes_into_json_as_it_is(session: Session) -> None:
    session.step("push_tag", "done", tag="1.9")
    said = session.summary().to_dict()
    assert json.loads(json.dumps(said)) == said
    assert said["steps"][0]["arguments"] == {"tag": "1.9"}


def test_what_was_waived_and_how_much_was_automatic_is_told(session: Session) -> None:
    session.step("push_tag", "done", "push tag 1.9")
    session.step("approve", "good", gate="changelog")
    session.step("by_hand", "waiting", of="restart")
    session.step("by_hand", "already", of="restart")
    number = session.began("wait_for_checks", commit="abc")
    stands = {"gate": "ci", "digest": "d2", "text": "it is red"}
    session.journal.append(
        "outcome", step="wait_for_checks", number=number, outcome="waived", **stands
    )
    found = session.summary()
    assert found.waived == "ci"
    assert str(found.work) == "4 steps, 1 automatic, 1 by hand, 1 gate, 1 waived"
    session.step("wait_for_checks", "good", commit="abc")
    assert session.summary().waived == ""
    assert str(session.summary().work) == "4 steps, 2 automatic, 1 by hand, 1 gate"


def test_of_an_older_waiver_the_step_is_told_and_of_work_without_people_nobody(
    session: Session,
) -> None:
    session.step("wait_for_checks", "waived")
    assert session.summary().waived == "wait_for_checks"
    session.step("wait_for_checks", "good")
    assert str(session.summary().work) == "1 step, 1 automatic"


def test_an_abandoned_run_says_who_left_it_and_why(session: Session) -> None:
    session.journal.append("abandoned", by="mia", reason="a new one comes")
    assert session.summary().result == "abandoned by mia: a new one comes"


def test_an_outcome_whose_beginning_is_lost_is_told_without_it(session: Session) -> None:
    session.journal.append("outcome", step="push_tag", number=7, outcome="done")
    [step] = session.summary().steps
    assert (step.step, step.number, step.outcome) == ("push_tag", 7, "done")
    assert (step.started, step.arguments) == ("", {})


def test_what_is_said_of_a_session_everywhere_is_what_its_summary_says(session: Session) -> None:
    found = session.summary()
    assert facts_of(found) == {name: getattr(found, name) for name in facts_of(found)}
    assert facts_of(found)["runbook"] == "release"


def test_a_decision_says_what_it_was_and_only_what_is_unusual_is_kept(session: Session) -> None:
    session.journal.append("approved", **DECIDED, by="rowan", reason="fine")
    by_hand = {**DECIDED, "kind": "by hand", "evidence": "https://x.example"}
    session.journal.append("rejected", **by_hand, by="rowan", reason="no hands")
    gate, step = session.summary().decisions
    assert (gate.verb, gate.kind, gate.why) == ("approved", "gate", "fine")
    assert (step.verb, step.why) == ("not done", "https://x.example; no hands")
    said = session.summary().to_dict()["decisions"]
    assert "kind" not in said[0] and said[1]["kind"] == "by hand"


@pytest.mark.parametrize("command", ["approve", "confirm", "waive"])
def test_a_session_that_only_decided_is_done(tmp_path: Path, command: str) -> None:
    session = Session(tmp_path)
    session.journal.append("opened", command=command)
    assert session.summary().outcome == "refused"
    session.journal.append("approved", **DECIDED, by="rowan", reason="fine")
    assert (session.summary().outcome, session.summary().runbook) == ("done", command)


def test_what_is_decided_under_a_name_is_told_with_what_was_pinned(session: Session) -> None:
    session.journal.append("pinned", decided={"subject": "web-1"})
    session.journal.append("decided", name="serial", value=7)
    assert session.summary().decided == {"subject": "web-1", "serial": 7}


def test_an_error_between_two_steps_is_what_a_session_came_to(session: Session) -> None:
    session.step("look", "good")
    assert session.summary().outcome == "waiting"
    session.journal.append("stopped", outcome="refused", detail="expected a secret, found none")
    assert session.summary().outcome == "refused"
