"""What a session came to, read from its journal: its steps, decisions and outcome."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import KW_ONLY, asdict, field, fields
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.journal.decision import Decision, as_decision, is_decision
from runbook_lib.journal.events import Event, place, unsettled
from runbook_lib.journal.work import Work, count_work
from runbook_lib.policy.titles import step_title

DECIDING = ("approve", "confirm", "waive")
"""What stands for the runbook where a session was but a decision from a terminal."""
UNUSUAL = ("private", "gone", "result", "waived", "kind", "evidence", "link", "named")
"""What is said of a session, or of a decision, only where there is something to say."""
ENDED = ("done", "abandoned")
"""The outcomes after which nobody has to go on with a run."""
OPEN = ("waiting", "refused", "failed", "unknown")
"""The outcomes after which a run has to be gone on with."""


@frozen
class StepSummary:
    """One carrying-out of a step; `outcome` is `unknown` where it never came to one.

    `started` is an ISO time, `seconds` how long it took.
    """

    step: str
    number: int
    outcome: str
    announced: str
    detail: str
    link: str
    seconds: float
    started: str
    arguments: dict[str, Any]

    @property
    def title(self) -> str:
        """The step's name in words, and the gate that it asks for."""
        return step_title(self.step, self.arguments)


@frozen
class SessionFacts:
    """What is said of a session wherever it is told of; what is not known is empty.

    `started` and `ended` are the ISO times of its first and last event.
    """

    _: KW_ONLY
    session: str
    runbook: str
    run: str
    operator: str
    host: str
    profile: str
    outcome: str
    started: str
    ended: str = ""
    library: str = ""
    runbook_commit: str = ""
    gone: str = ""
    """The gates that its notebook had lost, against the runbook as it was."""
    waived: str = ""
    """The checks that refused, and that a person has let pass."""


FACTS = tuple(field.name for field in fields(SessionFacts))


def facts_of(session: SessionFacts) -> dict[str, Any]:
    """What is said of a session wherever it is told of, by name."""
    return {name: getattr(session, name) for name in FACTS}


@frozen
class SessionSummary(SessionFacts):
    """A session as its journal tells it.

    `head` is its last event's hash; `record` the digest of the record that the journal ends with,
    empty while it has not ended. `decided` is what the session pinned for its run.
    """

    head: str
    record: str
    over: bool
    """Whether the journal has its last event, `ended`."""
    steps: tuple[StepSummary, ...] = ()
    decisions: tuple[Decision, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    decided: dict[str, Any] = field(default_factory=dict)
    clock: str = ""
    """How the machine's clock was set back meanwhile."""
    private: bool = False
    """Whether its runbook is a private one."""
    result: str = ""
    """What came of it, as the runbook says it in the end."""
    named: dict[str, Any] = field(default_factory=dict)
    """The parameters that name its run, where they were left to their defaults."""

    @property
    def work(self) -> Work:
        """How much of it was automatic."""
        return count_work(newest_steps(self.steps))

    def to_dict(self) -> dict[str, Any]:
        """The same as what JSON can hold; what is unusual is there where it is so."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self)))
        found["decisions"] = [without_unusual(one.to_dict()) for one in self.decisions]
        return without_unusual(found)


def without_unusual(said: dict[str, Any]) -> dict[str, Any]:
    """What is said, without what is unusual and not so."""
    return {name: value for name, value in said.items() if name not in UNUSUAL or value}


def summarise(events: Sequence[Event]) -> SessionSummary:
    """What one session's events come to, however far it got."""
    first = events[0].said if events else {}
    last = events[-1].said if events else {}
    opened = said_by(events, "opened")
    steps = summarise_steps(events)
    return SessionSummary(
        session=text(last, "session"),
        runbook=text(opened, "runbook") or text(opened, "command"),
        run=text(last, "run"),
        operator=text(last, "operator"),
        host=text(opened, "host"),
        profile=text(opened, "profile"),
        outcome=session_outcome(events, steps),
        started=text(first, "time"),
        ended=text(last, "time"),
        library=text(opened, "library"),
        runbook_commit=text(opened, "runbook_commit"),
        head=events[-1].hash if events else "",
        record=text(said_by(events, "ended"), "record"),
        over=any(event.kind == "ended" for event in events),
        steps=steps,
        decisions=tuple(map(as_decision, filter(is_decision, events))),
        parameters=dict(opened.get("parameters") or {}),
        decided=decided(events),
        clock="; ".join(text(event.said, "clock") for event in events if "clock" in event.said),
        private=opened.get("private") is True,
        gone=", ".join(gone(events)),
        waived=", ".join(waived(events, steps)),
        result=result(events),
        named=dict(said_by(events, "named").get("parameters") or {}),
    )


def decided(events: Sequence[Event]) -> dict[str, Any]:
    """What a session has pinned for its run, by name: what it is about, and what was decided."""
    named = {
        text(e.said, "name"): e.said["value"]
        for e in events
        if e.kind == "decided" and "value" in e.said
    }
    return {**(said_by(events, "pinned").get("decided") or {}), **named}


def result(events: Sequence[Event]) -> str:
    """What came of a session, as its runbook says it, or who abandoned the run and why."""
    abandoned = said_by(events, "abandoned")
    if abandoned:
        return f"abandoned by {text(abandoned, 'by')}: {text(abandoned, 'reason')}"
    return text(said_by(events, "closed"), "result")


def gone(events: Sequence[Event]) -> list[str]:
    """The gates that a session's notebook had lost, each once."""
    lost = [event.said.get("gates") or () for event in events if event.kind == "gates_gone"]
    return [*dict.fromkeys(str(name) for names in lost for name in names)]


def waived(events: Sequence[Event], steps: Sequence[StepSummary]) -> list[str]:
    """The checks that were let pass, and have not held since, each once."""
    numbers = {step.number for step in newest_steps(steps) if step.outcome == "waived"}
    let = [e.said for e in events if e.kind == "outcome" and e.said.get("number") in numbers]
    return [*dict.fromkeys(text(said, "gate") or text(said, "step") for said in let)]


def session_outcome(events: Sequence[Event], steps: Sequence[StepSummary]) -> str:
    """What a session came to: done, abandoned, planned, waiting, refused, failed or unknown."""
    kinds = {event.kind for event in events}
    if said_by(events, "opened").get("command") in DECIDING:
        return "done" if any(map(is_decision, events)) else "refused"
    if "abandoned" in kinds:
        return "abandoned"
    if "closed" in kinds:
        return "done"
    if "planned" in kinds:
        return "planned"
    if steps and steps[-1].outcome in OPEN:
        return steps[-1].outcome
    if unsettled(list(events)) or said_by(events, "recovered").get("unknown"):
        return "unknown"
    return text(said_by(events, "stopped"), "outcome") or unmended(steps)


def unmended(steps: Sequence[StepSummary]) -> str:
    """The newest trouble that no later carrying-out of the same step has mended; else waiting."""
    troubles = [step for step in newest_steps(steps) if step.outcome in OPEN]
    return max(troubles, key=lambda step: step.number).outcome if troubles else "waiting"


def newest_steps(steps: Sequence[StepSummary]) -> list[StepSummary]:
    """The last carrying-out of each step, in the order of their first."""
    return [*{(step.step, str(step.arguments)): step for step in steps}.values()]


def summarise_steps(events: Sequence[Event]) -> tuple[StepSummary, ...]:
    """Each carrying-out of a step, in their order."""
    return tuple(summarise_step(number, found) for (_, number), found in by_step(events).items())


def by_step(events: Iterable[Event]) -> dict[tuple[str, int], dict[str, Event]]:
    """The events of each carrying-out of a step by their kinds, by its session and number."""
    found: dict[tuple[str, int], dict[str, Event]] = {}
    for event in events:
        if event.kind in ("started", "intent", "outcome"):
            found.setdefault(place(event), {})[event.kind] = event
    return found


def summarise_step(number: int, found: dict[str, Event]) -> StepSummary:
    """One carrying-out of a step, from its events by their kinds."""
    began = found["started"].said if "started" in found else {}
    said = {**began, **(found["intent"].said if "intent" in found else {})}
    said |= found["outcome"].said if "outcome" in found else {}
    return StepSummary(
        step=text(said, "step"),
        number=number,
        outcome=text(said, "outcome") or "unknown",
        announced=text(said, "announced"),
        detail=text(said, "detail"),
        link=text(said, "link"),
        seconds=float(said.get("seconds") or 0),
        started=text(began, "time"),
        arguments=dict(began.get("arguments") or {}),
    )


def said_by(events: Sequence[Event], kind: str) -> dict[str, Any]:
    """What the newest event of a kind says; nothing where there is none."""
    return next((event.said for event in reversed(events) if event.kind == kind), {})


def text(said: dict[str, Any], name: str) -> str:
    """What an event says under a name, as text; empty where it says nothing."""
    value = said.get(name)
    return "" if value is None else str(value)
