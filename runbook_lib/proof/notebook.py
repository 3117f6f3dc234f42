"""A record's notebook against its journal: no step is called what the journal does not call it."""

import json
import re
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from runbook_lib.display import GLYPHS
from runbook_lib.events import Event, canonical
from runbook_lib.heading import heading
from runbook_lib.proof.chain import of
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Commit
from runbook_lib.reference import Reference
from runbook_lib.summary import SessionSummary, StepSummary, summarise
from runbook_lib.weaving import LATER, step_line

LINE = re.compile(
    rf"[{''.join(map(re.escape, sorted(set(GLYPHS.values()))))}] "
    rf"(?P<outcome>{'|'.join(GLYPHS)}) +(?P<text>.*?) +\d+\.\d s$",
    re.DOTALL,
)
"""The first line under a cell that says what a step came to (see `display.StepLine`)."""
SHOWN = 120


def check_notebook(commit: Commit, events: Sequence[Event], record: bytes) -> Iterator[Finding]:
    """What the notebook says of the session and of each step is what the journal says."""
    try:
        notebook = json.loads(record)
        said, cells = notebook["metadata"]["runbook"], list(notebook["cells"])
        steps = [step for cell in cells for step in steps_of(cell)]
        shown = [(cell, line) for cell in cells for line in lines_of(cell)]
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        yield of(commit, "notebook", "a notebook as the recorder writes it", f"another: {error!r}")
        return
    summary = summarise([event for event in events if event.kind != "ended"])
    yield from check_said(commit, summary, said)
    yield from check_cells(commit, summary, cells, steps)
    for cell, line in shown:
        yield from check_line(commit, summary, cell, line)
    yield from check_head(commit, summary, notebook)


def steps_of(cell: dict[str, Any]) -> list[dict[str, Any]]:
    """The steps that a cell's metadata tells of."""
    return list(cell["metadata"].get("runbook", {}).get("steps", ()))


def lines_of(cell: dict[str, Any]) -> Iterator[re.Match[str]]:
    """The lines under a cell that say what a step came to."""
    for output in cell.get("outputs", ()):
        data = output.get("data", {})
        first = "".join(data.get("text/plain", "")).partition("\n")[0]
        found = LINE.match(first) if "text/html" in data else None
        if found:
            yield found


def check_said(commit: Commit, summary: SessionSummary, said: dict[str, Any]) -> Iterator[Finding]:
    """What the notebook's metadata says of the session, and of its steps one by one."""
    wanted = {name: value for name, value in summary.to_dict().items() if name not in LATER}
    for name in sorted(set(wanted) & set(said) - {"steps"}):
        if wanted[name] != said[name]:
            yield differs(commit, name, wanted[name], said[name])
    yield from check_steps(commit, wanted["steps"], said.get("steps", []))


def check_steps(
    commit: Commit, wanted: list[dict[str, Any]], said: list[dict[str, Any]]
) -> Iterator[Finding]:
    """Each step as the notebook's metadata has it: none more, none less, none otherwise."""
    by_number = {step["number"]: step for step in said}
    for step in wanted:
        found = by_number.pop(step["number"], None)
        if found is None:
            yield missing(commit, step)
            continue
        for name in sorted(set(step) & set(found)):
            if step[name] != found[name]:
                yield differs(commit, f"{name} of {named(step)}", step[name], found[name])
    for number, step in by_number.items():
        found_text = f"step {number} ({step.get('step')}), {step.get('outcome')}"
        yield of(commit, "notebook", "no step that the journal has not", found_text)


def check_cells(
    commit: Commit,
    summary: SessionSummary,
    cells: list[dict[str, Any]],
    steps: list[dict[str, Any]],
) -> Iterator[Finding]:
    """Each step under the cell that carried it out."""
    journal = {step.number: step for step in summary.steps}
    for step in steps:
        known = journal.get(step.get("number", 0))
        if known is None or known.step != step.get("step"):
            expected = "no step under a cell that the journal has not"
            yield of(commit, "notebook", expected, f"{named(step)}, {step.get('outcome')}")
        elif known.outcome != step.get("outcome"):
            yield differs(commit, f"outcome of {named(step)}", known.outcome, step.get("outcome"))
    told = {step.get("number") for step in steps}
    if tells_all(cells):
        for number, known in journal.items():
            if number not in told and known.outcome != "unknown":
                yield missing(commit, vars(known), "under any cell")


def tells_all(cells: list[dict[str, Any]]) -> bool:
    """Whether all that the kernel executed is in the record, each output with its cell."""
    said = [cell["metadata"].get("runbook", {}) for cell in cells if cell["cell_type"] == "code"]
    ran = [one for one in said if one.get("status") not in ("not run", None)]
    apart = {"not complete", "outside"}
    return bool(ran) and not any(apart & set(one.get("marks", ())) for one in ran)


def check_line(
    commit: Commit, summary: SessionSummary, cell: dict[str, Any], line: re.Match[str]
) -> Iterator[Finding]:
    """A step's line under a cell is that of a step of this cell, as the journal has it."""
    numbers = {step.get("number") for step in steps_of(cell)}
    steps = [step for step in summary.steps if step.number in numbers]
    if any(shows(step, line) for step in steps):
        return
    known = ", ".join(f"{step.outcome} {headline(step)!r}" for step in steps) or "no step at all"
    found = f"{line['outcome']} {line['text'][:SHOWN]!r}"
    name = cell["metadata"]["runbook"].get("cell", "")
    yield of(commit, "notebook", f"under the cell {name}, as in the journal: {known}", found)


def shows(step: StepSummary, line: re.Match[str]) -> bool:
    """Whether a line is that of a step."""
    wanted = LINE.match(str(step_line(step)).partition("\n")[0])
    return bool(wanted) and wanted.groups() == line.groups()  # type: ignore[union-attr]


def headline(step: StepSummary) -> str:
    """What a step's line says beside its outcome."""
    return step_line(step).headline[:SHOWN]


def check_head(
    commit: Commit, summary: SessionSummary, notebook: dict[str, Any]
) -> Iterator[Finding]:
    """The head of the record, where this version of the library has written it."""
    if summary.library != version("runbook-kit"):
        return
    said = notebook["metadata"]["runbook"].get("notebook", {})
    commit_of, changed = str(said.get("commit", "")), bool(said.get("changed"))
    known = [Reference(path, commit=commit_of, changed=changed) for path in (None, Path())]
    heads = ["".join(cell["source"]) for cell in notebook["cells"] if cell.get("id") == "head"]
    wanted = [rows(heading(summary, one)) for one in known]
    if [rows(head) for head in heads] not in [[one] for one in wanted]:
        yield differs(commit, "head", wanted[1], rows(heads[0]) if heads else None)


def rows(head: str) -> list[str]:
    """The lines of a head: parameters stand in it in their order, or by their names."""
    return sorted(head.splitlines())


def named(step: dict[str, Any]) -> str:
    """A step by its number and name."""
    return f"step {step.get('number')} ({step.get('step')})"


def missing(commit: Commit, step: dict[str, Any], where: str = "") -> Finding:
    """The finding for a step that only the journal has."""
    place = f" {where}" if where else ""
    expected = f"{named(step)}, {step['outcome']}, as the journal has it"
    return of(commit, "notebook", expected, f"no such step{place} in the notebook")


def differs(commit: Commit, name: str, wanted: object, found: object) -> Finding:
    """The finding for what notebook and journal say differently."""
    texts = canonical({"": wanted})[4:-1], canonical({"": found})[4:-1]
    start = next((i for i, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), 0)
    first = max(0, start - SHOWN // 3)
    cut = [f"{'…' if first else ''}{text[first : first + SHOWN]}" for text in texts]
    return of(commit, "notebook", f"{name} {cut[0]}, as in the journal", cut[1])
