"""Where a run stands: what its board shows, from its journal, its session and its runbook."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from runbook_lib.display.board import UNDER_WAY, GateRow, Row
from runbook_lib.journal.course import Carried, newest, outcome_of
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.events import Event
from runbook_lib.notebook.gate_places import GatePlaces
from runbook_lib.notebook.outline import Part, outline, parts_by_cell
from runbook_lib.policy.questions import words_of
from runbook_lib.policy.quorum import Count
from runbook_lib.steps.question import Question, as_question

NOT_NEEDED = "nothing to approve"
"""How the outcome of a gate ends that has nothing to ask."""


@dataclass
class Procedure:
    """The parts of a runbook below the cell that opens its run, and what is carried out in each."""

    places: GatePlaces
    opening: int | None = None
    parts: tuple[Part, ...] = field(init=False)

    def __post_init__(self) -> None:
        opening = -1 if self.opening is None else self.opening
        self.every = outline(self.places.cells)
        self.parts = tuple(part for part in self.every if part.cells[-1] > opening)
        self.by_cell = parts_by_cell(self.every)
        self.by_heading = {part.heading: part for part in reversed(self.every)}

    def heading(self, cell: int | None) -> str:
        """The heading above a cell; empty where there is none."""
        part = self.by_cell.get(-1 if cell is None else cell)
        return part.heading if part else ""

    def ahead(self, cell: int | None) -> str:
        """The heading that a run comes to below a cell; empty where there is none."""
        below = (part.heading for part in self.every if cell is not None and part.cells[0] > cell)
        return next(below, "")

    def part_of(self, step: Carried) -> Part | None:
        """The part that a step is of: by its heading, else by where the runbook calls it first."""
        cell = self.places.first.get(step.gate, self.places.first_calls.get(step.step.step, -1))
        return self.by_heading.get(step.under) or self.by_cell.get(cell)

    def rows(self, steps: Sequence[Carried], session: str, here: str) -> tuple[Row, ...]:
        """The parts with what they came to; `here` is the heading where the session is."""
        of: dict[str, list[Carried]] = {}
        for step in steps:
            part = self.part_of(step)
            of.setdefault(part.heading if part else step.step.title, []).append(step)
        known = {part.heading: part for part in self.parts} or {
            heading: Part(heading, ()) for heading in of
        }
        return tuple(
            as_row(part, of.get(heading, []), session, here=heading == here)
            for heading, part in known.items()
        )


def as_row(part: Part, steps: Sequence[Carried], session: str, *, here: bool) -> Row:
    """A part with what the newest carrying-out of each of its steps came to."""
    last = newest(steps)
    going = any(is_going(one, session) for one in last)
    outcome = UNDER_WAY if going else outcome_of(last)
    seconds = sum(one.step.seconds for one in last)
    return Row(part.number, part.title, outcome, seconds, whose(last, session), here)


def is_going(step: Carried, session: str) -> bool:
    """Whether a step is under way in this very session."""
    return not step.over and step.session == session


def whose(steps: Sequence[Carried], session: str) -> str:
    """Who has carried a part out, and when, where that was in an earlier session alone."""
    if not steps or any(one.session == session for one in steps):
        return ""
    last = max(steps, key=lambda one: one.began)
    when = datetime.fromtimestamp(last.began, UTC)
    return f"{last.operator}, {when:%d %b %H:%M} UTC"


def last_questions(events: Iterable[Event]) -> dict[str, Question]:
    """What each gate of a run has asked last, in whichever session."""
    asked = [event for event in events if event.kind == "asked"]
    newest_last = sorted(asked, key=lambda event: str(event.said["time"]))
    return {event.said["gate"]: as_question(event.said) for event in newest_last}


def gate_row(question: Question, decisions: Sequence[Decision], count: Count) -> GateRow:
    """A gate that has asked: whether it is open, and who has decided, or who has to."""
    if decisions and decisions[-1].verdict == "rejected":
        return GateRow(question.gate, "rejected", said_by(decisions[-1:]))
    if count.enough:
        counted = [one for one in decisions if one.by in count.people]
        return GateRow(question.gate, "approved", said_by(counted))
    words, by = words_of(question.kind), f" by {question.of}" if question.of else ""
    how_far = f" ({count})" if str(count) else ""
    return GateRow(question.gate, "open", f"waits for {words.waits}{by}{how_far}: {question.title}")


def said_by(decisions: Sequence[Decision]) -> str:
    """Who has decided, when the last of them did, and why."""
    last = decisions[-1]
    who = ", ".join(dict.fromkeys(one.by for one in decisions))
    when = f" at {last.time[11:16]} UTC" if last.time else ""
    return f"{last.verb} by {who}{when}" + (f": {last.reason}" if last.reason else "")


def unasked(name: str, steps: Iterable[Carried]) -> GateRow:
    """A gate that has asked nothing: it was not needed, or has not been reached."""
    ends = [one.step.detail for one in steps if one.gate == name and one.over]
    needed = not (ends and ends[-1].endswith(NOT_NEEDED))
    return GateRow(name, "", "" if needed else "is not needed")
