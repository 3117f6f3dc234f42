"""What happened in a session: appended event by event, on disk before it counts."""

import fcntl
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runbook_lib.errors import Failed, Refused, UsageError
from runbook_lib.journal.events import (
    START,
    Event,
    canonical,
    digest,
    read_journal,
    seal_readable,
    since_abandoned,
    unsettled,
)

__all__ = [
    "START",
    "Event",
    "Journal",
    "canonical",
    "digest",
    "masked",
    "read_journal",
    "unsettled",
]


NEW = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC
MILLISECOND = 0.001
APPENDING = threading.RLock()
"""Held while an event is written: a button may be answered in another thread than a cell's."""


class Journal:
    """The events of one session, in a file of its own, behind those of the run's earlier sessions.

    `mask` is applied to every text before it reaches the disk. Lines are flushed and fsynced one by
    one: when `append` returns, the event is kept whatever happens next. A session holds its file's
    lock for as long as it lives (see `is_alive`).
    """

    def __init__(
        self,
        path: Path,
        *,
        session: str,
        operator: str,
        mask: Callable[[str], str] = str,
    ) -> None:
        self.path = path
        self.session = session
        self.operator = operator
        self.run: str | None = None
        self.mask = mask
        self.others: list[Event] = []
        self.earlier: list[Event] = []
        """What counts of the run's other sessions: nothing before it was abandoned."""
        self.own: list[Event] = []
        self.in_turn = False
        path.parent.mkdir(parents=True, exist_ok=True)
        self.descriptor: int | None = os.open(path, NEW, 0o666)
        fcntl.flock(self.descriptor, fcntl.LOCK_EX)
        sync_folder(path.parent)

    @classmethod
    def reopen(cls, path: Path, *, mask: Callable[[str], str] = str) -> "Journal":
        """The journal of a session that has died, to be brought to its end.

        What a crash left of a last line is cut off. Raises `Refused` where the session is alive,
        and `Failed` where the journal is damaged.
        """
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
        try:
            take(descriptor, path)
            events = read_journal(path)
            os.ftruncate(descriptor, path.read_bytes().rfind(b"\n") + 1)
        except BaseException:
            os.close(descriptor)
            raise
        last = events[-1].said if events else {}
        journal = cls.__new__(cls)
        journal.path, journal.descriptor, journal.mask = path, descriptor, mask
        journal.session, journal.operator = path.parent.name, str(last.get("operator", ""))
        journal.run, journal.own = last.get("run"), events
        journal.others, journal.earlier = [], []
        journal.in_turn = False
        return journal

    @property
    def head(self) -> str:
        """The hash of the newest event."""
        return self.own[-1].hash if self.own else START

    def append(self, event: str, /, **fields: Any) -> Event:
        """Write one event, and come back when it is on the disk.

        Whatever stops it half way (an interrupt, a full disk), the line is taken back: the event
        is kept as a whole or not at all, and the next one follows the one before. Raises
        `UsageError` where the session has ended.
        """
        if self.descriptor is None:
            raise UsageError(
                "expected a session that is open, found one that has ended; "
                "run the notebook again from the cell that opens the run"
            )
        with APPENDING:
            now = datetime.now(UTC)
            said = {
                **masked(fields, self.mask),
                **self.clock(now),
                "event": event,
                "time": now.isoformat(timespec="microseconds"),
                "run": self.run,
                "session": self.session,
                "operator": self.operator,
            }
            sealed = seal_readable(said, self.head)
            before, kept = os.fstat(self.descriptor).st_size, len(self.own)
            try:
                write_line(self.descriptor, sealed.line())
                self.own.append(sealed)
            except BaseException:
                os.ftruncate(self.descriptor, before)
                del self.own[kept:]
                raise
            return sealed

    def clock(self, now: datetime) -> dict[str, str]:
        """What is to be said of the clock: that it has been set back since the last event."""
        before = datetime.fromisoformat(self.own[-1].said["time"]) if self.own else now
        back = (before - now).total_seconds()
        return {"clock": f"went back {back:.3f} s"} if back >= MILLISECOND else {}

    def join(self, run: str, folder: Path) -> None:
        """Bind this session to a run: its earlier events are remembered from now on.

        The session's folder moves into the run's `folder` of sessions, and the event names the head
        of the session before it, so that the chain goes on from session to session.
        """
        target = folder / self.path.parent.name
        if self.run not in (None, run):
            raise UsageError(
                f"expected this session to stay in the run {self.run}, which it has joined; found "
                f"that it is to join {run}: run the cell that opens the run again, then this one"
            )
        if target != self.path.parent:
            target.parent.mkdir(parents=True, exist_ok=True)
            self.path.parent.rename(target)
            sync_folder(target.parent)
            self.path = target / self.path.name
        self.run = run
        self.refresh()
        self.append("joined", after=self.others[-1].hash if self.others else START)

    def refresh(self) -> None:
        """Read the run's other sessions again: somebody may have approved something meanwhile."""
        if self.run is not None:
            paths = sorted(self.path.parent.parent.glob(f"*/{self.path.name}"))
            others = [path for path in paths if path != self.path]
            self.others = [event for path in others for event in read_joined(path, self.run)]
            self.earlier = since_abandoned(self.others)

    @property
    def abandoned(self) -> Event | None:
        """That a later session has abandoned the run that this one has joined; else None."""
        later = [one for one in self.others if one.said["session"] > self.session]
        return next((one for one in reversed(later) if one.kind == "abandoned"), None)

    def events(self) -> Iterator[Event]:
        """All events of the run, oldest first: the earlier sessions', then this one's."""
        yield from self.earlier
        yield from self.own

    def of_runbook(self) -> list[Event]:
        """The same, of the sessions of this one's own runbook: others may work on its run too."""
        opened = (event.said for event in self.events() if event.kind == "opened")
        runbooks = {said["session"]: said.get("runbook") for said in opened}
        own = runbooks.get(self.session)
        return [event for event in self.events() if runbooks.get(event.said["session"]) == own]

    def find(self, kind: str, /, **fields: Any) -> Event | None:
        """The newest event of that kind that says each of these, or None."""
        found = [event for event in self.events() if event.matches(kind, **fields)]
        return found[-1] if found else None

    @contextmanager
    def turn(self, busy: Callable[[], object] = bool) -> Iterator[None]:
        """This run's sessions on this machine take turns: nobody else acts until the block ends.

        `busy` is called where another session has to be waited for. A process that dies gives its
        turn up. A session that has not joined a run needs none.
        """
        if self.run is None or self.in_turn:
            yield
            return
        with (self.path.parent.parent.parent / "turn.lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                busy()
                fcntl.flock(file, fcntl.LOCK_EX)
            self.refresh()
            self.in_turn = True
            try:
                yield
            finally:
                self.in_turn = False

    def close(self) -> None:
        """Let go of the file; nothing can be appended after."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def read_joined(path: Path, run: str) -> list[Event]:
    """The events of a session in a run's folder; raises `Failed` where it is another run's."""
    events = read_changed(path)
    for other in {event.said.get("run") for event in events} - {None, run}:
        raise Failed(
            f"{path}: expected a session of {run}, found one of {other}: what was decided in one "
            "run counts in no other; runbook verify tells what else was changed; move the "
            "session's folder away to go on without"
        )
    return events


def read_changed(path: Path) -> list[Event]:
    """The events of a journal, as `read_journal` has them; read again only where it has changed."""
    now = path.stat()
    state = (now.st_size, now.st_mtime_ns)
    if path not in seen or seen[path][0] != state:
        seen[path] = (state, read_journal(path))
    return seen[path][1]


seen: dict[Path, tuple[tuple[int, int], list[Event]]] = {}
"""The journals that this process has read, as they were then."""


def is_alive(path: Path) -> bool:
    """Whether the process of the session that writes this journal lives, on this machine."""
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def take(descriptor: int, path: Path) -> None:
    """Take a journal over; raises `Refused` while its session lives."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Refused(
            f"expected a session that is over, found that {path.parent.name} is alive on this "
            "machine: end it first"
        ) from None


def write_line(descriptor: int, line: str) -> None:
    """Write a line at the end of a file, and come back when it is on the disk."""
    rest = f"{line}\n".encode()
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def masked(value: Any, mask: Callable[[str], str]) -> Any:
    """The value with `mask` applied to each text in it, however deep."""
    if isinstance(value, str):
        return mask(value.encode(errors="backslashreplace").decode())
    if isinstance(value, dict):
        return {mask(str(key)): masked(item, mask) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked(item, mask) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return mask(str(value))


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to the disk, so that a file just made in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
