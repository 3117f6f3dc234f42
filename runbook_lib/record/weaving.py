"""Weaves the record: what was executed, in its order, between the lines of the runbook."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from runbook_lib.display.lines import StepLine
from runbook_lib.journal.events import Event
from runbook_lib.journal.summary import SessionSummary, StepSummary, summarise
from runbook_lib.notebook.reference import Reference
from runbook_lib.policy.plural import ordinal, plural
from runbook_lib.policy.visible import visible
from runbook_lib.record.cells import Cell, code, difference, fenced, markdown
from runbook_lib.record.heading import decision_lines, heading
from runbook_lib.record.matching import Match, match
from runbook_lib.record.transcript import Execution
from runbook_lib.steps.report import Report

FORMAT = 1
"""The version of what stands under `runbook` in the record's metadata."""
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
STATUSES = {"ok": "done", "error": "failed", "continued": "continued", "running": "running"}
"""What the kernel's word for an execution's end is called in the record."""


def weave(
    reference: Reference, executions: Sequence[Execution], events: Sequence[Event]
) -> dict[str, Any]:
    """The record of a session as a notebook: its `events` are those of its own journal."""
    told = [event for event in events if event.kind != "ended"]
    summary = summarise(told)
    matches = match(reference, executions)
    ran = [one for one in matches if one.execution.kind != "aborted"]
    aborted = {one.place for one in matches} - {one.place for one in ran}
    body = Body(reference, ran, aborted, StepsByCell(told, summary)).cells()
    if not executions:
        body = without_executions(summary)
    said = {name: value for name, value in summary.to_dict().items() if name not in LATER}
    return {
        "cells": [markdown("head", heading(summary, reference), kind="head"), *body],
        "metadata": {
            "kernelspec": KERNEL,
            "language_info": {"name": "python"},
            "runbook": {**said, "format": FORMAT, "notebook": notebook_said(reference)},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


LATER = ("record", "over")
"""What a session's summary says of the record itself, which can't stand in it."""


def notebook_said(reference: Reference) -> dict[str, Any]:
    """Which version of the runbook the cells are compared with."""
    return {
        "commit": reference.commit,
        "digest": reference.digest,
        "changed": reference.changed,
    }


def without_executions(summary: SessionSummary) -> list[Cell]:
    """The record of a session outside of a kernel: its steps and decisions."""
    steps = "\n".join(str(step_line(step)) for step in summary.steps)
    parts = (("Steps", fenced(steps)), ("Decisions", "\n".join(decision_lines(summary))))
    return [
        markdown(title.lower(), f"## {title}\n\n{text}", kind=title.lower())
        for title, text in parts
        if text and getattr(summary, title.lower())
    ]


class StepsByCell:
    """The steps of a session, each by the execution in which it came to its outcome."""

    def __init__(self, events: Sequence[Event], summary: SessionSummary) -> None:
        self.events = events
        self.by_number = {step.number: step for step in summary.steps}
        self.settled = {event.said["number"] for event in events if event.kind == "outcome"}

    def of(self, execution: Execution) -> list[StepSummary]:
        """The steps that ended in an execution, and those that never did and began in it."""
        if execution.kind != "cell":
            return []
        return self.among(self.events[execution.first_event : execution.last_event])

    def among(self, events: Iterable[Event]) -> list[StepSummary]:
        """The steps that ended, or began and never ended, with one of the events."""
        return [
            self.by_number[event.said["number"]]
            for event in events
            if event.kind == "outcome"
            or (event.kind == "started" and event.said["number"] not in self.settled)
        ]

    def unknown(self, steps: Iterable[StepSummary]) -> list[StepSummary]:
        """Those of the steps of which nobody knows what they came to."""
        return [step for step in steps if step.number not in self.settled]


class Body:
    """The cells of a record behind its head."""

    def __init__(
        self,
        reference: Reference,
        ran: Sequence[Match],
        aborted: set[int | None],
        steps: StepsByCell,
    ) -> None:
        self.reference = reference
        self.ran = ran
        self.aborted = aborted
        self.steps = steps
        self.executed = {match.place for match in ran if match.place is not None}
        self.told: set[int] = set()

    def cells(self) -> list[Cell]:
        """All of them: what was executed in its order, what was not at its place."""
        cells: list[Cell] = []
        for one in self.ran:
            if one.place is not None and one.place not in self.told:
                cells += self.left_before(one.place)
                cells += self.prose_of(one.place)
            cells += self.executed_cell(one)
        cells += self.unplaced_steps()
        return [*cells, *self.left_before(len(self.reference.cells))]

    def left_before(self, place: int) -> list[Cell]:
        """The cells of the runbook above a place that were never run and not told of yet."""
        first = max((done for done in self.executed if done < place), default=-1)
        cells: list[Cell] = []
        for at in range(first + 1, place):
            if at in self.told:
                continue
            if self.reference.cells[at].type == "code":
                cells += [*self.prose_of(at), *self.left_cell(at)]
        return cells + (self.tail() if place == len(self.reference.cells) else [])

    def tail(self) -> list[Cell]:
        """The runbook's prose below its last code cell."""
        left = range(self.last_code + 1, len(self.reference.cells))
        return [self.prose(at) for at in left]

    @property
    def last_code(self) -> int:
        """The place of the last code cell."""
        places = (at for at, cell in enumerate(self.reference.cells) if cell.type == "code")
        return max(places, default=-1)

    def prose_of(self, place: int) -> list[Cell]:
        """The prose right above a code cell, which is told of from now on."""
        self.told.add(place)
        first = place
        while first and self.reference.cells[first - 1].type != "code":
            first -= 1
        return [self.prose(at) for at in range(first, place)]

    def prose(self, at: int) -> Cell:
        """A cell of the runbook's prose."""
        return markdown(f"prose-{at}", self.reference.cells[at].source, kind="prose")

    def left_cell(self, at: int) -> list[Cell]:
        """A code cell that never ran, and the word that says so."""
        cell = self.reference.cells[at]
        marks = ["not run", *(["aborted"] if at in self.aborted else [])]
        why = ": a cell before it had failed" if at in self.aborted else ""
        said = {"status": "not run", "marks": marks, "cell": cell.id or str(at), "steps": []}
        return [
            markdown(f"mark-left-{at}", f"**Not run**{why}", kind="mark"),
            code(f"left-{at}", cell.source, said),
        ]

    def executed_cell(self, one: Match) -> list[Cell]:
        """One execution: what was unusual about it, the cell, and what it left unknown."""
        execution, steps = one.execution, self.steps.of(one.execution)
        said = {
            "status": status_of(execution),
            "marks": list(one.marks),
            "started": execution.started,
            "ended": execution.ended,
            "order": execution.order,
            "cell": self.name_of(one),
            "steps": [step_said(step) for step in steps],
        }
        name = f"run-{execution.order}"
        lines = [*self.mark_lines(one)]
        above = [markdown(f"mark-{execution.order}", "\n\n".join(lines), kind="mark")]
        cell = code(name, execution.source, said, execution.count, execution.outputs)
        running = execution.status == "running"
        below = [] if running else unknown_cell(execution.order, self.steps.unknown(steps))
        return [*(above if lines else []), cell, *below]

    def name_of(self, one: Match) -> str:
        """The id of an execution's cell: the runbook's, else the front end's."""
        if one.place is None:
            return one.execution.cell
        return self.reference.cells[one.place].id or str(one.place)

    def mark_lines(self, one: Match) -> Iterator[str]:
        """What a reader is told above a cell."""
        execution = one.execution
        texts = {
            "before the run": "**Before the run was opened**: output not recorded",
            "outside": "**Outside of any cell**: shown by a widget, or by a thread",
            "parameters": "**Parameters** given for this run",
            "not in the runbook": "**Not in the runbook**",
            "again": f"**Run again** ({ordinal(one.time)} time)",
            "out of order": "**Out of order**: a cell below it in the runbook had run already",
            "died": "**? unknown**: the kernel ended while this cell ran",
            "under way": "**Under way** when this was written",
            "continued": "**Goes on in the next session**: the run was opened again in this cell",
            "not complete": f"**Not complete**: {plural(execution.lost, 'output')} could not be "
            f"recorded ({execution.why})",
        }
        yield from (texts[mark] for mark in one.marks if mark in texts)
        if "changed" in one.marks and one.place is not None:
            yield "**Changed** against the committed runbook:"
            yield difference(self.reference.cells[one.place].source, execution.source)

    def unplaced_steps(self) -> list[Cell]:
        """What is unknown of steps that began outside of every recorded cell."""
        placed = {step.number for one in self.ran for step in self.steps.of(one.execution)}
        left = self.steps.unknown(self.steps.by_number.values())
        return unknown_cell(0, [step for step in left if step.number not in placed])


def status_of(execution: Execution) -> str:
    """What an execution came to: done, failed, unknown, running, continued, not recorded."""
    if execution.kind == "before":
        return "not recorded"
    return STATUSES.get(execution.status, "unknown")


def step_said(step: StepSummary) -> dict[str, Any]:
    """What a cell's metadata says of one of its steps."""
    return {"step": step.step, "number": step.number, "outcome": step.outcome}


def unknown_cell(order: int, steps: Sequence[StepSummary]) -> list[Cell]:
    """The cell that says which steps were under way when the session died; none without."""
    text = "\n".join(f"? unknown   {step.announced or step.title}" for step in steps)
    return [markdown(f"unknown-{order}", fenced(visible(text)), kind="unknown")] if steps else []


def step_line(step: StepSummary) -> StepLine:
    """A step as it showed itself."""
    return StepLine(
        Report(
            step.step,
            step.outcome,  # type: ignore[arg-type]
            announced=step.announced,
            detail=step.detail,
            link=step.link,
            seconds=step.seconds,
            gate=str(step.arguments.get("gate") or ""),
        )
    )
