"""How far a run has come, session by session: each carrying-out of a step with its heading."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import is_decision
from runbook_lib.journal.events import Event
from runbook_lib.journal.summary import OPEN, StepSummary, by_step, summarise_step, text

WORST = (*OPEN, "planned", "waived", "done", "good", "already")
"""Outcomes by what a part is called that has several: the first counts."""


@frozen
class Carried:
    """One carrying-out of a step: in which session, by whom, and below which heading.

    `over` says whether it has come to an outcome, `waited` what the world had to do first, if it
    had to. Older journals name no heading.
    """

    step: StepSummary
    session: str
    operator: str
    under: str = ""
    over: bool = True
    waited: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from other steps, whoever carries it out."""
        return self.step.step, str(self.step.arguments)

    @property
    def gate(self) -> str:
        """The gate that it asks for, if it does."""
        return str(self.step.arguments.get("gate") or "")

    @property
    def began(self) -> float:
        """When it began, in seconds since 1970."""
        return seconds_of(self.step.started)

    @property
    def ended(self) -> float:
        """When it ended, likewise."""
        return self.began + self.step.seconds


def carried_out(events: Iterable[Event]) -> list[Carried]:
    """Each carrying-out of a step in a run's events, in their order."""
    return [carried(*key, parts) for key, parts in by_step(events).items()]


def carried(session: str, number: int, parts: dict[str, Event]) -> Carried:
    """One carrying-out of a step, from its events by their kinds."""
    said = next(iter(parts.values())).said
    waited = text(parts["outcome"].said, "waited") if "outcome" in parts else ""
    return Carried(
        summarise_step(number, parts),
        session,
        operator=text(said, "operator"),
        under=text(said, "under"),
        over="outcome" in parts,
        waited=waited,
    )


def newest(steps: Iterable[Carried]) -> list[Carried]:
    """The last carrying-out of each step, in the order of their first."""
    return [*{one.key: one for one in steps}.values()]


def outcome_of(steps: Sequence[Carried]) -> str:
    """What several steps come to together; empty where none has come to anything."""
    outcomes = {one.step.outcome for one in newest(steps)}
    return next((outcome for outcome in WORST if outcome in outcomes), "")


@frozen
class Wait:
    """People were asked: for what, of which kind, from when to when, and who decided what.

    Times in seconds since 1970; `verdict` is empty while nobody has decided.
    """

    gate: str
    kind: str
    asked: float
    decided: float
    verdict: str = ""
    by: str = ""


def waits_for_people(events: Sequence[Event], until: float) -> list[Wait]:
    """Each question that was put to people, up to its last decision, or `until` then."""
    asked: dict[tuple[str, str], Event] = {}
    for event in events:
        if event.kind == "asked":
            asked.setdefault((event.said["gate"], event.said["digest"]), event)
    return [wait_for(event, [*answers(events, *key)], until) for key, event in asked.items()]


def answers(events: Iterable[Event], gate: str, digest: str) -> Iterator[Event]:
    """What was decided on a question."""
    for event in events:
        if is_decision(event) and event.matches(event.kind, gate=gate, digest=digest):
            yield event


def wait_for(asked: Event, decisions: Sequence[Event], until: float) -> Wait:
    """One question, as it was answered last."""
    began, kind = seconds_of(text(asked.said, "time")), text(asked.said, "kind")
    if not decisions:
        return Wait(asked.said["gate"], kind, began, max(began, until))
    last = max(decisions, key=lambda event: str(event.said["time"]))
    who = ", ".join(dict.fromkeys(text(one.said, "by") for one in decisions))
    ended = seconds_of(text(last.said, "time"))
    return Wait(asked.said["gate"], kind, began, max(began, ended), last.kind, who)


def seconds_of(time: str) -> float:
    """An ISO time in seconds since 1970; 0 where it is none."""
    try:
        return datetime.fromisoformat(time).timestamp()
    except ValueError:
        return 0.0
