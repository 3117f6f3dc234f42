"""Opens a run: its parameters, profile, journal and display."""

import atexit
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from difflib import get_close_matches
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

from runbook_lib.archive.signed_approval import SignedApprovals
from runbook_lib.display.card import Card, CardApprover
from runbook_lib.display.lines import choose_display, interactive, kernel, say, show
from runbook_lib.display.table import Table, summary
from runbook_lib.display.terminal import say_in_terminal
from runbook_lib.errors import Refused, UsageError, Waiting
from runbook_lib.journal.journal import Event, Journal, unsettled
from runbook_lib.journal.session import JOURNAL, PRIVATE, Home, PastRun, check_data_folder
from runbook_lib.notebook.gate_places import GatePlaces, Position, gates_gone, known_gates
from runbook_lib.notebook.parameters import read_parameters
from runbook_lib.notebook.reference import Reference, find_notebook, is_private, read_reference
from runbook_lib.policy.plural import plural
from runbook_lib.profile import Team
from runbook_lib.record.position import Walk
from runbook_lib.record.recorder import start_recording
from runbook_lib.run.opened import Opened
from runbook_lib.run.refusals import load_ipython_extension
from runbook_lib.run.services import RunServices
from runbook_lib.run.session_archive import SessionArchive
from runbook_lib.run.setting import Setting
from runbook_lib.services.approvals import SandboxPeople
from runbook_lib.steps.gate import TAKE_OVER, Approver, Decision, Gates, host, whoami
from runbook_lib.steps.guard import GateGuard
from runbook_lib.steps.runner import Patience, Runner
from runbook_lib.steps.step import check

Decided = TypeVar("Decided")
AGAIN = "Once that is approved, run it again, and the cells below."


class Run(RunServices):
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
        self.holding = False
        self.runner = Runner(
            self.journal,
            choose_display(),
            plan=bool(self.parameters.get("plan", False)),
            patience=patience(setting.profile),
            hold=self.hold,
        )
        approvals = SignedApprovals(setting.home, lambda: self.journal.run or "")
        self.gates = Gates(
            self.runner,
            approver=self.choose_approver(),
            rules={name: gate.rule() for name, gate in setting.profile.gates.items()},
            refresh=self.session_archive.refresh,
            position=self.position,
            sign=approvals.sign if approvals.signers else None,
            doubt=approvals.doubt,
        )
        self.guard = GateGuard(self.gates, self.gate_places)
        self.runner.guard = self.guard
        self.ended = False
        atexit.register(self.end)
        self.session_archive.begin()

    def begin_journal(self) -> Journal:
        """Begin this session's journal with what was asked for."""
        session = self.setting.home.new_session()
        journal = Journal(
            self.setting.home.session_folder(session) / JOURNAL,
            session=session,
            operator=self.team.operator or whoami(),
            mask=self.masking,
        )
        journal.append(
            "opened",
            runbook=self.runbook,
            parameters=self.parameters,
            profile=self.setting.name,
            host=host(),
            account=whoami(),
            gates=self.gate_places.first,
            process=os.getpid(),
            library=version("runbook-kit"),
            notebook=str(self.reference.path or ""),
            runbook_commit=self.reference.commit,
            **self.setting.home.said(),
        )
        return journal

    def choose_approver(self) -> Approver | None:
        """Who is there to decide at a gate: the person at the notebook, or the sandbox's people."""
        world = self.setting.rehearsal
        people = SandboxPeople(world.running.url, world.running.token) if world else None
        return CardApprover(self.journal.operator, others=people) if interactive() else people

    def position(self) -> Position:
        """Which cell of the runbook is executed now."""
        return self.walk.position(self.namespace)

    def hold(self) -> None:
        """Raise where nothing may be done: the run was opened otherwise, or another has it."""
        self.opened.check(self.namespace)
        if self.holding:
            self.session_archive.renew()

    def note_gone(self, gates: Sequence[str], why: str) -> None:
        """Put on record, and say, that the runbook has lost gates."""
        if gates:
            self.journal.append("gates_gone", gates=list(gates), why=why)
            say(f"! The runbook has no gate {', '.join(gates)} any more: {why}.")

    @property
    def name(self) -> str:
        """The run's name, or the runbook's while it is not decided what the run is about."""
        return self.journal.run or self.runbook

    def name_for(self, subject: str) -> str:
        """The name of the run of this runbook and project that is about that subject."""
        return f"{self.runbook}/{self.team.project}/{subject}"

    @property
    def folder(self) -> Path:  # type: ignore[override]
        """Where the run keeps its checkout and its sessions."""
        if self.journal.run is None:
            raise UsageError("expected a run that has joined; run the cells above this one first")
        return self.setting.home.run_folder(self.journal.run)

    def past_runs(self) -> list[PastRun]:
        """The runs of this runbook for this project, newest first; the damaged are only named."""
        self.session_archive.bring_open(self.name_for(""))
        runs = self.setting.home.past_runs(self.runbook, self.team.project)
        for past in runs:
            if past.problem:
                say(f"? unknown   {past.name}: {past.problem}")
        return [past for past in runs if not past.problem]

    def unfinished(self) -> list[PastRun]:
        """The runs of this runbook and project that have decided on something, and not ended."""
        return [
            one for one in self.past_runs() if not one.closed and one.decision(dict) is not None
        ]

    def unfinished_rows(self) -> list[tuple[str, str]]:
        """Those runs, for whoever opens another session: it may go on with one of them."""
        if self.journal.run is not None:
            return []
        return [("unfinished", f"{past.name}, {past.begun}") for past in self.unfinished()]

    def join(self, subject: str, decided: Decided) -> Decided:
        """Bind this session to the run of that subject, and pin what was decided.

        What an earlier session of the run has decided counts instead, and is returned. A plan pins
        nothing.
        """
        name = self.name_for(subject)
        self.session_archive.bring(name)
        self.journal.join(name, self.setting.home.run_folder(name) / "sessions")
        earlier = [one.said for one in self.journal.earlier if one.kind == "opened"]
        had = dict.fromkeys(name for said in earlier for name in said.get("gates") or ())
        gone = [name for name in had if name not in self.gate_places.names]
        self.note_gone(gone, "an earlier session of the run had it")
        if not self.runner.plan:
            self.session_archive.hold(self.gates.approve)
            self.holding = True
        self.say_unsettled()
        with self.journal.turn():
            return self.pin(decided)

    def pin(self, decided: Decided) -> Decided:
        """Pin what was decided, unless a session of the run has: the first one counts."""
        self.journal.refresh()
        pinned = self.journal.find("pinned")
        if pinned is not None:
            return self.kept(type(decided)(**pinned.said["decided"]), decided)
        if not self.runner.plan:
            self.journal.append("pinned", decided=asdict(decided))  # type: ignore[call-overload]
        return decided

    def kept(self, pinned: Decided, decided: Decided) -> Decided:
        """What was pinned; where it is not what would be decided now, that is said."""
        was, now = (asdict(one) for one in (pinned, decided))  # type: ignore[call-overload]
        other = [f"{name} {was[name]} (now: {now[name]})" for name in was if was[name] != now[name]]
        if other:
            say(f"! The run keeps what it has decided when it was begun: {'; '.join(other)}.")
        return pinned

    def say_unsettled(self) -> None:
        """Show the changes that an earlier session announced, and of which nobody knows the end."""
        for event in unsettled(self.journal.earlier):
            say(unknown_line(event))

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
        return Table("", ("open", self.name), rows)

    def sandbox_row(self) -> tuple[tuple[str, str], ...]:
        """The page of the sandbox that this session works in, with its way in."""
        rehearsal = self.setting.rehearsal
        return (("sandbox", rehearsal.running.page),) if rehearsal else ()

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.show()._repr_mimebundle_()

    def approve(self, gate: str, subject: object, *, title: str, of: str = "") -> Decision:
        """Have `subject` approved at a gate (see `gate.Gates.approve`), and show what was."""
        try:
            decision = self.gates.approve(gate, subject, title=title, of=of)
        except Waiting as waiting:
            self.session_archive.pause()
            if interactive():
                waiting.stays = f"This cell has stopped at the gate {gate}. {AGAIN}"
            raise
        if interactive() and isinstance(decision, Decision) and decision.verdict != "not needed":
            show(Card(self.gates.question(gate, subject, title, of=of), decision, passed=True))
        return decision

    @check
    def check_gates(self) -> str:
        """Check that every gate of the run is passed; raises `Refused` with those that are not."""
        missing = self.guard.not_passed()
        if missing:
            raise Refused(
                "expected every gate to be passed before the run is closed; found that "
                + "; ".join(missing)
            )
        return f"every gate is passed: {', '.join(self.gates.asked)}"

    def goes_on_with(self, runbook: str, parameters: dict[str, Any]) -> bool:
        """Whether this session is still the one for that runbook with those parameters.

        Another one begins where somebody has changed the profile or the runbook since.
        """
        if self.ended or (self.runbook, self.parameters) != (runbook, parameters):
            return False
        return self.opened.stands()

    def close(self, result: str = "") -> Table:
        """End the run: each step with its outcome, time and link, and where the record is.

        `result` is what came of it, in one sentence.
        """
        table = summary(self.name, self.runner.reports, self.closing_lines())
        if self.ended:
            return table
        if not self.runner.plan and self.guard.whole:
            self.check_gates()
            table = summary(self.name, self.runner.reports, self.closing_lines())
        said = {"result": result} if result and not self.runner.plan else {}
        self.journal.append("planned" if self.runner.plan else "closed", calls=self.calls(), **said)
        say_in_terminal(f"{self.name}: {self.closing_lines()[-1]}")
        self.end()
        return table

    def closing_lines(self) -> list[str]:
        """What stands under the summary; first, what may have been done and nobody has seen."""
        self.journal.refresh()
        return [
            *map(unknown_line, unsettled(list(self.journal.events()))),
            f"GitHub was called {plural(self.calls(), 'time')}.",
            f"The record is in {self.journal.path.parent}",
        ]

    def end(self) -> None:
        """End the session, closed or not: it goes into the archive."""
        if not self.ended:
            self.ended = True
            atexit.unregister(self.end)
            self.session_archive.end()


def unknown_line(intent: Event) -> str:
    """A change that was announced, and of which nobody knows the end."""
    return f"? unknown   {intent.said['announced']} (session {intent.said['session']})"


AnyRun = TypeVar("AnyRun", bound=Run)


def open_session(
    kind: type[AnyRun],
    runbook: str,
    namespace: Mapping[str, Any],
    open_world: Callable[[dict[str, Any]], Setting],
) -> AnyRun:
    """Open a session of a runbook: check its parameters and profile, and begin its journal.

    `namespace` is the notebook's: the parameters that its parameters cell declares are read.
    Running the cell again with the same parameters goes on in the same session. Raises
    `UsageError` before anything is done where a parameter, a key of the profile or a secret is
    unknown, missing or of the wrong type; the session before is over then, too, for a cell below
    would go on in it with what was not meant.
    """
    if here := kernel():
        load_ipython_extension(here.shell)
    older = current.pop("run", None)
    try:
        given = read_parameters(namespace)
        if older is not None and older.goes_on_with(runbook, given):
            current["run"], older = older, None
            return cast(AnyRun, current["run"])
        check_data_folder()
        notebook = find_notebook(runbook, namespace)
        reference = read_reference(notebook)
        setting = open_world(given)
        refuse_unknown_gates(setting, reference)
    finally:
        if older is not None:
            older.end()
    if reference.private or is_private(runbook, namespace):
        setting = replace(setting, home=Home(setting.home.base, PRIVATE))
    run = kind(runbook, Opened(given, setting, notebook, reference), namespace)
    run.note_gone(gates_gone(reference, notebook, runbook), "the notebook was changed")
    current["run"] = run
    return run


current: dict[str, Run] = {}
"""The session of this kernel."""


def refuse_unknown_gates(setting: Setting, reference: Reference) -> None:
    """Raise `UsageError` for a gate in the profile that no runbook has: its rule would be none."""
    unknown = set(setting.profile.gates) - {*GatePlaces(reference.cells).names, TAKE_OVER}
    known = known_gates(reference) if unknown else set()
    for name in sorted(unknown - known):
        near = get_close_matches(name, known, n=1)
        raise UsageError(
            f"[profiles.{setting.name}] gates.{name}: expected a gate of a runbook, found none of "
            f"that name; {f'did you mean {near[0]}? ' if near else ''}"
            f"known here: {', '.join(sorted({*known, TAKE_OVER}))}"
        )


def patience(profile: Team) -> Patience:
    """How long a run bears with the outside world, as its profile says."""
    wait = profile.wait
    return Patience(waiting=wait.limit, first_pause=wait.pause, longest_poll=wait.longest_pause)
