"""One session of a run, as a notebook uses it: its journal, steps, gates, and its end."""

import atexit
import os
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from pydantic_core import to_jsonable_python

from runbook_lib.archive.signed_approval import SignedApprovals
from runbook_lib.display.step_display import choose_display
from runbook_lib.display.table import Table
from runbook_lib.journal.journal import Journal
from runbook_lib.journal.session import JOURNAL
from runbook_lib.notebook.beside import imported_modules
from runbook_lib.notebook.gate_places import GatePlaces
from runbook_lib.profile import Team
from runbook_lib.record.position import Walk
from runbook_lib.record.recorder import start_recording
from runbook_lib.run.asking_run import AskingRun
from runbook_lib.run.live_board import LiveBoard
from runbook_lib.run.notices import reminder
from runbook_lib.run.notifying import Notifier
from runbook_lib.run.opened import Opened
from runbook_lib.run.session_archive import SessionArchive
from runbook_lib.steps.by_hand import HandSteps
from runbook_lib.steps.gate import Gates, host, whoami
from runbook_lib.steps.guard import GateGuard
from runbook_lib.steps.patience import Patience
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.waive import Waivers


class Run(AskingRun):
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
        atexit.register(self.end)
        self.session_archive.begin()

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

    def remind(self, state: str, link: str, whom: str) -> str:
        """Remind those whom the profile names of what the run waits for, once; what came of it."""
        return self.notifier.remind(reminder(self.name, state, link, whom))

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


def patience(profile: Team) -> Patience:
    """How long a run bears with the outside world, as its profile says."""
    wait = profile.wait
    return Patience(waiting=wait.limit, first_pause=wait.pause, longest_poll=wait.longest_pause)
