"""What came of a session, in one line: as its runbook says it, or how far it got."""

from collections.abc import Sequence

from runbook_lib.display.lines import SIGNS
from runbook_lib.journal.summary import OPEN, SessionSummary, StepSummary, newest_steps
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import one_line

SHOWN = 100
"""So many characters of what a run waits for are shown: all of it stands above."""


def result_line(
    outcome: str, runbook: str, summary: SessionSummary | None, *, place: str = "", why: str = ""
) -> str:
    """What came of a session that came to an outcome: under which heading it stopped, and why."""
    name = (summary and (summary.run or summary.runbook)) or runbook
    steps = newest_steps(summary.steps) if summary else []
    if outcome == "abandoned":
        said = summary.result if summary else outcome
    elif outcome == "done":
        said = done(summary.result if summary else "", steps)
    elif outcome == "planned":
        said = planned(steps)
    else:
        said = stopped(outcome, steps, place, why)
    waived = summary.waived if summary else ""
    said += f"; waived: {waived}" if waived else ""
    return one_line(f"{SIGNS[outcome]} {name}: {said}")


def done(result: str, steps: Sequence[StepSummary]) -> str:
    """What the runbook itself says that came of it; not where a step of it came to no good end."""
    troubled = [f"{step.title} {step.outcome}" for step in steps if step.outcome in OPEN]
    if troubled:
        return f"closed, though not all is done: {', '.join(troubled)}"
    return result or f"done, {plural(len(steps), 'step')}"


def planned(steps: Sequence[StepSummary]) -> str:
    """How much would be done."""
    left = sum(step.outcome == "planned" for step in steps)
    return (
        f"nothing was changed; {left} of {plural(len(steps), 'step')} would still have to be done"
    )


def stopped(outcome: str, steps: Sequence[StepSummary], place: str, why: str) -> str:
    """Where it stopped, what it waits for, and how much it has changed before."""
    made = sum(step.outcome == "done" for step in steps)
    parts = (
        outcome,
        f" at “{place}”" if place else "",
        f": {first_clause(why)}" if why and outcome == "waiting" else "",
        f"; {plural(made, 'change')} made before that" if made else "",
    )
    return "".join(parts)


def first_clause(why: str) -> str:
    """What is missing, without what to do about it."""
    clause = why.partition("\n")[0].partition(";")[0]
    return clause if len(clause) <= SHOWN else f"{clause[:SHOWN]}…"
