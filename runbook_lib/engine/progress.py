"""Follows a session from outside the kernel, by what comes into its journal."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Protocol

from runbook_lib.display.banner import Banner
from runbook_lib.display.lines import StepLine
from runbook_lib.errors import Failed
from runbook_lib.journal.journal import Event, read_journal
from runbook_lib.journal.session import JOURNAL, data_folder, session_folders
from runbook_lib.policy.changelog import Heading, find_headings
from runbook_lib.policy.titles import step_title
from runbook_lib.profile import SANDBOX
from runbook_lib.steps.report import Report

PAUSE = 0.1
"""Seconds between two looks at the journal."""
MOST = 1_000_000
"""Bytes of what a kernel's process says that are taken at once."""
INTERRUPTED = "KeyboardInterrupt caught in kernel."
"""What ipykernel says at each end: its front end interrupts a kernel before it shuts it down."""


class Watch(Protocol):
    """Shows a session to whoever looks on."""

    def heading(self, text: str) -> None:
        """Show what session it is, or where in the procedure the steps below are."""

    def said(self, text: str) -> None:
        """Show what the kernel's process said past its cells."""

    def under_way(self, text: str) -> None:
        """Show what is being done now."""

    def outcome(self, line: StepLine) -> None:
        """Show what a step came to."""


class Follower:
    """Hands the events of a session's journal on, each once, as they come.

    `terminal` is a file to which the kernel's process writes what would go to a terminal.
    """

    def __init__(self, session: str, watch: Watch, terminal: IO[bytes]) -> None:
        self.session = session
        self.watch = watch
        self.terminal = terminal
        self.lock = threading.Lock()
        self.folder: Path | None = None
        self.size = 0
        self.shown = 0
        self.heard = 0
        self.pending: list[Heading] = []
        self.gates: dict[int, str] = {}
        """The gates that steps have asked for, by the steps' numbers."""
        self.place = ""
        """The heading under which the session is."""
        self.cut_short = False
        """Whether a signal has ended the session."""

    def look(self) -> None:
        """Hand on what is new."""
        with self.lock:
            self.hear()
            events = self.new_events()
            for event in events:
                self.tell(event)
            if events:
                self.watch.under_way(under_way(events[-1]))

    def tell(self, event: Event) -> None:
        """Hand one event on."""
        if event.kind == "opened":
            whose = f"The runbook is {event.said['notebook']}"
            self.watch.heading(f"{opened_line(event)}\n{whose}")
        if event.kind == "joined":
            self.watch.heading(str(event.said["run"]))
        if event.kind == "started":
            self.gates[event.said["number"]] = str(event.said["arguments"].get("gate") or "")
            self.tell_headings()
        if event.kind == "outcome":
            gate = self.gates.get(event.said["number"], "")
            self.watch.outcome(StepLine(report_of(event, gate)))

    def tell_headings(self) -> None:
        """Show the headings that the session has come to, now that a step begins below them."""
        for heading in self.pending:
            self.watch.heading(heading.text)
        self.pending.clear()

    def enter(self, prose: str) -> None:
        """Come to a cell of prose: all that was done before is shown before its headings are."""
        self.look()
        for heading in find_headings(prose):
            if heading.level > 1:
                self.pending = [one for one in self.pending if one.level < heading.level]
                self.pending.append(heading)
                self.place = heading.text

    def hear(self) -> None:
        """Hand on each line that the kernel's process has said, but where the record is."""
        said = os.pread(self.terminal.fileno(), MOST, self.heard)
        whole = said[: said.rfind(b"\n") + 1]
        self.heard += len(whole)
        for line in whole.decode(errors="replace").splitlines():
            if not line.endswith((f"The record is in {self.folder}", INTERRUPTED)):
                self.watch.said(line)

    def new_events(self) -> list[Event]:
        """The events that have come since the last look."""
        if self.folder is None or not self.folder.exists():  # it moves when it joins its run
            self.folder = find_session(self.session)
        try:
            return self.read_on(self.folder / JOURNAL) if self.folder else []
        except (FileNotFoundError, Failed):  # moved just now, or its last line is being written
            return []

    def read_on(self, journal: Path) -> list[Event]:
        """The events in a journal behind those that were handed on."""
        size = journal.stat().st_size
        if size == self.size:
            return []
        events = read_journal(journal)
        new, self.shown, self.size = events[self.shown :], len(events), size
        return new


def find_session(session: str) -> Path | None:
    """The folder of a session, once it has begun."""
    found = (path for path in session_folders(data_folder()) if path.name == session)
    return next(found, None)


@contextmanager
def following(session: str, watch: Watch) -> Iterator[Follower]:
    """Show the steps of a session while it goes on, and in the end those not shown yet."""
    with TemporaryFile(buffering=0) as terminal:
        yield from shown_by(Follower(session, watch, terminal))


def shown_by(follower: Follower) -> Iterator[Follower]:
    """Look while a session goes on."""
    over = threading.Event()
    thread = threading.Thread(target=follow, args=(follower, over), daemon=True)
    thread.start()
    try:
        yield follower
    finally:
        over.set()
        thread.join()
        follower.look()


def follow(follower: Follower, over: threading.Event) -> None:
    """Look at a session's journal until it is over."""
    while not over.wait(PAUSE):
        follower.look()


def under_way(event: Event) -> str:
    """What is being done after an event."""
    said = event.said
    if event.kind == "started":
        return step_title(str(said["step"]), said["arguments"])
    if event.kind == "intent":
        return str(said["announced"])
    return ""


def opened_line(event: Event) -> str:
    """What a session says first: its profile with its target, whether it only plans, and whose."""
    said = event.said
    profile, plan = str(said["profile"]), bool(said.get("parameters", {}).get("plan"))
    sandbox = profile == SANDBOX
    banner = Banner(profile, str(said.get("target", "")), sandbox=sandbox, plan=plan)
    return f"{banner} · {said['runbook']}, by {said['operator']}"


def report_of(event: Event, gate: str = "") -> Report:
    """A step's outcome as its journal tells it."""
    names = ("step", "outcome", "announced", "detail", "link", "seconds")
    return Report(**{name: event.said[name] for name in names}, gate=gate)
