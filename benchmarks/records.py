"""Records of an archive without kernels: one by one as sessions come, or many at once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from importlib.metadata import version
from itertools import count
from pathlib import Path

from benchmarks.repositories import fast_import
from benchmarks.sample import WORLD
from runbook_lib.archive import Archive
from runbook_lib.archive.message import NONE
from runbook_lib.archive.packing import pack
from runbook_lib.archive.record import Kept
from runbook_lib.journal.events import START, Event, seal
from runbook_lib.journal.journal import Journal
from runbook_lib.journal.session import STAMP
from runbook_lib.journal.summary import summarise
from runbook_lib.notebook.reference import Reference
from runbook_lib.record.record import Pages
from runbook_lib.record.weaving import weave

LARGE = 62_000
"""How large a record of a whole release is, in bytes."""
STEPS = 4
A_DAY = 40
"""How many sessions an archive has on each of its days."""
SESSIONS_A_RUN = 4
FIRST = datetime(2015, 1, 1, tzinfo=UTC)
OPERATORS = ("olive", "rowan", "wren")
numbers = count(1)


def sample_archive(home: Path) -> Archive:
    """The archive of the sample's world in a home."""
    return Archive(home / WORLD / "archive.git")


def add_record(archive: Archive, home: Path, *, size: int) -> None:
    """Add a new session with a record of so many bytes to an archive."""
    archive.add(finished_session(home, size=size))


def finished_session(home: Path, *, size: int) -> Path:
    """The folder of a new session that has ended, with a record of so many bytes."""
    number = next(numbers)
    session = f"20301123T090712.{number:06d}Z-abc123"
    journal = Journal(
        home / WORLD / "sessions" / session / "journal.jsonl", session=session, operator="olive"
    )
    journal.append("opened", runbook="release", host="quay", profile="sandbox", library="1")
    journal.join("release/tidewatch/9.9", home / WORLD / "runs/release/tidewatch/9.9/sessions")
    folder = journal.path.parent
    (folder / "record.ipynb").write_text(record(number, size))
    journal.append("closed", calls={})
    journal.append("ended", record="")
    journal.close()
    return folder


def record(number: int, size: int) -> str:
    """A record of a number and a size."""
    text = "step output " * (size // 12)
    cell = f'{{"cell_type": "markdown", "id": "n{number}", "metadata": {{}}, "source": "{text}"}}'
    return f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'


@dataclass
class Session:
    """A session of a full archive, as its own kernel would have written it."""

    number: int
    follows: str
    """The head of the session of its run before it."""
    events: list[Event] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.began = FIRST + timedelta(days=self.number // A_DAY, minutes=self.number % A_DAY)
        self.name = f"{self.began:{STAMP}}-{self.number:06x}"
        self.run: str | None = None
        said = {"runbook": "release", "host": "quay", "profile": "sandbox"}
        self.say("opened", **said, library=version("runbook-kit"))
        self.run = run_name(self.number)
        self.say("joined", after=self.follows)
        for step in range(1, STEPS + 1):
            self.say("started", step="check", number=step, arguments={})
            found = f"step {step} of {self.number}"
            self.say(
                "outcome", step="check", number=step, outcome="good", announced="", detail=found
            )
        self.say("closed", calls={}, result="all is well")
        self.record = b"".join(Pages().write(weave(Reference(), [], self.events)))
        self.say("ended", record=sha256(self.record).hexdigest())

    def say(self, event: str, **fields: object) -> None:
        """Write one event, a second after the one before."""
        at = self.began + timedelta(seconds=len(self.events))
        said = {**fields, "event": event, "run": self.run, "session": self.name}
        said |= {
            "operator": OPERATORS[self.number % 3],
            "time": at.isoformat(timespec="microseconds"),
        }
        self.events.append(seal(said, self.head))

    @property
    def head(self) -> str:
        """The hash of the newest event."""
        return self.events[-1].hash if self.events else START

    @property
    def kept(self) -> Kept:
        """The session as it is archived."""
        journal = "".join(f"{event.line()}\n" for event in self.events).encode()
        return Kept(journal, self.record, summarise(self.events))


def run_name(number: int) -> str:
    """The run that a session of that number belongs to."""
    return f"release/tidewatch/{number // SESSIONS_A_RUN}"


def orders(records: int) -> Iterator[bytes]:
    """A full archive, as `git fast-import` is told of it."""
    previous, follows = NONE, START
    for number in range(records):
        session = Session(number, follows if number % SESSIONS_A_RUN else START)
        kept, follows = session.kept, session.head
        yield from commit(kept, kept.message(previous))
        previous = f"{session.name} {session.head}"


def commit(kept: Kept, message: str) -> Iterator[bytes]:
    """One session's commit."""
    author, said = kept.author(), message.encode()
    who = f"{author.name} <{author.email}> {author.time} +0000"
    head = f"commit refs/heads/main\nauthor {who}\ncommitter {who}\ndata {len(said)}\n"
    yield head.encode() + said
    for file in kept.archived():
        yield file.order()


def fill(archive: Archive, records: int) -> None:
    """Write that many records into an archive, all at once, and pack it as it is now and then."""
    archive.store.make()
    fast_import(archive.folder, orders(records))
    pack(archive.store)
