"""What a session shares with the others of its run: the name, what was decided, what they left."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar, overload

from runbook_lib.archive import Holder
from runbook_lib.display.output import say
from runbook_lib.errors import Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.journal import Event, Journal, unsettled
from runbook_lib.journal.session import PastRun, read_run
from runbook_lib.notebook.gate_places import GatePlaces
from runbook_lib.run.decided import decide
from runbook_lib.run.names import check_name
from runbook_lib.run.opened import Opened
from runbook_lib.run.services import RunServices
from runbook_lib.run.session_archive import SessionArchive
from runbook_lib.steps.gate import Gates

Decided = TypeVar("Decided")
Value = TypeVar("Value")


@frozen
class About:
    """What is pinned where nothing else is decided: the subject itself."""

    subject: str


class JoinedRun(RunServices):
    """A session that joins the run of its subject once that is decided."""

    runbook: str
    opened: Opened
    namespace: Mapping[str, Any]
    journal: Journal
    session_archive: SessionArchive
    gates: Gates
    gate_places: GatePlaces
    holding = False
    """Whether the session has the run's lock."""
    taking = False
    """Whether it is about to take it."""
    of = ""
    """The runbook whose runs it works on, where that is not its own."""

    @property
    def name(self) -> str:
        """The run's name, or the runbook's while it is not decided what the run is about."""
        return self.journal.run or self.runbook

    def name_for(self, subject: str) -> str:
        """The name of the run of this runbook and project that is about that subject.

        Raises `UsageError` for what can't be a subject.
        """
        return f"{self.prefix}{check_name(subject, 'a subject')}"

    @property
    def prefix(self) -> str:
        """How the names of this runbook's runs for this project begin."""
        return f"{self.of or self.runbook}/{self.team.project}/"

    @property
    def folder(self) -> Path:  # type: ignore[override]
        """Where the run works; elsewhere where it begins anew after it was abandoned."""
        if self.journal.run is None:
            raise UsageError("expected a run that has joined; run the cells above this one first")
        times = sum(event.kind == "abandoned" for event in self.journal.others)
        folder = self.setting.home.run_folder(self.journal.run)
        return folder / f"anew-{times}" if times else folder

    def past_runs(self) -> list[PastRun]:
        """The runs of this runbook for this project, newest first; the damaged are only named."""
        self.session_archive.bring_open(self.prefix)
        runs = self.setting.home.past_runs(self.of or self.runbook, self.team.project)
        for past in runs:
            if past.problem:
                say(f"? unknown   {past.name}: {past.problem}")
        return [past for past in runs if not past.problem]

    def past_run(self, subject: str) -> PastRun | None:
        """The run of this runbook and project that is about that subject, if there is one."""
        name = self.name_for(subject)
        self.session_archive.bring(name)
        folder = self.setting.home.run_folder(name)
        return read_run(name, folder) if folder.exists() else None

    def unfinished(self) -> list[PastRun]:
        """The runs of this runbook and project that have begun something, and not ended."""
        return [one for one in self.past_runs() if one.undertaken and not one.closed]

    def unfinished_rows(self) -> list[tuple[str, str]]:
        """Those runs, for whoever opens another session: it may go on with one of them."""
        if self.journal.run is not None:
            return []
        return [("unfinished", f"{past.name}, {past.begun}") for past in self.unfinished()]

    @overload
    def join(self, subject: str) -> About: ...

    @overload
    def join(self, subject: str, decided: Decided) -> Decided: ...

    def join(self, subject: str, decided: Any = None) -> Any:
        """Bind this session to the run of that subject, and pin what was decided.

        What an earlier session of the run has decided counts instead, and is returned. A plan pins
        nothing.
        """
        decided = About(subject) if decided is None else decided
        name = self.name_for(subject)
        self.session_archive.bring(name)
        self.journal.join(name, self.setting.home.run_folder(name) / "sessions")
        self.say_abandoned()
        opened = [one.said for one in self.journal.of_runbook() if one.kind == "opened"]
        had = dict.fromkeys(name for said in opened for name in said.get("gates") or ())
        gone = [name for name in had if name not in self.gate_places.names]
        self.note_gone(gone, "an earlier session of the run had it")
        self.take_hold()
        self.say_unsettled()
        with self.journal.turn():
            return self.pin(decided)

    def hold(self) -> None:
        """Raise where nothing may be done: the run was opened otherwise, or another has it."""
        self.opened.check(self.namespace)
        if self.holding:
            self.session_archive.renew()
        self.take_hold()
        self.refuse_abandoned()

    def take_hold(self) -> None:
        """Take the lock of the run that was joined, unless this session has it; a plan takes none.

        Raises `Held` while another session has it. Asking whether it may be taken over is a step,
        and needs no lock itself.
        """
        if self.holding or self.taking or self.journal.run is None or self.runner.plan:
            return
        self.taking = True
        try:
            with self.runner.apart():
                self.session_archive.hold(self.gates.approve)
            self.holding = True
        finally:
            self.taking = False

    def lock_said(self, left: str = "") -> str:
        """Who has the run's lock, in words; that of `left`, while this session has joined none."""
        if self.holding and self.session_archive.holds:
            return "this session has it"
        other = self.session_archive.other_holder(self.journal.run or left)
        if other is not None:
            return has_it(other)
        if self.journal.run is None:
            return "taken once it is decided what the run is about"
        return "a plan takes none" if self.runner.plan else "free: given up while the run waits"

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

    def named_by(self, **parameters: str) -> None:
        """Note the parameters that name this run: left to their defaults, they may mean another.

        What goes on with it is said with them.
        """
        self.journal.append("named", parameters=parameters)

    def decide(self, name: str, value: Value) -> Value:
        """Pin a value: what the run has first decided under a name counts from then on.

        Raises what `decided.decide` raises.
        """
        return decide(self.journal, name, value, plan=self.runner.plan)

    def say_abandoned(self) -> None:
        """Say that the run begins anew, where it was abandoned before."""
        before = [one for one in self.journal.others if one.kind == "abandoned"]
        if before and not self.journal.earlier:
            say(f"! {abandoned_line(before[-1])}; this begins it anew.")

    def refuse_abandoned(self) -> None:
        """Raise `Refused` where a later session has abandoned the run."""
        if found := self.journal.abandoned:
            raise Refused(
                f"expected a run that nobody has abandoned, found that {abandoned_line(found)}; to "
                "begin it anew, open it again"
            )

    def say_unsettled(self) -> None:
        """Show the changes that an earlier session announced, and of which nobody knows the end."""
        for event in unsettled(self.journal.earlier):
            say(unknown_line(event))

    def note_gone(self, gates: Sequence[str], why: str) -> None:
        """Put on record, and say, that the runbook has lost gates."""
        if gates:
            self.journal.append("gates_gone", gates=list(gates), why=why)
            say(f"! The runbook has no gate {', '.join(gates)} any more: {why}.")


def abandoned_line(event: Event) -> str:
    """Who has abandoned a run, when and why."""
    said, when = event.said, str(event.said["time"])[:16].replace("T", " ")
    return f"{said['run']} was abandoned by {said['by']}, {when} UTC: {said['reason']}"


def unknown_line(intent: Event) -> str:
    """A change that was announced, and of which nobody knows the end."""
    return f"? unknown   {intent.said['announced']} (session {intent.said['session']})"


def has_it(holder: Holder) -> str:
    """That another session has a run's lock: whose, where, and when it was last seen."""
    seen = f"{holder.renewed[:16].replace('T', ' ')} UTC"
    return f"{holder.operator} on {holder.host} has it, last seen {seen} (session {holder.session})"
