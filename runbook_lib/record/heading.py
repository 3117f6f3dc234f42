"""The first cell of a record: what session it is of, and what that came to."""

import re
from collections.abc import Iterator

from runbook_lib.journal.events import canonical
from runbook_lib.journal.summary import SessionSummary
from runbook_lib.notebook.reference import Reference
from runbook_lib.policy.questions import words_of
from runbook_lib.policy.visible import one_line

SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#|~!&$])")
"""What Markdown would take for something else than itself."""
PRIVATE = "Private: this may name what is not public yet; it is kept apart from other records."
"""The first line of what a private run leaves."""


def heading(summary: SessionSummary, reference: Reference) -> str:
    """The head of a record, in Markdown."""
    rows = [f"| {name} | {plain(value)} |" for name, value in facts(summary, reference) if value]
    title = plain(summary.run or summary.runbook)
    above = [PRIVATE, ""] if summary.private else []
    return "\n".join([*above, f"# Record of {title}", "", "| | |", "|---|---|", *rows])


def facts(summary: SessionSummary, reference: Reference) -> Iterator[tuple[str, str]]:
    """What a record's head says."""
    names = ("runbook", "run", "session", "operator", "host", "profile", "outcome", "result")
    for name in names:
        yield name, str(getattr(summary, name))
    yield from (("started", summary.started), ("ended", summary.ended))
    yield "clock", summary.clock
    yield "library", summary.library
    yield "commit of the runbook", commit_of(summary, reference)
    yield "gates that the notebook had lost", summary.gone
    yield "waived", summary.waived
    # In the order that a journal keeps, so that a record can be rebuilt byte for byte.
    for name, value in sorted(summary.parameters.items()):
        yield f"parameter {name}", written(value)


def commit_of(summary: SessionSummary, reference: Reference) -> str:
    """The commit that the executed cells are compared with, in words where there is none."""
    if reference.path is None and not summary.runbook_commit:
        return "none: no notebook was found"
    commit = reference.commit or summary.runbook_commit
    changed = "; the file had been changed since" if reference.changed else ""
    return f"{commit or 'none: the notebook is not in git'}{changed}"


def written(value: object) -> str:
    """A parameter's value as text."""
    return value if isinstance(value, str) else canonical_text(value)


def canonical_text(value: object) -> str:
    """A value in JSON's words."""
    return canonical({"": value})[4:-1]


def decision_lines(summary: SessionSummary) -> list[str]:
    """Each decision as a line of a list, in Markdown."""
    return [
        f"- {one.time}: {words_of(one.kind).noun} {plain(one.gate)}, **{one.verb}** by "
        f"{plain(one.by)} "
        f"({plain(one.how)}, from {plain(one.host)}), digest `{one.digest}`"
        + (f": {plain(one.why)}" if one.why else "")
        for one in summary.decisions
    ]


def plain(text: str) -> str:
    """A text from outside as one line that Markdown shows as it is."""
    return SPECIAL.sub(r"\\\1", one_line(text))
