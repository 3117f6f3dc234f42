"""What a headless session came to, by its journal and by what ended it."""

from pathlib import Path
from typing import Any

from runbook_lib.engine.progress import find_session
from runbook_lib.errors import Failed, Refused, RunbookError, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.journal import read_journal
from runbook_lib.journal.session import JOURNAL
from runbook_lib.journal.summary import OPEN, SessionSummary, said_by, summarise
from runbook_lib.record.record import RECORD
from runbook_lib.run.result import result_line

FINISHED = ("done", "abandoned", "planned")


@frozen
class Finished:
    """What a headless session came to.

    `summary` is what its journal says, None where it never opened a run; `error` what ended it
    before the runbook's end, and `why` its words alone; `record` the notebook of what was executed;
    `place` the heading under which it ended.
    """

    session: str
    runbook: str
    summary: SessionSummary | None
    error: RunbookError | None
    record: Path | None
    place: str = ""
    why: str = ""
    withheld: str = ""
    """Why a private session was refused or failed: for the operator's own terminal alone."""
    cut_short: bool = False
    """Whether a signal has ended it."""

    @property
    def outcome(self) -> str:
        """What it came to, in one word; `done` only where the journal says so."""
        if self.error is None:
            return self.summary.outcome if self.summary else "failed"
        unknown = self.summary is not None and self.summary.outcome == "unknown"
        return "unknown" if unknown else self.error.outcome

    @property
    def result(self) -> str:
        """What came of it, in one line."""
        return result_line(self.outcome, self.runbook, self.summary, place=self.place, why=self.why)

    def to_dict(self) -> dict[str, Any]:
        """The same as what JSON can hold."""
        told = self.summary.to_dict() if self.summary else {}
        return {
            "runbook": self.runbook,
            "run": told.get("run", ""),
            "session": self.session,
            "outcome": self.outcome,
            "result": self.result,
            "message": str(self.error or ""),
            "steps": told.get("steps", []),
            "record": str(self.record or ""),
        }


def read_session(session: str) -> tuple[Path | None, SessionSummary | None]:
    """The folder of a session and what its journal says; None where it never began."""
    folder = find_session(session)
    return folder, summarise(read_journal(folder / JOURNAL)) if folder else None


def finish(
    session: str, runbook: str, error: RunbookError | None, command: str, place: str
) -> Finished:
    """What a session came to, by its journal and by what ended it."""
    folder, summary = read_session(session)
    record = folder / RECORD if folder and (folder / RECORD).exists() else None
    begun = summary is not None or (error is not None and not isinstance(error, UsageError))
    error = error or unfinished(summary)
    why = str(error or "")
    if error is not None and begun:
        command = "" if refused_at_once(error, summary) else command
        error = type(error)("\n".join([why, *pointers(record, command)]))
    withheld = private_reason(folder, summary) if error and folder else ""
    return Finished(session, runbook, summary, error, record, place, why, withheld)


def private_reason(folder: Path, summary: SessionSummary | None) -> str:
    """Why a private session has stopped, as its own journal says; empty for one that is not."""
    if summary is None or not summary.private:
        return ""
    last = summary.steps[-1] if summary.steps else None
    stopped = said_by(read_journal(folder / JOURNAL), "stopped").get("detail") or ""
    return last.detail if last and last.outcome in OPEN else str(stopped)


def refused_at_once(error: RunbookError, summary: SessionSummary | None) -> bool:
    """Whether nothing was begun that the same command could go on with: it was refused as given."""
    joined = summary is not None and summary.run
    given = summary.parameters if summary else {}
    chosen = any(value for name, value in given.items() if name not in ("profile", "plan"))
    return isinstance(error, (UsageError, Refused)) and not joined and chosen


def unfinished(summary: SessionSummary | None) -> RunbookError | None:
    """What is wrong where every cell was run: only a journal can say that a run is done."""
    if summary is None:
        return Failed("expected the runbook to open a run, found none opened: nothing is recorded")
    if summary.outcome in FINISHED:
        return None
    return Failed("expected the runbook to close its run, found that its last cell left it open")


def pointers(record: Path | None, command: str) -> list[str]:
    """Where to look, and how to go on."""
    found = (f"The record is {record}" if record else "", f"To go on: {command}" if command else "")
    return [text for text in found if text]
