"""A record's notebook against its journal: no step is called what the journal does not call it."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from runbook_lib.journal.events import Event, canonical
from runbook_lib.journal.summary import SessionSummary, summarise
from runbook_lib.notebook.reference import Reference
from runbook_lib.policy.json_text import read_json
from runbook_lib.proof.chain import of
from runbook_lib.proof.finding import Finding
from runbook_lib.proof.history import Commit
from runbook_lib.proof.lines import check_lines, steps_of
from runbook_lib.proof.own_version import is_ours
from runbook_lib.record.heading import heading
from runbook_lib.record.weaving import LATER

SHOWN = 120


def check_notebook(commit: Commit, events: Sequence[Event], record: bytes) -> Iterator[Finding]:
    """What the notebook says of the session and of each step is what the journal says."""
    summary = summarise([event for event in events if event.kind != "ended"])
    ended = {event.said["number"] for event in events if event.kind == "outcome"}
    try:
        notebook = read_json(record)
        cells = list(notebook["cells"])
        yield from check_said(commit, summary, notebook["metadata"]["runbook"])
        yield from check_cells(commit, summary, cells)
        for cell in cells:
            yield from check_status(commit, cell, ended)
            yield from check_lines(commit, summary, cell)
        yield from check_head(commit, summary, notebook)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        yield of(commit, "notebook", "a notebook as the recorder writes it", f"another: {error!r}")


def check_said(commit: Commit, summary: SessionSummary, said: dict[str, Any]) -> Iterator[Finding]:
    """What the notebook's metadata says of the session, and of its steps one by one."""
    wanted = {name: value for name, value in summary.to_dict().items() if name not in LATER}
    names = told_names(summary, wanted, said)
    for name in sorted(names - {"steps"}):
        if name not in said or wanted[name] != said[name]:
            yield differs(commit, name, wanted[name], said.get(name))
    yield from check_steps(commit, summary, wanted["steps"], said.get("steps", []))


def told_names(summary: SessionSummary, wanted: dict[str, Any], said: dict[str, Any]) -> set[str]:
    """What a notebook says: all of it, unless another version of the library has written it."""
    return set(wanted) if is_ours(summary) else set(wanted) & set(said)


def check_steps(
    commit: Commit,
    summary: SessionSummary,
    wanted: list[dict[str, Any]],
    said: list[dict[str, Any]],
) -> Iterator[Finding]:
    """Each step as the notebook's metadata has it: none more, none less, none otherwise."""
    by_number = {step["number"]: step for step in said}
    for step in wanted:
        found = by_number.pop(step["number"], None)
        if found is None:
            yield missing(commit, step)
            continue
        for name in sorted(told_names(summary, step, found)):
            if name not in found or step[name] != found[name]:
                yield differs(commit, f"{name} of {named(step)}", step[name], found.get(name))
    for number, step in by_number.items():
        found_text = f"step {number} ({step.get('step')}), {step.get('outcome')}"
        yield of(commit, "notebook", "no step that the journal has not", found_text)


def check_cells(
    commit: Commit, summary: SessionSummary, cells: list[dict[str, Any]]
) -> Iterator[Finding]:
    """Each step under the cell that carried it out."""
    steps = [step for cell in cells for step in steps_of(cell)]
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


def check_status(commit: Commit, cell: dict[str, Any], ended: set[int]) -> Iterator[Finding]:
    """No cell is called done that has a step which never came to an outcome."""
    said = cell["metadata"].get("runbook", {})
    for step in steps_of(cell):
        if said.get("status") == "done" and step.get("number") not in ended:
            expected = f"the cell of {named(step)}, which has no outcome in the journal, not done"
            yield of(commit, "notebook", expected, f"the cell {said.get('cell')} called done")


def check_head(
    commit: Commit, summary: SessionSummary, notebook: dict[str, Any]
) -> Iterator[Finding]:
    """The head of the record, where this version of the library has written it."""
    if not is_ours(summary):
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
