"""Follows a session from outside the kernel, by what comes into its journal."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from runbook_lib.display import StepLine
from runbook_lib.errors import Failed
from runbook_lib.journal import Event, read_journal
from runbook_lib.report import Report, words
from runbook_lib.session import JOURNAL, data_folder, session_folders

PAUSE = 0.1
"""Seconds between two looks at the journal."""


class Watch(Protocol):
    """Shows the steps of a session to whoever looks on."""

    def under_way(self, text: str) -> None:
        """Show what is being done now."""

    def outcome(self, line: StepLine) -> None:
        """Show what a step came to."""


class Follower:
    """Hands the events of a session's journal on, each once, as they come."""

    def __init__(self, session: str, watch: Watch) -> None:
        self.session = session
        self.watch = watch
        self.folder: Path | None = None
        self.size = 0
        self.shown = 0

    def look(self) -> None:
        """Hand on what is new."""
        events = self.new_events()
        for event in events:
            if event.kind == "outcome":
                self.watch.outcome(StepLine(report_of(event)))
        if events:
            self.watch.under_way(under_way(events[-1]))

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
def following(session: str, watch: Watch) -> Iterator[None]:
    """Show the steps of a session while it goes on, and in the end those not shown yet."""
    over = threading.Event()
    follower = Follower(session, watch)
    thread = threading.Thread(target=follow, args=(follower, over), daemon=True)
    thread.start()
    try:
        yield
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
        return words(str(said["step"]))
    if event.kind == "intent":
        return str(said["announced"])
    return ""


def report_of(event: Event) -> Report:
    """A step's outcome as its journal tells it."""
    names = ("step", "outcome", "announced", "detail", "link", "seconds")
    return Report(**{name: event.said[name] for name in names})
