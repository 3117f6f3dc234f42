"""A session's folder, read once, as the files and the message of its commit."""

import hashlib
from datetime import datetime
from pathlib import Path

from runbook_lib.archive.layout import RECORD, run_path, session_path
from runbook_lib.archive.message import clean, compose
from runbook_lib.archive.store import Author, File
from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.events import Event, check_shape, follow
from runbook_lib.journal.session import JOURNAL
from runbook_lib.journal.summary import SessionSummary, summarise


@frozen
class Kept:
    """What is kept of a session: its journal, its record if there is one, what both come to."""

    journal: bytes
    record: bytes | None
    summary: SessionSummary

    @property
    def session(self) -> str:
        """The session's name."""
        return self.summary.session

    def files(self, folder: str) -> list[File]:
        """The session's files, below a folder of the archive."""
        record = [File(f"{folder}{RECORD}", self.record)] if self.record is not None else []
        return [File(f"{folder}{JOURNAL}", self.journal), *record]

    def archived(self) -> list[File]:
        """All that the archive gets of the session."""
        place = File(f"{run_path(self.summary.run)}/{self.session}", b"")
        return [
            *self.files(f"{session_path(self.session)}/"),
            *([place] if self.summary.run else []),
        ]

    def message(self, previous: str) -> str:
        """The message of the session's commit."""
        digest = "" if self.record is None else hashlib.sha256(self.record).hexdigest()
        return compose(self.summary, record=digest, previous=previous)

    def author(self) -> Author:
        """The operator, at the session's end."""
        operator, host = (named(text) for text in (self.summary.operator, self.summary.host))
        time = int(datetime.fromisoformat(self.summary.ended).timestamp())
        return Author(operator, f"{operator}@{host}", time)


def named(text: str) -> str:
    """A name as git takes it for an identity."""
    return clean(text.translate(dict.fromkeys(map(ord, "<>,;:'\"\\")))).strip(" .") or "unknown"


def read_session(folder: Path) -> Kept:
    """What is to be kept of the session in a folder, as far as it has come.

    Raises `UsageError` where there is no journal, or nothing in it, and `Failed` where it is
    damaged.
    """
    try:
        data = (folder / JOURNAL).read_bytes()
    except FileNotFoundError:
        data = b""
    # What a crash, or a writer who is at it now, left of a last line is no event.
    journal = data[: data.rfind(b"\n") + 1]
    events = read_events(journal, str(folder / JOURNAL))
    if not events:
        raise UsageError(f"expected a session's journal in {folder}, found no event there")
    record = folder / RECORD
    summary = summarise(events)
    if summary.session != folder.name:
        raise UsageError(
            f"expected the journal of the session {folder.name} in {folder}, found that of "
            f"{summary.session}: give the folder its name back"
        )
    return Kept(journal, record.read_bytes() if record.is_file() else None, summary)


def read_events(journal: bytes, where: str) -> list[Event]:
    """The events of a journal that is in memory, each checked against the one before it.

    Raises `Failed` with `where` and the number of the first line that does not follow, or does not
    say what its readers rely on.
    """
    events: list[Event] = []
    for number, event in enumerate(follow(journal, where), start=1):
        check_shape(event, f"{where} line {number}")
        events.append(event)
    return events
