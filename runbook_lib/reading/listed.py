"""A session as `runbook log` lists it."""

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.journal.session import STAMP
from runbook_lib.journal.summary import DECIDING, SessionFacts
from runbook_lib.policy.durations import duration
from runbook_lib.reading.lines import sign
from runbook_lib.reading.times import local, seconds_between


@frozen
class ListedSession(SessionFacts):
    """A session as `runbook log` lists it.

    `state` is `archived`, `alive`, `died`, `ended` (and to be archived), `elsewhere` or `damaged`;
    `private` says that it is of a private runbook, and kept apart;
    `parameters`, `decided` and `work` (how much was automatic) are None where nobody has read the
    journal.
    """

    state: str
    commit: str = ""
    problem: str = ""
    parameters: dict[str, Any] | None = None
    decided: dict[str, Any] | None = None
    work: dict[str, int] | None = None
    private: bool = False

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
        """What there is to say of it on a line: a problem, its state, that it but decided."""
        state = "" if self.state in ("archived", self.outcome) else self.state
        private = "private" if self.private else ""
        gone = f"its notebook had lost the gate {self.gone}" if self.gone else ""
        waived = f"waived: {self.waived}" if self.waived else ""
        decided = f"runbook {self.runbook}" if self.runbook in DECIDING else ""
        said = (decided, private, gone, waived, self.problem or state)
        return ", ".join(text for text in said if text)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        return {**asdict(self), "seconds": self.seconds}


def time_of(session: str) -> str:
    """When a session began, as its name says; empty where that is no session's name."""
    try:
        return datetime.strptime(session.partition("-")[0], STAMP).replace(tzinfo=UTC).isoformat()
    except ValueError:
        return ""
