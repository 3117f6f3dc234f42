"""Opens a run: its parameters, profile, journal and display."""

import atexit
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar, cast

from runbook_lib.card import Card, CardApprover
from runbook_lib.custody import Custody
from runbook_lib.display import choose_display, interactive, show
from runbook_lib.errors import UsageError, Waiting
from runbook_lib.gate import Approver, Decision, Gates, host, whoami
from runbook_lib.journal import Event, Journal, unsettled
from runbook_lib.parameters import read_parameters
from runbook_lib.profile import SANDBOX, Team
from runbook_lib.recorder import start_recording
from runbook_lib.reference import Reference, find_notebook, is_private, read_reference
from runbook_lib.runner import Patience, Runner
from runbook_lib.services.approvals import SandboxPeople
from runbook_lib.session import JOURNAL, PRIVATE, Home, PastRun, check_data_folder
from runbook_lib.setting import Setting, read_profile
from runbook_lib.table import Table, summary
from runbook_lib.terminal import say_in_terminal
from runbook_lib.workbench import Workbench

Decided = TypeVar("Decided")


class Run(Workbench):
    """One session of a run, as a notebook uses it."""

    def __init__(
        self, runbook: str, parameters: dict[str, Any], setting: Setting, reference: Reference
    ) -> None:
        self.runbook = runbook
        self.parameters = parameters
        self.reference = reference
        super().__init__(setting)
        self.journal = self.begin_journal()
        recorder = start_recording(self.journal, reference, self.masking)
        self.custody = Custody(self.journal, setting.home, recorder)
        self.runner = Runner(
            self.journal,
            choose_display(),
            plan=bool(parameters.get("plan", False)),
            patience=patience(setting.profile),
        )
        self.gates = Gates(
            self.runner,
            approver=self.choose_approver(),
            rules={name: gate.rule() for name, gate in setting.profile.gates.items()},
            refresh=self.custody.refresh,
        )
        self.ended = False
        atexit.register(self.end)
        self.custody.begin()

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
            process=os.getpid(),
            library=version("runbook-kit"),
            notebook=str(self.reference.path or ""),
            runbook_commit=self.reference.commit,
            **self.setting.home.said(),
        )
        return journal

    def choose_approver(self) -> Approver | None:
        """Who is there to decide at a gate: the person at the notebook, or the sandbox's people."""
        if interactive():
            return CardApprover(self.journal.operator)
        if self.setting.rehearsal is None:
            return None
        running = self.setting.rehearsal.running
        return SandboxPeople(running.url, running.token)

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
        self.custody.bring_open(self.name_for(""))
        runs = self.setting.home.past_runs(self.runbook, self.team.project)
        for past in runs:
            if past.problem:
                print(f"? unknown   {past.name}: {past.problem}")
        return [past for past in runs if not past.problem]

    def join(self, subject: str, decided: Decided) -> Decided:
        """Bind this session to the run of that subject, and pin what was decided.

        What an earlier session of the run has decided counts instead, and is returned. A plan pins
        nothing.
        """
        name = self.name_for(subject)
        self.custody.bring(name)
        self.journal.join(name, self.setting.home.run_folder(name) / "sessions")
        if not self.runner.plan:
            self.custody.hold(self.gates.approve)
            self.runner.hold = self.custody.renew
        self.say_unsettled()
        with self.journal.turn():
            return self.pin(decided)

    def pin(self, decided: Decided) -> Decided:
        """Pin what was decided, unless a session of the run has: the first one counts."""
        self.journal.refresh()
        pinned = self.journal.find("pinned")
        if pinned is not None:
            return type(decided)(**pinned.said["decided"])
        if not self.runner.plan:
            self.journal.append("pinned", decided=asdict(decided))  # type: ignore[call-overload]
        return decided

    def say_unsettled(self) -> None:
        """Show the changes that an earlier session announced, and of which nobody knows the end."""
        for event in unsettled(self.journal.earlier):
            print(unknown_line(event))

    def show(self) -> Table:
        """What this session works on, and where."""
        rows = (
            ("runbook", self.runbook),
            ("profile", self.setting.name),
            ("project", self.team.project),
            *self.rows(),
            ("operator", self.journal.operator),
            ("journal", str(self.journal.path.parent)),
        )
        return Table("", ("open", self.name), rows)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return self.show()._repr_mimebundle_()

    def approve(self, gate: str, subject: object, *, title: str) -> Decision:
        """Have `subject` approved at a gate (see `gate.Gates.approve`), and show what was."""
        try:
            decision = self.gates.approve(gate, subject, title=title)
        except Waiting:
            self.custody.pause()
            raise
        if interactive() and isinstance(decision, Decision) and decision.verdict != "not needed":
            show(Card(self.gates.question(gate, subject, title), decision))
        return decision

    def goes_on_with(self, runbook: str, parameters: dict[str, Any]) -> bool:
        """Whether this session is still the one for that runbook with those parameters.

        Another one begins where somebody has edited the profile since.
        """
        if self.ended or (self.runbook, self.parameters) != (runbook, parameters):
            return False
        name = self.setting.name
        return name == SANDBOX or self.team == read_profile(name, parameters)

    def close(self) -> Table:
        """End the run: each step with its outcome, time and link, and where the record is."""
        table = summary(self.name, self.runner.reports, self.closing_lines())
        if self.ended:
            return table
        self.journal.append("planned" if self.runner.plan else "closed", calls=self.calls())
        say_in_terminal(f"{self.name}: {self.closing_lines()[-1]}")
        self.end()
        return table

    def closing_lines(self) -> list[str]:
        """What stands under the summary; first, what may have been done and nobody has seen."""
        self.journal.refresh()
        return [
            *map(unknown_line, unsettled(list(self.journal.events()))),
            f"GitHub was called {self.calls()} times.",
            f"The record is in {self.journal.path.parent}",
        ]

    def end(self) -> None:
        """End the session, closed or not: it goes into the archive, and the sandbox may go."""
        if not self.ended:
            self.ended = True
            atexit.unregister(self.end)
            self.custody.end()
            if self.setting.rehearsal is not None:
                self.setting.rehearsal.lease.close()


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
    unknown, missing or of the wrong type.
    """
    given = read_parameters(namespace)
    if "run" in current and current["run"].goes_on_with(runbook, given):
        return cast(AnyRun, current["run"])
    check_data_folder()
    if "run" in current:
        current.pop("run").end()
    reference = read_reference(find_notebook(runbook, namespace))
    setting = open_world(given)
    if reference.private or is_private(runbook, namespace):
        setting = replace(setting, home=Home(setting.home.base, PRIVATE))
    run = kind(runbook, given, setting, reference)
    current["run"] = run
    return run


current: dict[str, Run] = {}
"""The session of this kernel."""


def patience(profile: Team) -> Patience:
    """How long a run bears with the outside world, as its profile says."""
    wait = profile.wait
    return Patience(waiting=wait.limit, first_pause=wait.pause, longest_poll=wait.longest_pause)
