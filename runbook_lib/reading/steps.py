"""The steps of a run, or of a session, as rows of a table."""

from collections.abc import Iterator

from runbook_lib.display.lines import StepLine
from runbook_lib.reading.finding import Found
from runbook_lib.reading.lines import sign
from runbook_lib.reading.times import duration, local
from runbook_lib.record.weaving import step_line
from runbook_lib.steps.report import words

HEADS = ("session", "started", "outcome", "step", "found", "took", "link")
TAIL = 6
"""So many last characters of a session's name tell it from the run's others."""


def rows(found: Found) -> Iterator[tuple[str, ...]]:
    """Each carrying-out of a step; of a session that can't be read, why."""
    for session in found.sessions:
        if session.problem:
            yield (session.name[-TAIL:], "", sign("unknown"), "", session.problem, "", "")
            continue
        for step in session.summary.steps:
            line = step_line(step)
            yield (
                session.name[-TAIL:],
                local(step.started),
                sign(step.outcome),
                words(step.step),
                headline(line),
                duration(step.seconds),
                step.link,
            )


def headline(line: StepLine) -> str:
    """What a step announced, or found, or why it stopped, on one line."""
    detail = line.report.detail.strip().partition("\n")[0]
    announced = line.report.announced
    return f"{announced}: {detail}" if announced and detail else announced or detail
