"""Each step by hand, and each check that was let pass, against what people have said of it."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from runbook_lib.journal.decision import kind_of
from runbook_lib.journal.events import Event, digest
from runbook_lib.journal.summary import said_by
from runbook_lib.policy.by_hand import misfit
from runbook_lib.policy.questions import BY_HAND, WAIVER, words_of
from runbook_lib.proof.chain import of
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.gates import Doubt, is_about, not_passed
from runbook_lib.proof.history import Commit
from runbook_lib.steps.by_hand import STEP
from runbook_lib.steps.waive import refusal_digest


def check_answers(
    commit: Commit, events: Sequence[Event], run: Sequence[Event], doubt: Doubt | None
) -> Iterator[Finding]:
    """What a session's outcomes claim of people; `run` has the events of its run."""
    given = {e.said["number"]: e.said["arguments"] for e in events if e.kind == "started"}
    opened = said_by(events, "opened")
    for event in events:
        kind = claimed(event)
        if kind:
            arguments = given.get(event.said["number"], {})
            why = unfounded(commit, event, kind, arguments, opened, run, doubt)
            if why:
                yield without(commit, event, kind, why)


def claimed(event: Event) -> str:
    """What kind of answer an outcome stands on; empty for one that stands on none."""
    if event.kind != "outcome":
        return ""
    if event.said["outcome"] == "waived":
        return WAIVER
    by_hand = event.said["step"] == STEP and event.said["outcome"] in ("done", "already", "good")
    return BY_HAND if by_hand else ""


def unfounded(
    commit: Commit,
    event: Event,
    kind: str,
    arguments: dict[str, Any],
    opened: dict[str, Any],
    run: Sequence[Event],
    doubt: Doubt | None,
) -> str:
    """Why an outcome does not stand on what people have said; empty where it does."""
    asked = (str(event.said.get("gate") or ""), str(event.said.get("digest") or ""))
    about = [one for one in run if is_about(one, *asked) and kind_of(one) == kind]
    question = said_by(about, "asked")
    if not question:
        return "nothing of the kind that the run has asked for"
    why = not_its_own(kind, asked, arguments, event.said, question)
    return why or not_passed(commit, event, asked, opened, about, doubt) or lacking(question, about)


def not_its_own(
    kind: str,
    asked: tuple[str, str],
    arguments: dict[str, Any],
    said: dict[str, Any],
    question: dict[str, Any],
) -> str:
    """Why an answer is to something else than what was carried out; empty where it is to that."""
    name, found = asked
    if kind == WAIVER and found != refusal_digest(name, arguments, str(said.get("text"))):
        return "a waiver of another refusal"
    if kind == BY_HAND and (arguments.get("of"), digest(str(question.get("text")))) != asked:
        return "a confirmation of another step"
    return ""


def lacking(question: dict[str, Any], about: Sequence[Event]) -> str:
    """What is wrong with the evidence of a step by hand; empty where nothing is."""
    wrong = partial(misfit, str(question.get("evidence") or ""))
    given = [str(one.said.get("evidence") or "") for one in about if one.kind == "approved"]
    return next((f"as evidence {why}" for one in given if (why := wrong(one))), "")


def without(commit: Commit, event: Event, kind: str, found: str) -> Finding:
    """The finding for an outcome that claims what nobody has said."""
    name = f"{event.said.get('gate') or event.said['step']} {event.said.get('digest') or '':.12}"
    words = words_of(kind)
    expected = f"the {words.noun} {name.strip()} {words.yes} before it was called"
    return of(commit, "gate", f"{expected} {event.said['outcome']}", found)
