"""One session of a run, as a notebook uses it: its journal, steps, gates, and its end."""

import atexit
import os
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic_core import to_jsonable_python

from runbook_lib.archive.signed_approval import SignedApprovals
from runbook_lib.display.asking import CardApprover
from runbook_lib.display.banner import PLAN, Banner
from runbook_lib.display.card import Card
from runbook_lib.display.front_end import go_on
from runbook_lib.display.output import interactive, say, show
from runbook_lib.display.step_display import choose_display
from runbook_lib.display.table import Table, newest, summary
from runbook_lib.display.terminal import say_in_terminal
from runbook_lib.errors import Refused, UsageError, Waiting
from runbook_lib.journal.journal import Journal, unsettled
from runbook_lib.journal.session import JOURNAL
from runbook_lib.journal.summary import OPEN
from runbook_lib.journal.work import count_work
from runbook_lib.notebook.beside import imported_modules
from runbook_lib.notebook.gate_places import GatePlaces, Position
from runbook_lib.policy.by_hand import slug
from runbook_lib.policy.questions import words_of
from runbook_lib.profile import Team
from runbook_lib.record.position import Walk
from runbook_lib.record.recorder import start_recording
from runbook_lib.run.joined_run import JoinedRun, unknown_line
from runbook_lib.run.live_board import LiveBoard
from runbook_lib.run.notices import end_notice, gate_notice, raised, reminder
from runbook_lib.run.notifying import Notifier
from runbook_lib.run.opened import Opened
from runbook_lib.run.session_archive import SessionArchive
from runbook_lib.services.approvals import LIMIT, SandboxPeople
from runbook_lib.services.traffic import called
from runbook_lib.steps.by_hand import DoneByHand, HandSteps
from runbook_lib.steps.gate import (
    Approver,
    Gates,
    Unanswered,
    host,
    whoami,
)
from runbook_lib.steps.guard import GateGuard
from runbook_lib.steps.patience import Patience
from runbook_lib.steps.question import Decision, Question
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.step import check, waivable_as
from runbook_lib.steps.waive import Waivers

if TYPE_CHECKING:
    from runbook_lib.services.github import GitHub
    from runbook_lib.services.github.gate_comments import GateComments

STOPPED = (
    "This cell has stopped at the {} {}. Once that is {}, the run goes on; where it does not, run "
    "this cell again, and the cells below."
)
Answer = TypeVar("Answer")


class Run(JoinedRun):
    """One session of a run, as a notebook uses it."""

    def __init__(self, runbook: str, opened: Opened, namespace: Mapping[str, Any]) -> None:
        self.runbook = runbook
        self.opened = opened
        self.parameters = opened.parameters
        self.reference = opened.reference
        self.namespace = namespace
        setting, reference = opened.setting, opened.reference
        self.gate_places = GatePlaces(reference.cells)
        super().__init__(setting)
        self.journal = self.begin_journal()
        recorder = start_recording(self.journal, reference, self.masking)
        self.walk = recorder.walk if recorder else Walk(reference)
        self.session_archive = SessionArchive(self.journal, setting.home, recorder)
        self.board = LiveBoard(self)
        self.runner = Runner(
            self.journal,
            self.board.watched(choose_display()),
            plan=bool(self.parameters.get("plan", False)),
            patience=patience(setting.profile),
            hold=self.hold,
        )
        self.runner.heading = self.board.heading
        approvals = SignedApprovals(setting.home, lambda: self.journal.run or "")
        self.gates = Gates(
            self.runner,
            approver=self.choose_approver(),
            rules=setting.profile.rules,
            refresh=self.session_archive.refresh,
            position=self.position,
            sign=approvals.sign if approvals.signers else None,
            doubt=approvals.doubt,
            elsewhere=self.choose_comments(),
        )
        self.guard = GateGuard(self.gates, self.gate_places)
        self.hand_steps = HandSteps(self.gates, self.guard)
        self.runner.waivers = Waivers(
            self.gates, setting.profile.waiver_rules, pause=self.session_archive.pause
        )
        self.runner.guard = self.guard
        self.notifier = Notifier(
            setting.profile.notify,
            self.journal,
            setting.home,
            runbook=runbook,
            secret=self.secret,
            masking=self.masking,
        )
        if setting.profile.notify.to:
            self.runner.remind = self.remind
        self.ended = False
        atexit.register(self.end)
        self.session_archive.begin()

    @property
    def banner(self) -> Banner:
        """What tells this run's profile from others, and a plan from what is carried out."""
        return self.setting.banner(plan=bool(self.parameters.get("plan", False)))

    def begin_journal(self) -> Journal:
        """Begin this session's journal with what was asked for."""
        session = self.setting.home.new_session()
        journal = Journal(
            self.setting.home.session_folder(session) / JOURNAL,
            session=session,
            operator=self.team.at_work(whoami()),
            mask=self.masking,
        )
        journal.append(
            "opened",
            runbook=self.runbook,
            parameters=to_jsonable_python(self.parameters),
            profile=self.setting.name,
            target=self.banner.target,
            host=host(),
            account=whoami(),
            gates=self.gate_places.first,
            process=os.getpid(),
            library=version("runbook-kit"),
            notebook=str(self.reference.path or ""),
            runbook_commit=self.reference.commit,
            modules=imported_modules(),
            **self.setting.home.said(),
        )
        return journal

    def choose_approver(self) -> Approver | None:
        """Who is there to decide at a gate: the person at the notebook, or the sandbox's people."""
        world = self.setting.rehearsal
        people = SandboxPeople(world.running.url, world.running.token) if world else None
        if not interactive():
            return people
        return CardApprover(
            self.journal.operator,
            others=people,
            count=lambda question: self.gates.count(question, self.gates.decisions(question)),
            go_on=self.go_on,
            ahead=lambda: self.board.procedure.ahead(self.position().cell),
            banner=self.banner,
        )

    def remind(self, state: str, link: str, whom: str) -> str:
        """Remind those whom the profile names of what the run waits for, once; what came of it."""
        return self.notifier.remind(reminder(self.name, state, link, whom))

    def go_on(self, cell: str = "") -> bool:
        """Have the front end go on at a cell, by default where the run has stopped.

        Whether it was asked: a session that has ended asks nothing.
        """
        return not self.ended and go_on(cell or self.board.cell)

    def choose_comments(self) -> "GateComments | None":
        """Where people answer in comments; None where the profile has no such gate."""
        if not any(gate.comments for gate in self.team.gates.values()):
            return None
        from runbook_lib.services.github.gate_comments import GateComments

        limit = LIMIT if self.setting.rehearsal else 0.0
        return GateComments(
            self.runner, self.team, self.open_hub, web_url=self.hub.web_url, limit=limit
        )

    def open_hub(self, repository: str) -> "GitHub":
        """A repository `owner/name` on the team's GitHub, to ask people there."""
        from runbook_lib.services.github import GitHub

        token = self.secret_for(self.hub)
        return GitHub.at(self.hub, repository, token=token, runner=self.runner)

    def position(self) -> Position:
        """Which cell of the runbook is executed now."""
        return self.walk.position(self.namespace)

    def hold(self) -> None:
        """Raise where nothing may be done: the run was opened otherwise, or another has it."""
        self.opened.check(self.namespace)
        if self.holding:
            self.session_archive.renew()
        self.take_hold()
        self.refuse_abandoned()

    def show(self) -> Table:
        """What this session works on, and where."""
        rows = (
            ("runbook", self.runbook),
            ("notebook", str(self.reference.path or "not known")),
            ("profile", self.setting.name),
            ("project", self.team.project),
            *self.rows(),
            *self.unfinished_rows(),
            *self.sandbox_row(),
            ("operator", self.journal.operator),
            ("journal", str(self.journal.path.parent)),
        )
        return Table("", ("plan" if self.runner.plan else "open", self.name), rows)

    def sandbox_row(self) -> tuple[tuple[str, str], ...]:
        """The page of the sandbox that this session works in, with its way in."""
        rehearsal = self.setting.rehearsal
        return (("sandbox", rehearsal.running.page),) if rehearsal else ()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.show()._repr_mimebundle_()

    def approve(self, gate: str, subject: object, *, title: str, of: str = "") -> Decision:
        """Have `subject` approved at a gate (see `gate.Gates.approve`), and show what was."""
        decision = self.ask_at(gate, lambda: self.gates.approve(gate, subject, title=title, of=of))
        if interactive() and isinstance(decision, Decision) and decision.verdict != "not needed":
            question = self.gates.question(gate, subject, title, of=of)
            show(Card(question, decision, passed=True, banner=self.banner))
        return decision

    def by_hand(
        self, title: str, *, good: str = "", evidence: str = "", example: str = "", name: str = ""
    ) -> DoneByHand:
        """Have a person do something, and confirm it (see `by_hand.HandSteps.carry_out`)."""
        carry_out = self.hand_steps.carry_out
        return self.ask_at(
            name or slug(title),
            lambda: carry_out(title, good=good, evidence=evidence, example=example, name=name),
        )

    def ask_at(self, gate: str, ask: Callable[[], Answer]) -> Answer:
        """Have somebody answer; until they have, others may have the run, and see the question."""
        try:
            return ask()
        except Waiting as waiting:
            self.session_archive.pause()
            if isinstance(waiting, Unanswered):
                self.notifier.tell(gate_notice(waiting.question), say)
            if interactive():
                words = words_of(self.guard.kind(gate))
                waiting.stays = STOPPED.format(words.noun, gate, words.yes)
            raise

    @check
    @waivable_as("")
    def check_gates(self, ending: str = "closed") -> str:
        """Check that every gate of the run is passed; raises `Refused` with those that are not.

        A run that is `abandoned` stands behind those above the runbook's own call alone.
        """
        missing = self.guard.not_passed(self.holding_back(ending))
        if missing:
            raise Refused(
                f"expected every gate to be passed before the run is {ending}; found that "
                + "; ".join(missing)
            )
        return f"every gate is passed: {', '.join(self.gates.asked)}"

    def holding_back(self, ending: str) -> dict[str, Question | None]:
        """The gates that a run has to pass before it ends so.

        To abandon changes nothing outside: where the runbook says nothing of it, no gate is needed.
        """
        return self.guard.whole if ending == "closed" else self.guard.above_call("abandon")

    def goes_on_with(
        self, runbook: str, parameters: dict[str, Any], subject: str | None = None
    ) -> bool:
        """Whether this session is still the one for that runbook with those parameters.

        Another one begins where somebody has changed the profile or the runbook since.
        """
        if self.ended or (self.runbook, self.parameters) != (runbook, parameters):
            return False
        if subject is not None and self.name != self.name_for(subject):
            return False
        return self.opened.stands()

    def close(self, result: str = "") -> Table:
        """End the run: each step with its outcome, time and link, and where the record is.

        `result` is what came of it, in one sentence.
        """
        return self.close_as("closed", {"result": result} if result else {})

    def abandon(self, reason: str) -> Table:
        """End the run for good: what it can take back is taken back, and nobody goes on with it.

        Whoever opens it again begins it anew: its decisions and approvals count no more. A session
        that has joined no run has nothing to abandon, and is closed. Where a cell of the runbook
        itself abandons the run, the gates above that cell hold it; else an open gate does not.
        """
        if self.journal.run is None:
            return self.close("there was nothing to abandon")
        if not (reason.strip() or self.runner.plan):
            raise UsageError("expected a reason to abandon the run, found none: say why")
        if not (self.ended or self.runner.plan):
            self.hold()
        return self.close_as("abandoned", {"reason": reason, "by": self.journal.operator})

    def close_as(self, kind: str, said: dict[str, str]) -> Table:
        """End the session with an event of that kind; in a plan, as planned."""
        if not self.ended and not self.runner.plan and self.holding_back(kind):
            self.check_gates(*([kind] if kind != "closed" else []))
        title = f"{self.name} · {PLAN}" if self.runner.plan else self.name
        table = summary(title, self.runner.reports, self.closing_lines())
        if self.ended:
            return table
        if self.runner.plan:
            kind, said = "planned", {}
        self.journal.append(kind, calls=self.calls(), **said)
        self.board.end()
        for line in (*self.waived_lines(), self.closing_lines()[-1]):
            say_in_terminal(f"{self.name}: {line}")
        self.end()
        return table

    def closing_lines(self) -> list[str]:
        """What stands under the summary; first, what may have been done and nobody has seen."""
        self.journal.refresh()
        return [
            *map(unknown_line, unsettled(list(self.journal.events()))),
            *self.waived_lines(),
            f"{count_work(newest(self.runner.reports))}.",
            *called(self.calls(), self.unmodified()),
            f"The record is in {self.journal.path.parent}",
        ]

    def waived_lines(self) -> list[str]:
        """The checks that were let pass, each with by whom and why."""
        waived = [one for one in newest(self.runner.reports) if one.outcome == "waived"]
        return [f"! Let pass: {one.detail.partition(chr(10))[0]}" for one in waived]

    def end(self) -> None:
        """End the session, closed or not: it goes into the archive."""
        if not self.ended:
            self.ended = True
            atexit.unregister(self.end)
            try:
                self.note_stop()
                self.tell_end()
                self.board.rest()
            finally:
                self.session_archive.end()

    def note_stop(self) -> None:
        """Journal the error of a cell that no step tells of, where nobody sits at the session."""
        error, last = getattr(sys, "last_value", None), self.journal.own[-1]
        told = any(one.outcome in OPEN for one in self.runner.reports[-1:])
        over = told or last.kind in ("closed", "abandoned", "planned")
        if isinstance(error, Exception) and not over and not interactive():
            outcome, why = raised("waiting", died=False, error=error)
            self.journal.append("stopped", outcome=outcome, detail=why)

    def tell_end(self) -> None:
        """Tell people what the session ends as; of trouble, only where nobody sits at it."""
        notice = end_notice(self.journal.own, getattr(sys, "last_value", None))
        if notice is not None and (notice.occasion == "ended" or not interactive()):
            self.notifier.tell(notice, say_in_terminal)


def patience(profile: Team) -> Patience:
    """How long a run bears with the outside world, as its profile says."""
    wait = profile.wait
    return Patience(waiting=wait.limit, first_pause=wait.pause, longest_poll=wait.longest_pause)
