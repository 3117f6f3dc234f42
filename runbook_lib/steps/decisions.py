"""Decisions in a run's journal: what was asked and decided, and keeping what somebody decides."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from runbook_lib.errors import Refused, UsageError
from runbook_lib.journal.decision import SHOWN, Decision, as_decision, is_decision, kind_of
from runbook_lib.journal.journal import Event, Journal
from runbook_lib.policy.questions import refuse_unfit, words_of
from runbook_lib.policy.quorum import Rule
from runbook_lib.policy.sentence import sentence
from runbook_lib.steps.question import PLAIN, Question, approve_command, as_question


def is_rejected(decisions: Sequence[Decision]) -> bool:
    """Whether the last word on a question is no."""
    return bool(decisions) and decisions[-1].verdict == "rejected"


class NotApproved(Refused):
    """A person has said no: nobody else's waiver of a check that asked lets that pass."""

    waivable = False


def refuse_rejected(question: Question, decisions: Sequence[Decision]) -> None:
    """Raise `Refused` where the last word on a question is no."""
    if is_rejected(decisions):
        words = words_of(question.kind)
        raise NotApproved(
            f"{sentence(decisions[-1])} Change what was {words.no}, or have it {words.yes} "
            f"after all: {approve_command(question)}"
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


def keep_answer(journal: Journal, decision: Decision, rule: Rule) -> None:
    """Keep what somebody has decided by a comment, once; not what they have said before another."""
    made = datetime.fromisoformat(decision.made)
    with journal.turn():
        decided = [event.said for event in journal.events() if is_decision_on(event, decision)]
        known = any(said.get("link") == decision.link for said in decided)
        later = [said for said in decided if said["by"] == decision.by and when(said) > made]
        if not (known or later):
            record_decision(journal, decision, rule)


def when(said: Mapping[str, Any]) -> datetime:
    """When somebody decided, as an event says it: by a comment, before it was read."""
    return datetime.fromisoformat(str(said.get("made") or said["time"]))


def record_decision(journal: Journal, decision: Decision, rule: Rule = PLAIN) -> Decision:
    """Keep a decision in a run's journal; the decision as it is kept there.

    Who has decided the same already has not decided anew, unless that counts no more by the rule.
    """
    same = [one for one in read_decisions(journal.events(), decision) if one.by == decision.by][-1:]
    if same and same[0].verdict == decision.verdict and not rule.is_over(same[0].given):
        return same[0]
    said = {name: value for name, value in asdict(decision).items() if name != "verdict"}
    instead = {"instead": same[0].verdict} if same else {}
    return as_decision(journal.append(decision.verdict, **said, **instead))


def read_decisions(events: Iterable[Event], asked: Question | Decision) -> list[Decision]:
    """All decisions on what was asked, oldest first."""
    made = [as_decision(event) for event in events if is_decision_on(event, asked)]
    return sorted(made, key=lambda decision: decision.time)


def is_decision_on(event: Event, asked: Question | Decision) -> bool:
    """Whether an event decides on just that; a waiver is no approval of a gate called so."""
    same = event.matches(event.kind, gate=asked.gate, digest=asked.digest)
    return is_decision(event) and same and kind_of(event) == asked.kind


def is_asked(event: Event) -> bool:
    """Whether an event says what a gate, a step by hand or a waiver has asked for."""
    return event.kind == "asked"


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
