"""A session as text in a terminal: its facts, and its record cell by cell."""

from collections.abc import Iterator

from runbook_lib.archive.sessions import KeptSession
from runbook_lib.errors import RunbookError
from runbook_lib.journal.summary import SessionSummary
from runbook_lib.policy.durations import duration
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import one_line, still_visible, visible
from runbook_lib.reading.lines import indented, sign
from runbook_lib.reading.shown import ShownCell, doubts, read_cells
from runbook_lib.reading.times import local, seconds_between
from runbook_lib.record.heading import written
from runbook_lib.record.weaving import step_line

SOURCE_LINES, OUTPUT_LINES = 8, 60
"""So many lines of a cell are shown, where not all are asked for."""
PLAIN = ("before the run", "parameters", "not run", "aborted")
"""Marks that say nothing that the cell's status, or the line above it, does not say."""


def session_text(session: KeptSession, *, full: bool = False) -> Iterator[str]:
    """A session as lines of text; one that is damaged as the line that says so."""
    try:
        yield from facts_text(session)
        cells = read_cells(session)
    except (RunbookError, OSError) as error:
        yield f"✘ session {one_line(session.name)} can't be shown: {one_line(str(error))}"
        return
    if not cells:
        yield from journal_text(session.summary)
    for cell in cells:
        yield from cell_text(cell, full=full)


def facts_text(session: KeptSession) -> Iterator[str]:
    """What session it is, what it came to, and what to know before one believes the rest."""
    summary = session.summary
    yield f"── {one_line(summary.run or summary.runbook)}  {sign(session.outcome)}"
    for name, value in facts(session):
        yield f"   {name:<22} {one_line(value)}"
    yield from (f"!  {visible(doubt)}" for doubt in doubts(session))
    yield ""


def facts(session: KeptSession) -> Iterator[tuple[str, str]]:
    """What is known of a session, by name; what is not is left out."""
    summary = session.summary
    took = duration(seconds_between(summary.started, summary.ended))
    commit = getattr(summary, "runbook_commit", "")
    yield from (
        (name, value)
        for name, value in (
            ("result", summary.result),
            ("session", session.name),
            ("runbook", f"{summary.runbook}{f' at {commit:.12}' if commit else ''}"),
            ("operator", f"{summary.operator} on {summary.host}"),
            ("profile", summary.profile),
            ("gates lost", summary.gone),
            ("waived", summary.waived),
            ("work", str(summary.work) if summary.steps else ""),
            ("private", "yes: kept apart from other records" if session.place.private else ""),
            ("started", f"{local(summary.started)}, took {took}"),
            ("clock", summary.clock),
            ("library", summary.library),
        )
        if value
    )
    given = ((name, written(value)) for name, value in summary.parameters.items())
    yield from ((f"parameter {name}", value) for name, value in given if value)


def journal_text(summary: SessionSummary) -> Iterator[str]:
    """What a journal tells where there is no record: steps and decisions."""
    yield from (str(step_line(step)) for step in summary.steps)
    yield from decisions_text(summary)


def decisions_text(summary: SessionSummary) -> Iterator[str]:
    """The decisions of a session, a line each."""
    for one in summary.decisions:
        reason = f": {one.why}" if one.why else ""
        yield one_line(
            f"{sign(one.verb)}  {one.gate} {one.digest:.12} by {one.by} "
            f"({one.how}, from {one.host}), {local(one.time)}{reason}"
        )


def cell_text(cell: ShownCell, *, full: bool) -> Iterator[str]:
    """A cell as lines of text: ours begin at the margin, those of the record do not."""
    if cell.kind == "head":
        return
    if cell.kind == "code":
        yield from code_text(cell, full=full)
    elif cell.kind in ("mark", "unknown"):
        lines = still_visible(cell.source).split("\n")
        lines = [line for line in lines if not line.startswith("```")]
        yield from (f"!  {line.replace('**', '')}" for line in lines)
    else:
        yield indented(still_visible(cell.source), "   ")
    yield ""


def code_text(cell: ShownCell, *, full: bool) -> Iterator[str]:
    """A cell of code: its state, its source, its outputs."""
    yield state_text(cell)
    source = shortened(still_visible(cell.source), 0 if full else SOURCE_LINES)
    yield indented(source, "   │ ")
    for output in cell.outputs:
        yield indented(shortened(output.plain, 0 if full else OUTPUT_LINES), "   ")


def state_text(cell: ShownCell) -> str:
    """What a cell came to, when, and what was unusual about it, on one line."""
    order = f"[{cell.order}] " if cell.order is not None else "[ ] "
    state = sign(cell.status).strip()
    took = duration(seconds_between(cell.started, cell.ended)) if cell.ended else ""
    when = f"{local(cell.started)}{f', {took}' if took else ''}" if cell.started else ""
    marks = (mark for mark in cell.marks if mark not in PLAIN)
    return one_line(" · ".join(filter(None, [order + state, *marks, when])))


def shortened(text: str, limit: int) -> str:
    """The first lines of a text, and how many more there are; all, where the limit is 0."""
    lines = text.rstrip("\n").split("\n")
    more = len(lines) - limit
    if not limit or more <= 1:
        return "\n".join(lines)
    return "\n".join([*lines[:limit], f"… {plural(more, 'more line')} (--full shows them)"])
