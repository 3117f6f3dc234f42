"""Gates: points where a person decides, bound to the digest of what they decide on."""

import getpass
import os
import socket
from collections.abc import Callable, Generator
from dataclasses import asdict, dataclass
from functools import partial
from typing import Literal, Protocol

from runbook_lib.errors import Refused, UsageError, Waiting
from runbook_lib.journal import Event, Journal, digest
from runbook_lib.step import Runner

Verdict = Literal["approved", "rejected", "not needed"]
SHOWN = 12
"""How many characters of a digest a person is shown, and must name at least."""


@dataclass(frozen=True)
class Rule:
    """Who must approve: how many people, and whether the operator counts as one of them."""

    people: int = 1
    operator_counts: bool = True


@dataclass(frozen=True)
class Question:
    """What a person is asked to decide: `digest` stands for all that `text` shows."""

    run: str
    gate: str
    title: str
    text: str
    digest: str


@dataclass(frozen=True)
class Decision:
    """What was decided on a digest, by whom, from where, how (card, command, sandbox) and why."""

    gate: str
    digest: str
    verdict: Verdict
    by: str
    host: str
    how: str
    reason: str

    def __str__(self) -> str:
        if self.verdict == "not needed":
            return f"{self.gate}: nothing to approve"
        reason = f": {self.reason}" if self.reason else ""
        return (
            f"{self.gate} {self.digest:.{SHOWN}} {self.verdict} by {self.by} ({self.how}){reason}"
        )


class Approver(Protocol):
    """Who can be asked at once: the person at the notebook, or the sandbox's people."""

    def ask(self, question: Question, decide: Callable[[Decision], object]) -> None:
        """Show the question; call `decide` now or later, or never."""


class Gates:
    """The gates of one run."""

    def __init__(
        self,
        runner: Runner,
        *,
        approver: Approver | None,
        rules: dict[str, Rule] | None = None,
        refresh: Callable[[], object] = bool,
    ) -> None:
        self.runner = runner
        self.approver = approver
        self.rules = rules or {}
        self.refresh = refresh
        """Has here what others have decided elsewhere."""

    def approve(self, gate: str, subject: object, *, title: str) -> Decision:
        """Have `subject` approved: its digest is its own `digest`, else that of its text.

        A subject without any text needs no approval. Ends as `waiting` until somebody has decided;
        a rejection is `Refused`, until the subject changes or somebody approves it after all.
        """
        arguments = {"gate": gate, "subject": subject, "title": title}
        look = partial(self.pass_gate, gate, subject, title)
        return self.runner.perform("approve", look, arguments, holds="good")

    def pass_gate(self, gate: str, subject: object, title: str) -> Generator[str, None, Decision]:
        """Find the decision, or ask for it."""
        question = self.question(gate, subject, title)
        decision = self.decision(question)
        if decision is not None:
            return decision
        yield f"ask for the approval of {gate} {question.digest:.{SHOWN}}: {title}"
        self.ask(question)
        return self.decided(question)

    def question(self, gate: str, subject: object, title: str) -> Question:
        """The question that a subject is."""
        text = str(subject)
        found = str(getattr(subject, "digest", "") or digest(text))
        return Question(self.runner.journal.run or "", gate, title, text, found)

    def decision(self, question: Question) -> Decision | None:
        """What the journal says of this very digest, or None where it takes more to decide."""
        if not question.text.strip():
            return Decision(question.gate, question.digest, "not needed", "", "", "", "")
        self.refresh()
        self.runner.journal.refresh()
        decisions = read_decisions(self.runner.journal, question.gate, question.digest)
        if decisions and decisions[-1].verdict == "rejected":
            last = decisions[-1]
            raise Refused(
                f"{last}. Change what was rejected, or have it approved after all: "
                f"{approve_command(question)}"
            )
        counted = self.counted(decisions, question.gate)
        return decisions[-1] if counted >= self.rule(question.gate).people else None

    def counted(self, decisions: list[Decision], gate: str) -> int:
        """How many different people have approved, as the gate's rule counts them.

        Of each, the last word counts.
        """
        last = {decision.by: decision.verdict for decision in decisions}
        people = {by for by, verdict in last.items() if verdict == "approved"}
        if not self.rule(gate).operator_counts:
            people -= {self.runner.journal.operator, whoami()}
        return len(people)

    def rule(self, gate: str) -> Rule:
        """The rule of a gate: the profile's, else one person, anybody."""
        return self.rules.get(gate, Rule())

    def ask(self, question: Question) -> None:
        """Put the question on record, and to whoever is there to answer it."""
        journal = self.runner.journal
        journal.append("asked", **asdict(question))
        if self.approver is not None:
            self.approver.ask(question, lambda decision: record_decision(journal, decision))

    def decided(self, question: Question) -> Decision:
        """The decision, if the people who were asked made it at once; else `Waiting`."""
        decision = self.decision(question)
        if decision is None:
            raise Waiting(
                f"{question.title}: {question.gate} {question.digest:.{SHOWN}} is not approved "
                f"yet; decide on the card, or with: {approve_command(question)}; "
                "then run this again"
            )
        return decision


def approve_command(question: Question) -> str:
    """The command that approves a question from a terminal."""
    short = question.digest[:SHOWN]
    return f"runbook approve {question.run} {question.gate} --digest {short} --reason '…'"


def record_decision(journal: Journal, decision: Decision) -> Decision:
    """Keep a decision in a run's journal; the decision as it is kept there."""
    said = {name: value for name, value in asdict(decision).items() if name != "verdict"}
    return as_decision(journal.append(decision.verdict, **said))


def read_decisions(journal: Journal, gate: str, digest: str) -> list[Decision]:
    """All decisions on that digest of that gate, oldest first."""
    events = [
        event
        for event in journal.events()
        if event.kind in ("approved", "rejected")
        and event.matches(event.kind, gate=gate, digest=digest)
    ]
    return [
        as_decision(event) for event in sorted(events, key=lambda event: str(event.said["time"]))
    ]


def as_decision(event: Event) -> Decision:
    """The decision that an event keeps."""
    verdict: Verdict = "approved" if event.kind == "approved" else "rejected"
    said = event.said
    return Decision(
        said["gate"], said["digest"], verdict, said["by"], said["host"], said["how"], said["reason"]
    )


def find_question(journal: Journal, gate: str, short: str = "") -> Question:
    """The newest question of a gate, whose digest begins with `short`.

    That has at least as many characters as are shown, or none. Raises `UsageError` where the run
    has not asked it.
    """
    asked = [event for event in journal.events() if event.matches("asked", gate=gate)]
    if not asked:
        gates = sorted(
            {str(event.said["gate"]) for event in journal.events() if event.kind == "asked"}
        )
        raise UsageError(
            f"expected a gate that {journal.run} has asked for, found {gate!r}; "
            f"it has asked for: {', '.join(gates) or 'none yet'}"
        )
    said = max(asked, key=lambda event: str(event.said["time"])).said
    question = Question(said["run"] or "", gate, said["title"], said["text"], said["digest"])
    if short and not (len(short) >= SHOWN and question.digest.startswith(short)):
        raise UsageError(
            f"expected the digest of what {gate} asks for now, {question.digest:.{SHOWN}}; "
            f"found {short}: it has changed since, or is not whole; read it again"
        )
    return question


def whoami() -> str:
    """The account at the keyboard; by its number where it has no name, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def host() -> str:
    """This machine's name."""
    return socket.gethostname()
