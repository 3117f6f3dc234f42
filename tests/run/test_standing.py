"""Where a run stands is read from its journal, whoever has carried out what."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from runbook_lib.errors import Failed, Refused, Waiting
from runbook_lib.journal.course import carried_out, outcome_of, waits_for_people
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.events import Event, seal
from runbook_lib.notebook.gate_places import GatePlaces
from runbook_lib.notebook.reference import ReferenceCell
from runbook_lib.policy.quorum import Count, Rule
from runbook_lib.run.read_board import ReadBoard
from runbook_lib.run.standing import Procedure, gate_row, last_questions, unasked
from runbook_lib.run.state import Stop, UnderWay, end_state, left_state, ready_state
from runbook_lib.steps.gate import Unanswered
from runbook_lib.steps.question import Question

CELLS = (
    ReferenceCell("markdown", "## Open the run"),
    ReferenceCell("code", "run = open_run('mill')"),
    ReferenceCell("markdown", "### 1 · Grind"),
    ReferenceCell("code", "mill.grind()"),
    ReferenceCell("code", "run.approve('flour', flour, title='The flour')"),
    ReferenceCell("markdown", "### 2 · Bake"),
    ReferenceCell("code", "oven.bake()"),
)
GRIND, BAKE = "1 · Grind", "2 · Bake"


class Story:
    """The events of a run, told by its sessions; each second one happens."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.session, self.number = "s1", 0

    def tell(self, event: str, **said: Any) -> None:
        time = f"2026-11-27T12:00:{len(self.events):02}+00:00"
        always = {"event": event, "time": time, "session": self.session, "operator": "olive"}
        self.events.append(seal({**said, **always}, ""))

    def step(self, step: str, outcome: str = "", under: str = "", **said: Any) -> None:
        self.number += 1
        below = {"under": under} if under else {}
        numbered = {"step": step, "number": self.number}
        arguments = {"gate": said["gate"]} if "gate" in said else {}
        self.tell("started", **numbered, arguments=arguments, **below)
        if outcome:
            told = {"detail": said.get("detail", ""), "seconds": 1.0}
            self.tell("outcome", **numbered, outcome=outcome, **told)

    def rows(self, here: str = "") -> list[tuple[str, str, str]]:
        found = Procedure(GatePlaces(CELLS), 1).rows(carried_out(self.events), self.session, here)
        return [(row.called, row.outcome, row.note) for row in found]


@pytest.fixture
def story() -> Story:
    return Story()


def test_the_parts_below_the_opening_are_shown_before_anything_is_run(story: Story) -> None:
    assert story.rows() == [(GRIND, "", ""), (BAKE, "", "")]


def test_a_part_is_what_the_worst_of_its_steps_came_to_last(story: Story) -> None:
    story.step("grind", "failed", GRIND)
    story.step("approve", "waiting", GRIND, gate="flour")
    assert story.rows()[0][1] == "waiting"
    story.step("approve", "good", GRIND, gate="flour")
    assert story.rows()[0][1] == "failed"
    story.step("grind", "done", GRIND)
    assert story.rows()[0][1] == "done"
    story.step("bake", "", BAKE)
    assert story.rows()[1][1] == "under way"


def test_what_an_earlier_session_did_is_shown_as_such_until_it_is_looked_at(story: Story) -> None:
    story.step("grind", "done", GRIND)
    story.step("bake", "", BAKE)
    story.session = "s2"
    said = "olive, 27 Nov 12:00 UTC"
    assert story.rows() == [(GRIND, "done", said), (BAKE, "unknown", said)]
    story.step("grind", "already", GRIND)
    assert story.rows()[0] == (GRIND, "already", "")


def test_a_journal_without_headings_is_read_by_what_the_runbook_calls(story: Story) -> None:
    story.step("approve", "good", gate="flour")
    story.step("bake", "done")
    assert [outcome for _, outcome, _ in story.rows()] == ["good", "done"]


def test_without_a_notebook_the_steps_are_the_parts(story: Story) -> None:
    story.step("grind", "done")
    [row] = Procedure(GatePlaces(())).rows(carried_out(story.events), "s1", "")
    assert (row.called, row.outcome) == ("grind", "done")


def test_a_run_that_waits_says_for_whom_and_one_that_failed_why(story: Story) -> None:
    question = Question("mill/p/1", "flour", "The flour", "fine", "d" * 64, of="a baker")
    row = gate_row(question, [], Count(Rule(2), ("mia",)))
    assert row.state == "open"
    assert row.said == "waits for an approval by a baker (1 of 2): The flour"
    state = Stop(GRIND, Unanswered("…", question)).state([row])
    assert (state.kind, state.headline) == ("waiting", "… WAITS at “1 · Grind”")
    assert state.detail == row.said
    assert Stop(GRIND, Waiting("CI runs\nand more")).state().detail == "CI runs"
    for error, called in (
        (Refused("no"), "refused"),
        (Failed("no"), "failed"),
        (ZeroDivisionError("no"), "ZeroDivisionError"),
        (KeyboardInterrupt(), "interrupted"),
    ):
        stopped = Stop(GRIND, error).state()
        assert stopped.headline == f"✘ STOPPED at “1 · Grind”: {called}"
        assert stopped.kind == "stopped"


def test_what_an_earlier_session_stopped_at_is_said_before_anything_is_run(story: Story) -> None:
    story.step("grind", "refused", GRIND, detail="expected corn, found sand\nand stones")
    story.session = "s2"
    state = left_state(carried_out(story.events), ())
    assert state is not None and state.headline == "✘ STOPPED at “1 · Grind”: refused"
    assert state.detail == "expected corn, found sand"
    story.step("grind", "done", GRIND)
    assert left_state(carried_out(story.events), ()) is None
    ready = ready_state(carried_out(story.events), "s2", BAKE)
    assert (ready.headline, ready.detail) == (f"READY: next is {BAKE}", "1 step in this session")


def test_a_run_is_over_until_a_change_is_begun_again(story: Story) -> None:
    assert end_state(story.events, "s1") is None
    story.tell("closed", result="200 loaves")
    state = end_state(story.events, "s2")
    assert state is not None and (state.headline, state.detail) == ("✔ DONE", "200 loaves")
    story.tell("intent", step="bake", number=9, announced="bake more")
    assert end_state(story.events, "s1") is None


def test_another_sessions_plan_ends_nothing(story: Story) -> None:
    story.tell("planned")
    state = end_state(story.events, "s1")
    assert state is not None and state.headline == "○ PLAN: nothing was changed"
    assert end_state(story.events, "s2") is None


def test_a_step_under_way_says_how_long_and_how_far() -> None:
    state = UnderWay(BAKE, "bake", "the crust is white", 125, 0.4).state()
    assert state.headline == "▸ UNDER WAY: 2 · Bake · bake"
    assert (state.detail, state.fraction) == ("the crust is white; 2 min 05 s so far", 0.4)


def asked(story: Story, digest: str) -> None:
    story.tell("asked", gate="flour", digest=digest, title="The flour", text="fine")


def decided(story: Story, verdict: str, digest: str, by: str) -> None:
    said = {"gate": "flour", "digest": digest, "by": by, "host": "", "how": "card", "reason": ""}
    story.tell(verdict, **said)


def test_people_were_waited_for_from_the_question_to_the_last_answer(story: Story) -> None:
    asked(story, "d1")
    asked(story, "d1")
    decided(story, "rejected", "d1", "mia")
    decided(story, "approved", "d1", "ben")
    asked(story, "d2")
    first, second = waits_for_people(story.events, 0.0)
    assert (first.verdict, first.by, first.decided - first.asked) == ("approved", "mia, ben", 3)
    assert (second.verdict, second.by, second.decided) == ("", "", second.asked)
    assert last_questions(story.events)["flour"].digest == "d2"


def test_a_gate_is_rejected_or_approved_by_whom_or_was_not_needed(story: Story) -> None:
    question = Question("mill/p/1", "flour", "The flour", "fine", "d" * 64)
    time = "2026-11-27T12:00:00+00:00"
    yes = Decision("flour", "d" * 64, "approved", "mia", "", "card", "fine", time=time)
    row = gate_row(question, [yes], Count(Rule(), ("mia",)))
    assert str(row) == "✔ flour approved by mia at 12:00 UTC: fine"
    no = Decision("flour", "d" * 64, "rejected", "ben", "", "card", "coarse")
    assert str(gate_row(question, [yes, no], Count(Rule()))) == "✘ flour rejected by ben: coarse"
    assert str(unasked("flour", ())) == "· flour has not asked yet"
    story.step("approve", "good", GRIND, gate="flour", detail="flour: nothing to approve")
    assert str(unasked("flour", carried_out(story.events))) == "· flour is not needed"


def test_an_approval_that_is_over_counts_no_more_on_the_board_that_has_counted_it() -> None:
    counted: list[str] = []
    gates = SimpleNamespace(count=lambda _, said: counted.append(said[0].time) or Count(Rule()))
    board: Any = ReadBoard(SimpleNamespace(gates=gates))  # type: ignore[arg-type]
    rule = Rule(hours=1)
    question = Question("mill/p/1", "flour", "The flour", "fine", "d" * 64, rule=rule)
    now = datetime.now(UTC)
    times = [(now - timedelta(minutes=age)).isoformat() for age in (1, 2, 90)]
    for time in times:
        one = Decision("flour", "d" * 64, "approved", "mia", "", "card", "fine", time=time)
        board.count(question, [one])
    assert counted == [times[0], times[2]]


def test_no_step_has_no_outcome() -> None:
    assert outcome_of([]) == ""
