"""Keeps a run's board: reads it anew when something has happened, at most once a second."""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from runbook_lib.display.board import Board, GateRow, State
from runbook_lib.display.front_end import this_cell
from runbook_lib.display.go_on import GoOn
from runbook_lib.display.output import interactive, kernel, show_passing
from runbook_lib.display.timeline import make_timeline
from runbook_lib.journal.course import Carried, carried_out, seconds_of
from runbook_lib.journal.events import Event
from runbook_lib.policy.durations import duration
from runbook_lib.policy.quorum import Count
from runbook_lib.run.standing import Procedure, gate_row, is_going, last_questions, unasked
from runbook_lib.run.state import Stop, UnderWay, end_state, left_state, ready_state
from runbook_lib.steps.question import Decision, Question
from runbook_lib.steps.report import Display, Line, Report

if TYPE_CHECKING:
    from runbook_lib.run.run import Run

PAUSE = 1.0
"""Seconds between two updates, at least."""
MOMENT = 0.15
"""Seconds in which the next cell begins: a run that goes on is not shown as ready."""
TICK = 5.0
"""And at most, while a step is under way."""

EARLIER = (("with a name", "as an earlier session left it, not looked at again yet"),)
"""What is said of parts that this session has not come to."""
HALTED = ("stopped", "waiting", "ready")
"""The states of a run that somebody may have go on."""


class LiveBoard:
    """The board of one session: shown when it opens, and kept current where somebody looks on.

    Headless, it is shown as it was opened, and as it ended.
    """

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.handle: Any = None
        self.said = ""
        self.fraction: float | None = None
        self.stop: Stop | None = None
        self.executing = False
        self.cell = ""
        """The cell that was stopped last, by its id: there the run goes on."""
        self.button: GoOn | None = None
        self.left: Sequence[Event] = ()
        """The events of the run that this session may go on with, until it has joined one."""
        self.counted: dict[tuple[str, str, int], Count] = {}
        self.changed = threading.Event()
        self.over = False

    @cached_property
    def procedure(self) -> Procedure:
        """The parts of the runbook; the cells down to the one that opens the run have no steps."""
        return Procedure(self.run.gate_places, self.run.walk.place)

    def watched(self, display: Display) -> Display:
        """A display that tells the board of what it shows."""
        return WatchedDisplay(self, display)

    def show(self) -> None:
        """Show the board below the cell that is executed, and keep it current; only in a kernel."""
        shell = getattr(kernel(), "shell", None)
        if shell is None:
            return
        first, _ = self.handle is None, self.procedure
        self.look_for_unfinished()
        self.handle = show_passing(self.read(), self.run.journal.session)
        if self.button is not None:
            self.button.place()
        if first:
            for name, callback in self.callbacks:
                shell.events.register(name, callback)
            if interactive():
                self.button = GoOn(self.run.go_on)
                threading.Thread(target=self.keep, name="board", daemon=True).start()

    def look_for_unfinished(self) -> None:
        """Look for the one run that this session may go on with, where it has joined none."""
        unfinished = self.run.unfinished() if self.run.journal.run is None else []
        self.left = unfinished[0].standing if len(unfinished) == 1 else ()

    def keep(self) -> None:
        """Update the board when something has happened, and while a step goes on."""
        while not self.over:
            going = bool(self.run.runner.at_work)
            if self.changed.wait(TICK if going else None) or going:
                self.changed.clear()
                time.sleep(MOMENT)
                if not self.over:
                    self.update()
                time.sleep(PAUSE)

    def update(self) -> None:
        """Show the board as it is now."""
        if self.handle is not None:
            board = self.read()
            self.handle.update(board)
            if self.button is not None:
                self.button.show(wanted=board.state.kind in HALTED and not self.over)

    def progress(self, text: str, fraction: float | None = None) -> None:
        """A step has begun, or says how far it is."""
        self.said, self.fraction = text, fraction
        self.changed.set()

    def cell_begins(self, _: Any) -> None:
        """What stopped a cell before counts no more."""
        self.stop, self.executing = None, True
        self.changed.set()

    def cell_ended(self, result: Any) -> None:
        """Note what has stopped a cell; a board that nobody keeps is shown as it is then."""
        self.executing = False
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            self.cell = this_cell()
            self.stop = Stop(self.heading(), error)
            if not interactive():
                self.update()
        self.changed.set()

    def end(self) -> None:
        """The run is over, or the session is: show it so for the last time."""
        self.rest()
        self.update()

    def rest(self) -> None:
        """Keep the board no longer."""
        self.over = True
        self.changed.set()
        shell: Any = getattr(kernel(), "shell", None)
        for name, callback in self.callbacks if shell else ():
            if callback in shell.events.callbacks[name]:
                shell.events.unregister(name, callback)

    @property
    def callbacks(self) -> tuple[tuple[str, Callable[[Any], None]], ...]:
        """What IPython calls before and after each cell."""
        return (("pre_run_cell", self.cell_begins), ("post_run_cell", self.cell_ended))

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
        """Who counts of those that have decided; a signature is looked at once."""
        key = question.gate, question.digest, len(decisions)
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
            ("lock", self.run.lock_said),
            ("elapsed", since),
        ]


class WatchedDisplay:
    """Shows steps as another display does, and tells the board."""

    def __init__(self, board: LiveBoard, display: Display) -> None:
        self.board = board
        self.display = display

    def start(self, title: str) -> Line:
        """Show that a step has begun."""
        self.board.progress(title)
        return WatchedLine(self.board, self.display.start(title))


class WatchedLine:
    """A step's line, of which the board is told."""

    def __init__(self, board: LiveBoard, line: Line) -> None:
        self.board = board
        self.line = line

    def progress(self, text: str, fraction: float | None = None) -> None:
        """Show how far it is."""
        self.line.progress(text, fraction)
        self.board.progress(text, fraction)

    def finish(self, report: Report) -> None:
        """Show what it came to."""
        self.line.finish(report)
        self.board.progress("")
