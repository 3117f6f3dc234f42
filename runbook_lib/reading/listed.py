"""A session as `runbook log` lists it, and which ones are asked for."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from runbook_lib.journal.session import STAMP
from runbook_lib.reading.lines import sign
from runbook_lib.reading.times import duration, local, seconds_between


@dataclass(frozen=True)
class ListedSession:
    """A session as `runbook log` lists it; times are ISO texts, what is not known is empty.

    `state` is `archived`, `alive`, `died`, `ended` (and to be archived), `elsewhere` or `damaged`;
    `private` says that it is of a private runbook, and kept apart;
    `parameters` and `decided` are None where nobody has read the journal.
    """

    session: str
    runbook: str
    run: str
    operator: str
    host: str
    profile: str
    outcome: str
    started: str
    ended: str
    library: str
    runbook_commit: str
    state: str
    commit: str = ""
    problem: str = ""
    parameters: dict[str, Any] | None = None
    decided: dict[str, Any] | None = None
    private: bool = False
    gone: str = ""
    """The gates that its notebook had lost."""

    @property
    def seconds(self) -> float:
        """How long it took."""
        return seconds_between(self.started, self.ended)

    def row(self) -> tuple[str, ...]:
        """The session as `runbook log` shows it on a line."""
        return (
            local(self.started or self.ended),
            sign(self.outcome),
            self.run or self.runbook,
            self.operator,
            duration(self.seconds),
            self.session,
            self.note,
        )

    @property
    def note(self) -> str:
        """What there is to say of it on a line: a problem, its state, that it is private."""
        state = "" if self.state in ("archived", self.outcome) else self.state
        private = "private" if self.private else ""
        gone = f"its notebook had lost the gate {self.gone}" if self.gone else ""
        return ", ".join(text for text in (private, gone, self.problem or state) if text)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return {**asdict(self), "seconds": self.seconds}


NAMES = (
    *("session", "runbook", "run", "operator", "host", "profile", "outcome", "started", "ended"),
    *("library", "runbook_commit", "gone"),
)


@dataclass(frozen=True)
class Wish:
    """Which sessions are asked for; what is empty or None does not matter.

    `since` and `until` are about when a session started; `text` is found in a step's line, a name,
    or anything else that a commit of the archive says.
    """

    runbook: str = ""
    run: str = ""
    operator: str = ""
    outcome: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    def matches(self, listed: ListedSession, text: str) -> bool:
        """Whether a session of this machine is one of those; `text` is all that it says."""
        names = ("runbook", "run", "operator", "outcome")
        same = all(getattr(self, name) in ("", getattr(listed, name)) for name in names)
        return same and self.text.casefold() in text.casefold() and self.in_time(listed.started)

    def in_time(self, started: str) -> bool:
        """Whether a session that started then is one of those."""
        if self.since is None and self.until is None:
            return True
        if not started:
            return False
        at = datetime.fromisoformat(started)
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


def time_of(session: str) -> str:
    """When a session began, as its name says; empty where that is no session's name."""
    try:
        return datetime.strptime(session.partition("-")[0], STAMP).replace(tzinfo=UTC).isoformat()
    except ValueError:
        return ""
