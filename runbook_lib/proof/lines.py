"""The lines under a cell that say what a step came to: each is that of a step of this cell."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from runbook_lib.display.lines import GLYPHS, StepLine
from runbook_lib.journal.summary import SessionSummary, StepSummary
from runbook_lib.proof.chain import of
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Commit
from runbook_lib.proof.own_version import is_ours
from runbook_lib.record.weaving import step_line

SIGN = rf"[{''.join(map(re.escape, sorted(set(GLYPHS.values()))))}]"
LINE = re.compile(rf"{SIGN} (?P<outcome>{'|'.join(GLYPHS)}) +(?P<text>.*?) +\d+\.\d s$", re.DOTALL)
"""The first line of what a step shows (see `display.StepLine`)."""
BADGE = re.compile(rf"<b\b[^>]*>\s*{SIGN} (?P<outcome>{'|'.join(GLYPHS)})\s*</b>")
"""The same, where it is shown as HTML."""
TOOK = re.compile(r"\d+\.\d s(?=</span>)")
SHOWN = 120


def check_lines(commit: Commit, summary: SessionSummary, cell: dict[str, Any]) -> Iterator[Finding]:
    """What a cell's outputs say of steps is what the journal says of this cell's."""
    numbers = {step.get("number") for step in steps_of(cell)}
    steps = [step for step in summary.steps if step.number in numbers]
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        texts = ["".join(data.get(kind, "")) for kind in ("text/plain", "text/html")]
        said = said_by(*texts)
        if said and not any(shows(summary, step, *texts) for step in steps):
            known = ", ".join(f"{one.outcome} {step_line(one).headline[:SHOWN]!r}" for one in steps)
            name = cell["metadata"]["runbook"].get("cell", "")
            expected = f"under the cell {name}, as in the journal: {known or 'no step at all'}"
            yield of(commit, "notebook", expected, said)


def steps_of(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps that a cell's metadata tells of."""
    return list(cell["metadata"].get("runbook", {}).get("steps", ()))


def said_by(plain: str, html: str) -> str:
    """What an output says of a step, in words; empty where it is not about one."""
    line, badge = LINE.match(plain.partition("\n")[0]), BADGE.search(html)
    words = [f"{line['outcome']} {line['text'][:SHOWN]!r}"] if line else []
    return ", ".join([*words, *([f"{badge['outcome']} as HTML"] if badge else [])])


def shows(summary: SessionSummary, step: StepSummary, plain: str, html: str) -> bool:
    """Whether an output is what a step shows; older records have no gate in its name."""
    shown = step_line(step)
    without = StepLine(replace(shown.report, gate=""))
    return any(is_shown(summary, step, one, plain, html) for one in (shown, without))


def is_shown(
    summary: SessionSummary, step: StepSummary, shown: StepLine, plain: str, html: str
) -> bool:
    """Whether an output is that line, as text and as HTML; times are rounded."""
    lines = [LINE.match(text.partition("\n")[0]) for text in (str(shown), plain)]
    if not all(lines) or lines[0].groups() != lines[1].groups():  # type: ignore[union-attr]
        return False
    if is_ours(summary):
        return not html or TOOK.sub("", html) == TOOK.sub("", shown.html())
    badge = BADGE.search(html)
    return badge is None or badge["outcome"] == step.outcome
