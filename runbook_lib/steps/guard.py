"""Holds back every change while a gate that stands above it is not passed.

A gate is passed in a session that has asked it about what is there now, where enough people have
approved just that. Which gates stand above a change, `gate_places` reads from the runbook.
"""

from collections.abc import Mapping
from typing import Any

from runbook_lib.errors import Refused
from runbook_lib.journal.decision import SHOWN, kind_of
from runbook_lib.journal.journal import Event
from runbook_lib.notebook.gate_places import GatePlaces, Position
from runbook_lib.policy.questions import BY_HAND, GATE, WAIVER, words_of
from runbook_lib.steps.decisions import find_question, is_asked, is_rejected
from runbook_lib.steps.gate import TAKE_OVER, Gates
from runbook_lib.steps.question import NOTHING, Question


class GateGuard:
    """The gates of a session, and where its runbook has them."""

    def __init__(self, gates: Gates, places: GatePlaces) -> None:
        self.gates = gates
        self.places = places

    def __call__(self, besides: str | None = None) -> dict[str, Any]:
        """What stands above what is about to be done; raises `Refused` where it is not passed.

        A step by hand does not stand behind itself: it is named `besides`.
        """
        position = self.gates.position()
        behind = {name: one for name, one in self.above(position).items() if name != besides}
        if self.gates.asking is not None:
            behind.pop(self.gates.asking, None)
        for name, question in behind.items():
            trouble = self.trouble(question)
            if trouble:
                raise Refused(
                    f"expected the {words_of(self.kind(name)).noun} "
                    f"{name or '(its name is computed)'}, which stands above this, to be passed; "
                    f"found that it {trouble}"
                )
        digests = {name: one.digest for name, one in behind.items() if one is not None}
        reach = min(self.places.reach(position), len(self.places.cells))
        return {"behind": digests, "cell": reach}

    @property
    def whole(self) -> dict[str, Question | None]:
        """The gates that the run has to pass before it can be closed."""
        return self.above(Position(len(self.places.cells)))

    def above_call(self, name: str) -> dict[str, Question | None]:
        """The gates above the runbook's own cell that calls `name`; none where no cell does."""
        place = self.places.first_calls.get(name)
        if place is None:
            return {}
        return self.above(Position(place, source=self.places.cells[place].source))

    def above(self, position: Position) -> dict[str, Question | None]:
        """The gates above a position, the runbook's and those that were asked there.

        Each with what it has asked for last; None where it was not asked in this session.
        """
        asked = self.gates.asked
        placed = self.places.above(position)
        cells = {at.cell for _, at in asked.values()}
        computed = [gate for gate in placed if not gate.name and gate.cell not in cells]
        names = [gate.name for gate in placed if gate.name] + [""] * bool(computed)
        there = [name for name, (_, at) in asked.items() if not is_below(at, position)]
        found = {name: asked[name][0] if name in asked else None for name in [*names, *there]}
        return {**found, **self.left_open()}

    def left_open(self) -> dict[str, Question]:
        """The gates that an earlier session asked, and that its runbook, this one, has no more."""
        if not all(gate.name for gate in self.places.gates):
            return {}  # one whose name is computed may be any of them
        known = {*self.places.names, *self.gates.asked, TAKE_OVER}
        journal = self.gates.runner.journal
        asked = {str(one.said["gate"]): kind_of(one) for one in journal.of_runbook() if holds(one)}
        left = {
            name: find_question(journal, name, kind=kind)
            for name, kind in asked.items()
            if name not in known
        }
        return {name: one for name, one in left.items() if not self.is_settled(one)}

    def is_settled(self, question: Question) -> bool:
        """Whether a step by hand that the runbook has no more could not be done: it has changed."""
        return question.kind == BY_HAND and is_rejected(self.gates.decisions(question))

    def kind(self, name: str) -> str:
        """What is called so: a gate, or a step by hand."""
        asked = self.gates.asked.get(name)
        return asked[0].kind if asked else BY_HAND if name in self.places.by_hand else GATE

    def trouble(self, question: Question | None) -> str:
        """What keeps a gate from being passed; empty where it is passed."""
        if question is None:
            return "was not asked in this session: run its cell, then this one"
        decisions = self.gates.decisions(question)
        if is_rejected(decisions):
            return f"is rejected: {decisions[-1]}"
        count = self.gates.count(question, decisions)
        if question.digest == NOTHING or count.enough:
            return ""
        return f"{self.void(question)}{self.gates.missing(question)}"

    def void(self, question: Question) -> str:
        """That something else was approved, where it was."""
        approved = [
            str(event.said["digest"])
            for event in self.gates.runner.journal.events()
            if event.matches("approved", gate=question.gate) and kind_of(event) == question.kind
        ]
        if not approved:
            return ""
        was, now = approved[-1][:SHOWN], question.digest[:SHOWN]
        made = words_of(question.kind).yes
        return f"is void, for what was {made} ({was}) has changed since (now {now}), and "

    def not_passed(self, gates: Mapping[str, Question | None] | None = None) -> list[str]:
        """What keeps each gate of the runbook, or of `gates`, from being passed, if anything."""
        asked = self.whole if gates is None else gates
        troubles = {name: self.trouble(question) for name, question in asked.items()}
        return [f"{name} {trouble}" for name, trouble in troubles.items() if trouble]


def holds(event: Event) -> bool:
    """Whether an event asks what holds all behind it: a check that may be waived does not."""
    return is_asked(event) and kind_of(event) != WAIVER


def is_below(one: Position, other: Position) -> bool:
    """Whether a position is further down in the runbook than another; both have to be known."""
    if one.cell is None or other.cell is None:
        return False
    return (one.cell, one.line) > (other.cell, other.line)
