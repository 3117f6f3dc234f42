"""Keeps a session: its record and its place in the archive, and its hold on its run."""

import os
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Protocol

from runbook_lib.archive import UNUSABLE, Holder, Lock, is_silent
from runbook_lib.archive.places import archive_settings, is_shared, open_archive
from runbook_lib.display.output import say
from runbook_lib.display.terminal import say_in_terminal
from runbook_lib.errors import Held, RunbookError
from runbook_lib.journal.journal import Journal
from runbook_lib.journal.session import Home
from runbook_lib.record.record import write_record
from runbook_lib.record.recorder import Recorder
from runbook_lib.run.recovery import keep, recover_home
from runbook_lib.steps.gate import TAKE_OVER, host

RENEWAL = 60.0
"""How old a sign of life may grow before the next step gives another, in seconds."""
GIVEN_UP = float("-inf")


class Ask(Protocol):
    """Has a subject approved at a gate."""

    def __call__(self, gate: str, subject: object, *, title: str) -> object:
        """Come back when it is approved; raise `Waiting` or `Refused` until then."""


class SessionArchive:
    """What one session has of the archive: the place of its record, and the lock of its run."""

    def __init__(self, journal: Journal, home: Home, recorder: Recorder | None) -> None:
        self.journal = journal
        self.home = home
        self.recorder = recorder
        self.archive = open_archive(home)
        self.silent = archive_settings(home).silent
        self.shared = is_shared(home)
        self.lock: Lock | None = None
        self.held = GIVEN_UP

    def begin(self) -> None:
        """Bring what others left to its end, and what they archived here; say what was found."""
        for found in recover_home(self.home, self.archive):
            say(found)
        self.reach(self.archive.push)
        self.reach(self.archive.fetch)

    def reach(self, remote: Callable[[], object]) -> None:
        """Reach out to the archive's remote, where it has one; a run goes on where it is away."""
        try:
            remote()
        except UNUSABLE as error:
            say(f"The archive's remote can't be used; everything is kept here meanwhile: {error}")

    def bring(self, run: str) -> None:
        """Have here what others have archived, or shared, of a run."""
        self.archive.bring(run, self.home.run_folder(run) / "sessions")

    def bring_open(self, prefix: str) -> None:
        """Have here the runs that others have begun, and not finished, under a name's beginning."""
        if self.shared:
            for run in self.archive.open_runs(prefix):
                self.bring(run)

    def refresh(self) -> None:
        """Have here what others have decided meanwhile."""
        if self.shared and self.journal.run:
            self.reach(self.archive.fetch)
            self.bring(self.journal.run)

    @property
    def holds(self) -> bool:
        """Whether the session has the run's lock now, as far as it knows."""
        return self.held != GIVEN_UP

    def holder(self) -> Holder:
        """This session, as the lock names it."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        run = self.journal.run or ""
        return Holder(
            run, self.journal.session, self.journal.operator, host(), os.getpid(), now, now
        )

    def other_holder(self, run: str) -> Holder | None:
        """Which other session has a run's lock, as it was last seen."""
        return Lock(self.archive, run).seen_with(self.journal.session) if run else None

    def hold(self, ask: Ask) -> None:
        """Take the run's lock; that of a session that has fallen silent, after asking.

        Raises `Held` while another session is at work on the run.
        """
        self.lock = Lock(self.archive, self.journal.run or "")
        try:
            self.acquire()
        except Held as held:
            if not is_silent(held.holder, after=self.silent):
                raise
            self.take_over(held.holder, ask)

    def acquire(self) -> None:
        """Take the lock, if nobody has it."""
        assert self.lock is not None, "a session holds the run that it has joined"
        acquired = self.lock.acquire(self.holder())
        self.held = time.monotonic()
        if acquired.problem is not None:
            say(f"The run is locked on this machine only: {acquired.problem}")

    def take_over(self, silent: Holder, ask: Ask) -> None:
        """Take a silent session's lock, when somebody has said that it may be; it is recorded."""
        assert self.lock is not None, "its lock was found held"
        ask(TAKE_OVER, silent, title=f"Take {silent.run} over from {silent.operator}")
        self.lock.take_over(self.holder(), from_=silent)
        self.held = time.monotonic()
        self.journal.append("taken_over", holder=asdict(silent))
        say(f"Taken over: {silent}")

    def renew(self) -> None:
        """Give a sign of life, unless the last one is fresh.

        Takes the lock again where it was given up to wait. Raises `Held` where another session has
        it by now.
        """
        if self.lock is None or time.monotonic() - self.held < RENEWAL:
            return
        if self.held == GIVEN_UP:
            self.acquire()
            self.refresh()
            self.journal.refresh()
        else:
            self.lock.renew(self.holder())
            self.held = time.monotonic()

    def pause(self) -> None:
        """Others have to move now: let them have the run, and see what is asked."""
        self.give_up()
        if self.shared:
            if self.recorder is not None:
                self.recorder.write()
            self.reach(lambda: self.archive.share(self.journal.path.parent))

    def give_up(self) -> None:
        """Let go of the run's lock, if it is held."""
        if self.lock is not None and self.held != GIVEN_UP:
            lock, self.held = self.lock, GIVEN_UP
            self.reach(lambda: lock.release(self.holder()))

    def end(self) -> None:
        """End the session: record, last event, archive, lock; at the end of the cell under way."""
        if self.recorder is not None:
            self.recorder.end(self.finish)
        else:
            self.finish(write_record(self.journal.path.parent))

    def finish(self, digest: str) -> None:
        """Close the journal over the record with that digest, and put both into the archive.

        What can't be done now is left to the next session, or to `runbook recover`.
        """
        folder = self.journal.path.parent
        try:
            if digest:
                self.journal.append("ended", record=digest)
            self.journal.close()
            if digest:
                keep(folder, self.archive)
                self.archive.push()
            self.give_up()
        except (RunbookError, OSError) as error:
            say_in_terminal(f"{folder} is not in the archive everywhere yet: {error}")
        finally:
            self.journal.close()
