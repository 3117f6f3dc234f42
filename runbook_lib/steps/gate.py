"""Gates: points where a person decides, bound to the digest of what they decide on.

A gate holds everything behind it (see `guard`).
"""

import os
import pwd
import shlex
import socket
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from functools import partial
from typing import Any, Literal, Protocol

from runbook_lib.errors import Refused, UsageError, Waiting
from runbook_lib.journal.journal import Event, Journal, digest
from runbook_lib.notebook.gate_places import Position
from runbook_lib.policy.questions import (
    GATE,
    decided_in_words,
    refuse_unfit,
    refuse_unnamed,
    words_of,
)
from runbook_lib.policy.quorum import Count, Person, Rule, count
from runbook_lib.policy.visible import Shown
from runbook_lib.steps.runner import Planned, Runner

__all__ = ["Approver", "Decision", "Gates", "Question", "Rule", "Verdict"]

Verdict = Literal["approved", "rejected", "not needed"]
SHOWN = 12
"""How many characters of a digest a person is shown, and must name at least."""
TAKE_OVER = "take-over"
"""The gate at which a person decides on the lock of a session that is silent."""
COMMENT = "comment"
"""How somebody has decided who wrote a comment where they are asked."""
NOTHING = digest("")
"""The digest of a subject without any text, which needs no approval."""
PLAIN = Rule()


@dataclass(frozen=True)
class Question:
    """What a person is asked to decide: `digest` stands for all that `text` shows.

    `of` names whose decision it is, where it is not the operator's; `note` is said beside the text;
    `rule` says who counts; `comments` is where it can be answered by a comment, too. `kind` is
    whether it is a gate's, a step by hand or a waiver; of a step by hand, `evidence` is the pattern
    of what confirms it, and `example` what would.
    """

    run: str
    gate: str
    title: str
    text: str
    digest: str
    of: str = ""
    note: str = ""
    rule: Rule = PLAIN
    comments: str = ""
    kind: str = GATE
    evidence: str = ""
    example: str = ""


@dataclass(frozen=True)
class Decision(Shown):
    """What was decided on a digest, by whom, from where, how (card, command, sandbox) and why.

    `account` is that of the machine `host`, as the machine knows it; `signature` is by the key of
    who decided, where they have one (`signed_approval`). One that was read from a comment has the
    `link` to it, and when it was `made`. `evidence` is what confirms a step by hand; `time` an ISO
    time, once it is kept.
    """

    gate: str
    digest: str
    verdict: Verdict
    by: str
    host: str
    how: str
    reason: str
    account: str = ""
    signature: str = ""
    link: str = ""
    made: str = ""
    kind: str = GATE
    evidence: str = ""
    time: str = ""

    def __str__(self) -> str:
        if self.verdict == "not needed":
            return f"{self.gate}: nothing to approve"
        said = "; ".join(filter(None, (self.evidence, self.reason)))
        reason = f": {said}" if said else ""
        account = f", account {self.account}" if self.account not in ("", self.by) else ""
        return (
            f"{self.gate} {self.digest:.{SHOWN}} {self.verb} by {self.by} "
            f"({self.how}{account}){reason}"
        )

    @property
    def verb(self) -> str:
        """The verdict, as it is said of this kind of question."""
        return decided_in_words(self.kind, self.verdict)


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
                keep_answer(self.runner.journal, decision)

    def question(self, gate: str, subject: object, title: str, *, of: str = "") -> Question:
        """The question that a subject is."""
        text = str(subject)
        found = digest_of(subject) if text.strip() else NOTHING
        rule = self.rule(gate, of=of)
        run = self.runner.journal.run or ""
        place = self.elsewhere.place(gate) if self.elsewhere else ""
        return Question(run, gate, title, text, found, of, self.note, rule, place)

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
        return read_decisions(self.runner.journal, question)

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
            self.runner.journal.append("asked", **asdict(question), **here)

    def record(self, question: Question, decision: Decision) -> Decision:
        """Keep what somebody decided on a question that they were asked once: the first counts."""
        check_answer(question, decision, self.runner.journal.mask)
        self.runner.journal.refresh()
        earlier = [one for one in self.decisions(question) if one.by == decision.by]
        return (
            earlier[0]
            if earlier
            else record_decision(
                self.runner.journal, replace(decision, signature=self.sign(question, decision))
            )
        )

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
        waits = words_of(question.kind).waits
        return (
            f"is waiting for {waits}{whose}{said}: decide on the card, or with: "
            f"{approve_command(question)}{by_comment(question)}"
        )


def digest_of(subject: object) -> str:
    """What stands for a value: its own `digest`, else that of its text."""
    return str(getattr(subject, "digest", "") or digest(str(subject)))


def is_rejected(decisions: Sequence[Decision]) -> bool:
    """Whether the last word on a question is no."""
    return bool(decisions) and decisions[-1].verdict == "rejected"


def refuse_rejected(question: Question, decisions: Sequence[Decision]) -> None:
    """Raise `Refused` where the last word on a question is no."""
    if is_rejected(decisions):
        words = words_of(question.kind)
        raise Refused(
            f"{decisions[-1]}. Change what was {words.no}, or have it {words.yes} after all: "
            f"{approve_command(question)}"
        )


def check_answer(question: Question, decision: Decision, mask: Callable[[str], str]) -> None:
    """Raise `UsageError` where a decision lacks what the question asks for, as it will be kept."""
    refuse_unfit(
        question.kind,
        decision.verdict,
        pattern=question.evidence,
        evidence=mask(decision.evidence),
        reason=decision.reason,
    )


def refuse_unjoined(journal: Journal, question: Question) -> None:
    """Raise `UsageError` where a run asks before anybody knows which run it is."""
    if journal.run is None:
        raise UsageError(
            f"expected a run that has joined its subject before the {words_of(question.kind).noun} "
            f"{question.gate} asks anybody, found one that has not: what is decided would be lost. "
            "Run the cell that joins it (run.join(…), or whatever decides what the run is about) "
            "above this one"
        )


def approve_command(question: Question) -> str:
    """The command that decides on a question from a terminal."""
    words = words_of(question.kind)
    evidence = "--evidence '…'" if question.evidence else ""
    named = shlex.join(["runbook", words.command, question.run, question.gate])
    return " ".join(
        filter(None, (named, f"--digest {question.digest:.{SHOWN}}", evidence, words.how))
    )


def by_comment(question: Question) -> str:
    """How a question is answered by a comment, where it can be."""
    short = question.digest[:SHOWN]
    return f"; or by a comment on {question.comments}: approve {short}" if question.comments else ""


def keep_answer(journal: Journal, decision: Decision) -> None:
    """Keep what somebody has decided by a comment, once; not what they have said before another."""
    made = datetime.fromisoformat(decision.made)
    with journal.turn():
        decided = [event.said for event in journal.events() if is_decision_on(event, decision)]
        known = any(said.get("link") == decision.link for said in decided)
        later = [said for said in decided if said["by"] == decision.by and when(said) > made]
        if not (known or later):
            record_decision(journal, decision)


def when(said: Mapping[str, Any]) -> datetime:
    """When somebody decided, as an event says it: by a comment, before it was read."""
    return datetime.fromisoformat(str(said.get("made") or said["time"]))


def record_decision(journal: Journal, decision: Decision) -> Decision:
    """Keep a decision in a run's journal; the decision as it is kept there.

    Who has decided the same already has not decided anew.
    """
    same = [one for one in read_decisions(journal, decision) if one.by == decision.by][-1:]
    if same and same[0].verdict == decision.verdict:
        return same[0]
    said = {name: value for name, value in asdict(decision).items() if name != "verdict"}
    instead = {"instead": same[0].verdict} if same else {}
    return as_decision(journal.append(decision.verdict, **said, **instead))


def read_decisions(journal: Journal, asked: Question | Decision) -> list[Decision]:
    """All decisions on what was asked, oldest first."""
    events = [event for event in journal.events() if is_decision_on(event, asked)]
    return [
        as_decision(event) for event in sorted(events, key=lambda event: str(event.said["time"]))
    ]


def is_decision_on(event: Event, asked: Question | Decision) -> bool:
    """Whether an event decides on just that; a waiver is no approval of a gate called so."""
    same = event.matches(event.kind, gate=asked.gate, digest=asked.digest)
    return event.kind in ("approved", "rejected") and same and kind_of(event) == asked.kind


def as_decision(event: Event) -> Decision:
    """The decision that an event keeps."""
    verdict: Verdict = "approved" if event.kind == "approved" else "rejected"
    names = (
        *("gate", "digest", "by", "host", "how", "reason"),
        *("account", "signature", "link", "made", "evidence", "time"),
    )
    said = {name: str(event.said.get(name) or "") for name in names}
    return Decision(verdict=verdict, kind=kind_of(event), **said)


def as_question(said: Mapping[str, Any]) -> Question:
    """The question that an event keeps."""
    names = (
        *("run", "gate", "title", "text", "digest", "of", "note", "comments"),
        *("evidence", "example"),
    )
    return Question(
        **{name: str(said.get(name) or "") for name in names},
        rule=as_rule(said.get("rule")),
        kind=str(said.get("kind") or GATE),
    )


def as_rule(said: Any) -> Rule:
    """The rule that an event keeps; the plainest where it keeps none."""
    if not isinstance(said, dict):
        return PLAIN
    people = tuple(map(str, said.get("people") or ()))
    return Rule(int(said.get("approvals") or 1), said.get("operator_counts"), people)


def is_asked(event: Event) -> bool:
    """Whether an event says what a gate, a step by hand or a waiver has asked for."""
    return event.kind == "asked"


def kind_of(event: Event) -> str:
    """Of which kind a question is, or a decision on one."""
    return str(event.said.get("kind") or GATE)


def last_asked(events: Iterable[Event], gate: str, run: str | None, kind: str = "") -> Event:
    """When a gate of a run was asked last; raises `UsageError` where it never was.

    `kind` says which kind of question it is; by default any.
    """
    asked = list(filter(is_asked, events))
    wanted = [event for event in asked if kind in ("", kind_of(event))]
    found = [event for event in wanted if event.said["gate"] == gate]
    if not found:
        others = [event for event in asked if event.said["gate"] == gate]
        raise never_asked(gate, run, kind, wanted, others)
    return max(found, key=lambda event: str(event.said["time"]))


def never_asked(
    gate: str, run: str | None, kind: str, wanted: list[Event], others: list[Event]
) -> UsageError:
    """The error for a name that a run has not asked for, or as another kind of question."""
    names = sorted({str(event.said["gate"]) for event in wanted})
    near = get_close_matches(gate, names, n=1)
    other = [words_of(kind_of(event)) for event in others[-1:]]
    said = [f"which is a {words.noun}: runbook {words.command} {run} {gate}" for words in other]
    hint = ", ".join([f"found {gate!r}", *said]) + (f"; did you mean {near[0]}?" if near else "")
    return UsageError(
        f"expected a {words_of(kind).noun} that {run} has asked for, {hint}; "
        f"it has asked for: {', '.join(names) or 'none yet'}"
    )


def find_question(journal: Journal, gate: str, short: str = "", kind: str = "") -> Question:
    """The newest question of a gate, whose digest begins with `short`.

    That has at least as many characters as are shown, or none. Raises `UsageError` where the run
    has not asked it.
    """
    question = as_question(last_asked(journal.events(), gate, journal.run, kind).said)
    if short and not (len(short) >= SHOWN and question.digest.startswith(short)):
        raise UsageError(
            f"expected the digest of what {gate} asks for now, {question.digest:.{SHOWN}}; "
            f"found {short}: it has changed since, or is not whole; read it again"
        )
    return question


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
