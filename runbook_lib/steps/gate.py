"""Gates: points where a person decides, bound to the digest of what they decide on.

A gate holds everything behind it (see `guard`).
"""

import os
import pwd
import socket
from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from functools import partial
from typing import Protocol

from runbook_lib.errors import Waiting
from runbook_lib.journal.decision import SHOWN, Decision
from runbook_lib.notebook.gate_places import Position
from runbook_lib.policy.questions import (
    GATE,
    refuse_unnamed,
    words_of,
)
from runbook_lib.policy.quorum import Count, Person, Rule, count
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.decisions import (
    check_answer,
    is_rejected,
    keep_answer,
    read_decisions,
    record_decision,
    refuse_rejected,
    refuse_unjoined,
)
from runbook_lib.steps.question import (
    NOTHING,
    PLAIN,
    Question,
    approve_command,
    by_comment,
    digest_of,
)
from runbook_lib.steps.runner import Runner

TAKE_OVER = "take-over"
"""The gate at which a person decides on the lock of a session that is silent."""


class Unanswered(Waiting):
    """A gate was asked, and too few people have answered yet."""

    def __init__(self, message: str, question: Question) -> None:
        super().__init__(message)
        self.question = question


class Approver(Protocol):
    """Who can be asked at once: the person at the notebook, or the sandbox's people."""

    def ask(self, question: Question, decide: Callable[[Decision], Decision]) -> None:
        """Show the question; call `decide`, which has the decision that counts, or never."""


class Elsewhere(Protocol):
    """Where people can answer in their own time: comments, say."""

    def place(self, gate: str) -> str:
        """The link to where a gate is answered so; empty where it is not."""

    def ask(self, question: Question) -> Sequence[Decision]:
        """Put a question there, once; what was answered to it so far, oldest first."""


def unsigned(_question: Question, _decision: Decision) -> str:
    """The signature of a decision where nobody signs."""
    return ""


def nowhere() -> Position:
    """The position where nobody can say which cell is executed."""
    return Position()


class Gates:
    """The gates of one run, as one of its sessions passes them."""

    def __init__(
        self,
        runner: Runner,
        *,
        approver: Approver | None,
        rules: dict[str, Rule] | None = None,
        refresh: Callable[[], object] = bool,
        position: Callable[[], Position] = nowhere,
        sign: Callable[[Question, Decision], str] | None = None,
        doubt: Callable[[Decision], str] = lambda _: "",
        elsewhere: Elsewhere | None = None,
    ) -> None:
        self.runner = runner
        self.approver = approver
        self.rules = rules or {}
        self.refresh = refresh
        """Has here what others have decided elsewhere."""
        self.position = position
        self.sign = sign or unsigned
        self.signed = sign is not None
        """Whether only what is signed by the key of who decides counts."""
        self.doubt = doubt
        self.elsewhere = elsewhere
        self.asking: str | None = None
        """The gate that is being asked elsewhere: it does not hold back its own question."""
        self.note = ""
        """What whoever decides should know of the run, beside what they are asked."""
        self.asked: dict[str, tuple[Question, Position]] = {}
        """What each gate has asked for last in this session, and from where."""

    def approve(self, gate: str, subject: object, *, title: str, of: str = "") -> Decision:
        """Have `subject` approved: its digest is its own `digest`, else that of its text.

        `of` says whose approval it is where it is another person's: then the operator does not
        count, unless the profile says so. A subject without any text needs no approval. Ends as
        `waiting` until enough people have decided; a rejection is `Refused`, until the subject
        changes or somebody approves it after all.
        """
        refuse_unnamed(GATE, gate)
        arguments = {"gate": gate, "subject": subject, "title": title}
        if not isinstance(subject, Planned):
            self.ask_elsewhere(self.question(gate, subject, title, of=of))
        look = partial(self.pass_gate, gate, subject, title, of)
        asks = f"ask for the approval of {gate}: {title}"
        return self.runner.perform(
            "approve", look, arguments, holds="good", guard=dict, planned=asks
        )

    def pass_gate(
        self, gate: str, subject: object, title: str, of: str
    ) -> Generator[str, None, Decision]:
        """Find the decision, or ask for it."""
        question = self.question(gate, subject, title, of=of)
        self.asked[gate] = (question, self.position())
        decision = self.decision(question)
        if decision is not None:
            return decision
        refuse_unjoined(self.runner.journal, question)
        yield f"ask for the approval of {gate} {question.digest:.{SHOWN}}: {title}"
        self.ask(question)
        return self.decided(question)

    def ask_elsewhere(self, question: Question) -> None:
        """Put a question where people can answer it later, and keep what they have answered.

        Nothing is put there that has been decided already; who rejected may have thought again.
        """
        if self.elsewhere is None or not question.comments or question.digest == NOTHING:
            return
        refuse_unjoined(self.runner.journal, question)
        self.refresh()
        self.runner.journal.refresh()
        decisions = self.decisions(question)
        if not self.count(question, decisions).enough or is_rejected(decisions):
            self.asked[question.gate] = (question, self.position())
            self.put_on_record(question)
            self.asking = question.gate
            try:
                answers = self.elsewhere.ask(question)
            finally:
                self.asking = None
            for decision in answers:
                keep_answer(self.runner.journal, decision, question.rule)

    def question(self, gate: str, subject: object, title: str, *, of: str = "") -> Question:
        """The question that a subject is."""
        text = str(subject)
        found = digest_of(subject) if text.strip() else NOTHING
        rule = self.rule(gate, of=of)
        run = self.runner.journal.run or ""
        place = self.elsewhere.place(gate) if self.elsewhere else ""
        return Question(run, gate, title, text, found, of, self.note, rule, place, subject=subject)

    def rule(self, gate: str, *, of: str = "") -> Rule:
        """Who counts there, as the profile says."""
        return self.rules.get(gate, PLAIN).asked(of=of)

    def decision(self, question: Question) -> Decision | None:
        """What has been decided on this very digest, or None where it takes more to decide."""
        if question.digest == NOTHING:
            return Decision(question.gate, question.digest, "not needed", "", "", "", "")
        self.refresh()
        self.runner.journal.refresh()
        decisions = self.decisions(question)
        refuse_rejected(question, decisions)
        return decisions[-1] if self.count(question, decisions).enough else None

    def decisions(self, question: Question) -> list[Decision]:
        """What the journal has of decisions on this very digest, oldest first."""
        return read_decisions(self.runner.journal.events(), question)

    def count(self, question: Question, decisions: Sequence[Decision]) -> Count:
        """Who has approved, as the gate's rule counts them."""
        operator = Person(self.runner.journal.operator, whoami(), host())
        return count(question.rule, decisions, operator, self.doubt)

    def ask(self, question: Question) -> None:
        """Put the question on record, and to whoever is there to answer it."""
        self.put_on_record(question)
        if self.approver is not None:
            self.approver.ask(question, lambda decision: self.record(question, decision))

    def put_on_record(self, question: Question) -> None:
        """Note what is asked; a plan asks nothing."""
        if not self.runner.plan:
            here = {"account": whoami(), "host": host(), "signed": self.signed}
            self.runner.journal.append("asked", **question.said, **here)

    def record(self, question: Question, decision: Decision) -> Decision:
        """Keep what somebody decided on a question that they were asked once: the first counts."""
        check_answer(question, decision, self.runner.journal.mask)
        self.runner.journal.refresh()
        said = [one for one in self.decisions(question) if one.by == decision.by]
        earlier = [one for one in said if not question.rule.is_over(one.given)]
        if earlier:
            return earlier[0]
        signed = replace(decision, signature=self.sign(question, decision))
        return record_decision(self.runner.journal, signed, question.rule)

    def decided(self, question: Question) -> Decision:
        """The decision, if the people who were asked made it at once; else `Waiting`."""
        decision = self.decision(question)
        if decision is None:
            raise Unanswered(
                f"{question.title}: {question.gate} {question.digest:.{SHOWN}} "
                f"{self.missing(question)}; then run this again",
                question,
            )
        return decision

    def missing(self, question: Question) -> str:
        """Why a gate is not passed, and who does what."""
        how_far = str(self.count(question, self.decisions(question)))
        whose = f" by {question.of}" if question.of else ""
        said = f" ({how_far})" if how_far else ""
        words = words_of(question.kind)
        return (
            f"is waiting for {words.waits}{whose}{said}: {words.verb} on the card, or with: "
            f"{approve_command(question)}{by_comment(question)}"
        )


def whoami() -> str:
    """The account that this process runs under, as the machine knows it by its number.

    Not by what the environment says, which anybody can set.
    """
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"


def host() -> str:
    """This machine's name."""
    return socket.gethostname()
