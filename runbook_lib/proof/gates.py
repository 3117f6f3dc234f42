"""Each change against the gates that stand above it: approved, by enough people, before it."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from runbook_lib.journal.decision import Decision, as_decision, is_decision, kind_of
from runbook_lib.journal.events import Event
from runbook_lib.journal.summary import said_by
from runbook_lib.policy.questions import WAIVER
from runbook_lib.policy.quorum import Person, count
from runbook_lib.proof.chain import SLACK, of
from runbook_lib.proof.contents import moment
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Commit
from runbook_lib.steps.gate import TAKE_OVER
from runbook_lib.steps.question import NOTHING, as_rule

Doubt = Callable[[str, Decision], str]
"""Why a decision of a run is not signed by who decided; empty where it is."""


def check_gates(
    commit: Commit, events: Sequence[Event], run: Sequence[Event], doubt: Doubt | None
) -> Iterator[Finding]:
    """What is wrong with the gates of a session's changes; `run` has the events of its run."""
    opened = said_by(events, "opened")
    known = opened.get("gates")
    if not isinstance(known, dict):
        return  # a version of the library that knew no gates above a step
    for intent in events:
        if intent.kind != "intent" or intent.said["step"] == "approve":
            continue
        behind = intent.said.get("behind") or {}
        missing = [name for name in required(known, intent.said) if name not in behind]
        for name in missing:
            yield without(commit, intent, name, "that it does not say on which decision it stands")
        for name, approved in behind.items():
            if approved != NOTHING:
                yield from check_approved(commit, intent, (name, approved), opened, run, doubt)


def required(known: dict[str, Any], intent: dict[str, Any]) -> list[str]:
    """The gates that the runbook has above a change."""
    cell = intent.get("cell")
    return [name for name, place in known.items() if not isinstance(cell, int) or place < cell]


def check_approved(
    commit: Commit,
    intent: Event,
    asked: tuple[str, str],
    opened: dict[str, Any],
    run: Sequence[Event],
    doubt: Doubt | None,
) -> Iterator[Finding]:
    """That enough people had approved just this before the change was announced."""
    name, approved = asked
    about = [one for one in run if kind_of(one) != WAIVER]
    why = not_passed(commit, intent, asked, opened, about, doubt)
    if name != TAKE_OVER and why:
        yield without(commit, intent, f"{name} {approved:.12}", why)


def not_passed(
    commit: Commit,
    event: Event,
    asked: tuple[str, str],
    opened: dict[str, Any],
    run: Sequence[Event],
    doubt: Doubt | None,
) -> str:
    """Why not enough people had approved what was asked before an event; empty if they had."""
    about = [one for one in run if is_about(one, *asked)]
    question = said_by(about, "asked")
    rule = as_rule(question.get("rule"))
    signed = partial(doubt, commit.run) if doubt and question.get("signed") is True else trusted
    decided = [one for one in about if is_decision(one)]
    before = [one for one in decided if is_before(one, event, opened)]
    operator = Person(
        event.said["operator"], str(opened.get("account") or ""), str(opened.get("host") or "")
    )
    found = count(rule, [*map(as_decision, before)], operator, signed, moment(event))
    late = [one for one in decided if one not in before]
    after = f"; it was approved at {late[0].said['time']}, after" if late else ""
    return "" if found.enough else f"{str(found) or 'no approval of it'}{after}"


def trusted(_: Decision) -> str:
    """No doubt, where nobody says whose signatures count."""
    return ""


def is_about(event: Event, name: str, approved: str) -> bool:
    """Whether an event asks, or decides, just that."""
    return (event.said.get("gate"), event.said.get("digest")) == (name, approved)


def is_before(decision: Event, intent: Event, opened: dict[str, Any]) -> bool:
    """Whether a decision is older than a change; the clocks of two machines may be apart."""
    made, announced = moment(decision), moment(intent)
    if made is None or announced is None:
        return False
    here = decision.said.get("host") == opened.get("host") and "clock" not in decision.said
    return made <= announced + (timedelta() if here else SLACK)


def without(commit: Commit, intent: Event, gate: str, found: str) -> Finding:
    """The finding for a change that stands without its approval, or before it."""
    announced = str(intent.said.get("announced", ""))[:120]
    expected = f"the gate {gate} approved before {announced!r} was announced"
    return of(commit, "gate", expected, found)
