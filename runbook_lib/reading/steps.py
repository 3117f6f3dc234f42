"""The steps of a run, or of a session, as rows of a table."""

from collections.abc import Iterator

from runbook_lib.policy.durations import duration
from runbook_lib.reading.finding import Found
from runbook_lib.reading.lines import sign
from runbook_lib.reading.times import local
from runbook_lib.record.weaving import step_line

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
            yield (
                session.name[-TAIL:],
                local(step.started),
                sign(step.outcome),
                step.title,
                step_line(step).report.said.partition("\n")[0],
                duration(step.seconds),
                step.link,
            )
