"""A run's board as it is now: read from the run's journal, its gates and its session."""

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

from runbook_lib.display.board import Board, GateRow, State
from runbook_lib.display.timeline import make_timeline
from runbook_lib.journal.course import Carried, carried_out, seconds_of
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.events import Event
from runbook_lib.policy.durations import duration
from runbook_lib.policy.quorum import Count
from runbook_lib.run.standing import Procedure, gate_row, is_going, last_questions, unasked
from runbook_lib.run.state import Stop, UnderWay, end_state, left_state, ready_state
from runbook_lib.steps.question import Question

if TYPE_CHECKING:
    from runbook_lib.run.run import Run

EARLIER = (("with a name", "as an earlier session left it, not looked at again yet"),)
"""What is said of parts that this session has not come to."""


class ReadBoard:
    """What a session knows of where its run stands."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.said = ""
        self.fraction: float | None = None
        self.stop: Stop | None = None
        self.executing = False
        self.left: Sequence[Event] = ()
        """The events of the run that this session may go on with, until it has joined one."""
        self.counted: dict[tuple[str, str, tuple[bool, ...]], Count] = {}
        self.over = False

    @cached_property
    def procedure(self) -> Procedure:
        """The parts of the runbook; the cells down to the one that opens the run have no steps."""
        return Procedure(self.run.gate_places, self.run.walk.place)

    def heading(self) -> str:
        """The heading of the cell that is executed, or was last."""
        return self.procedure.heading(self.run.walk.place)

    def read(self) -> Board:
        """The board as it is now."""
        run, session = self.run, self.run.journal.session
        self.left = () if run.journal.run else self.left
        events = [*self.left, *run.journal.events()]
        steps = carried_out(events)
        rows = self.procedure.rows(steps, session, self.heading())
        next_up = next((row.called for row in rows if not row.outcome), "")
        gates = tuple(self.gates(events, steps))
        state = end_state(events, session) or self.state(steps, gates, next_up)
        return Board(
            f"{self.left[-1].said['run']} (not finished)" if self.left else run.name,
            run.banner,
            state,
            rows,
            gates,
            (*self.facts(events), *(EARLIER if any(row.note for row in rows) else ())),
            make_timeline(events) if state.kind == "over" else None,
        )

    def state(self, steps: Sequence[Carried], gates: Sequence[GateRow], next_up: str) -> State:
        """What a run that is not over is at."""
        session = self.run.journal.session
        going = [one for one in steps if is_going(one, session)]
        if self.run.runner.at_work and going:
            one = going[-1]
            seconds = time.time() - one.began
            return UnderWay(one.under, one.step.title, self.said, seconds, self.fraction).state()
        if self.executing:
            return State("going", f"▸ AT WORK: {self.heading()}")
        stopped = self.stop.state(gates) if self.stop else left_state(steps, gates)
        return stopped or ready_state(steps, session, next_up)

    def gates(self, events: Sequence[Event], steps: Sequence[Carried]) -> list[GateRow]:
        """Each gate of the run, in the runbook's order; then what else was asked."""
        asked = last_questions(events)
        here = dict(self.run.gates.asked)  # as it is now: a step may be asking at another gate
        asked |= {name: question for name, (question, _) in here.items()}
        names = dict.fromkeys((*self.run.gate_places.names, *asked))
        return [
            self.gate(asked[name], steps) if name in asked else unasked(name, steps)
            for name in names
        ]

    def gate(self, question: Question, steps: Sequence[Carried]) -> GateRow:
        """A gate that has asked."""
        decisions = self.run.gates.decisions(question)
        if not question.text.strip():
            return unasked(question.gate, steps)
        return gate_row(question, decisions, self.count(question, decisions))

    def count(self, question: Question, decisions: list[Decision]) -> Count:
        """Who counts of those that have decided; a signature is looked at once.

        What counts for some hours alone is counted anew when they are over.
        """
        over = tuple(question.rule.is_over(one.given) for one in decisions)
        key = question.gate, question.digest, over
        if key not in self.counted:
            self.counted[key] = self.run.gates.count(question, decisions)
        return self.counted[key]

    def facts(self, events: Sequence[Event]) -> list[tuple[str, str]]:
        """Who is at work since when, and who has the run's lock."""
        now, own = datetime.now(UTC).timestamp(), self.run.journal.own
        ended = seconds_of(str(own[-1].said["time"])) if self.over else now
        session = duration(ended - seconds_of(str(own[0].said["time"])))
        whole = duration(ended - seconds_of(str(events[0].said["time"])))
        since = session if session == whole else f"{session} in this session, {whole} in all"
        return [
            ("operator", self.run.journal.operator),
            ("lock", self.lock()),
            ("elapsed", since),
        ]

    def lock(self) -> str:
        """Who has the lock of the run, or of the one that this session may go on with."""
        if self.over:
            return "given up as this session ends"
        return self.run.lock_said(self.left[-1].said["run"] if self.left else "")
