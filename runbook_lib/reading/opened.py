"""A run that is open: what it waits for, since when, and who has it."""

from dataclasses import asdict, field
from typing import Any

from runbook_lib.archive import Holder
from runbook_lib.frozen import frozen
from runbook_lib.journal.summary import SessionFacts, StepSummary
from runbook_lib.reading.questions import Asked

RECOVER = "runbook recover"
NAMES = (
    *("run", "runbook", "profile", "session", "operator", "host", "state", "outcome", "started"),
    *("since", "problem", "waiting", "advice", "private", "gone", "waived", "parameters"),
)


@frozen
class OpenRun(SessionFacts):
    """A run that is not done, or a session that is open and has joined none.

    `state` is `alive`, `died`, `waiting`, `refused`, `failed`, `unknown` or `damaged`; `since` an
    ISO time. `asked` is what a gate asks for, `step` the one that did not come to its end.
    `private` says that it is of a private runbook, and kept apart.
    """

    state: str
    since: str
    asked: Asked | None = None
    step: StepSummary | None = None
    holder: Holder | None = None
    silent: bool = False
    problem: str = ""
    private: bool = False
    stopped: str = ""
    """The error between two steps with which its session ended."""
    parameters: dict[str, Any] = field(default_factory=dict)
    """What its session was given, and what names the run."""

    @property
    def waiting(self) -> dict[str, Any] | None:
        """What the run waits for: a gate with its digest, a step, or what an error asks for."""
        if self.asked is not None:
            return {
                "kind": self.asked.kind,
                "gate": self.asked.gate,
                "digest": self.asked.digest,
                "title": self.asked.title,
                "asked": self.asked.asked,
                "decisions": [one.to_dict() for one in self.asked.decisions],
                "how_far": self.asked.how_far,
                "comments": self.asked.comments,
            }
        if self.stopped:
            return {"detail": self.stopped}
        if self.step is not None:
            names = ("step", "outcome", "announced", "detail", "link")
            return {name: getattr(self.step, name) for name in names}
        return None

    @property
    def advice(self) -> str:
        """What to do next, where somebody has to."""
        if self.problem:
            return "runbook verify"
        if self.state == "died":
            return RECOVER
        if self.asked is not None and not self.asked.enough:
            return self.asked.command
        return "" if self.state == "alive" else "run it again"

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it."""
        holder = asdict(self.holder) | {"silent": self.silent} if self.holder else None
        return {name: getattr(self, name) for name in NAMES} | {"holder": holder}
