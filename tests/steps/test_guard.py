"""No step changes anything while a gate that stands above it is not passed."""

from collections.abc import Generator, Sequence

import pytest

from runbook_lib.display.lines import StepLine
from runbook_lib.display.table import summary
from runbook_lib.errors import Refused, Waiting
from runbook_lib.journal.decision import Decision
from runbook_lib.journal.journal import digest
from runbook_lib.notebook.gate_places import GatePlaces, Position
from runbook_lib.notebook.reference import ReferenceCell
from runbook_lib.steps.gate import Gates
from runbook_lib.steps.guard import GateGuard
from runbook_lib.steps.question import Question
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.step import step
from tests.conftest import MakeRunner
from tests.steps.test_gate import Somebody

CELLS = ("shelf.put('cup')", "run.approve('cups', cup, title='T')", "shelf.put('plate')")


class Shelf:
    def __init__(self, runner: Runner) -> None:
        self.runner = runner
        self.things: list[str] = []

    @step
    def put(self, thing: str) -> Generator[str, None, str]:
        if thing in self.things:
            return thing
        yield f"put {thing}"
        self.things.append(thing)
        return ""


class Notebook:
    """A runbook whose cells are run in any order."""

    def __init__(
        self, runner: Runner, *, verdict: str = "", cells: tuple[str, ...] = CELLS
    ) -> None:
        self.at = Position()
        approver = Somebody(verdict) if verdict else None
        self.gates = Gates(runner, approver=approver, position=lambda: self.at)
        self.guard = GateGuard(
            self.gates, GatePlaces([ReferenceCell("code", cell) for cell in cells])
        )
        runner.guard = self.guard
        self.shelf = Shelf(runner)
        self.cells = cells

    def put(self, thing: str, cell: int | None) -> str:
        source = "" if cell is None else self.cells[cell]
        self.at = Position(cell, 1, source)
        return self.shelf.put(thing)

    def ask(self, subject: str = "a cup", gate: str = "cups") -> None:
        self.at = Position(1, 1, self.cells[1])
        self.gates.approve(gate, subject, title="T")


def test_what_closes_a_run_stands_behind_the_gates_above_its_own_cell(
    make_runner: MakeRunner,
) -> None:
    notebook = Notebook(make_runner(), cells=(*CELLS, "run.abandon('why')"))
    assert notebook.guard.above_call("abandon") == {"cups": None}
    assert notebook.guard.above_call("close") == {}
    first = Notebook(make_runner(), cells=("run.abandon('why')", *CELLS))
    assert first.guard.above_call("abandon") == {}


def test_what_stands_above_a_gate_is_free_and_what_stands_below_is_not(
    make_runner: MakeRunner,
) -> None:
    notebook = Notebook(make_runner())
    notebook.put("cup", 0)
    with pytest.raises(Refused, match="expected the gate cups, which stands above this"):
        notebook.put("plate", 2)
    with pytest.raises(Waiting):
        notebook.ask()
    with pytest.raises(Refused, match="is waiting for an approval"):
        notebook.put("plate", 2)
    assert notebook.shelf.things == ["cup"]


def test_what_is_done_already_is_found_all_the_same(make_runner: MakeRunner) -> None:
    notebook = Notebook(make_runner())
    notebook.shelf.things.append("plate")
    assert notebook.put("plate", 2) == "plate"


def test_behind_a_gate_that_is_passed_steps_say_what_they_stand_on(
    make_runner: MakeRunner,
) -> None:
    notebook = Notebook(make_runner(), verdict="approved")
    notebook.ask()
    notebook.put("plate", 2)
    intent = [event for event in notebook.shelf.runner.journal.own if event.kind == "intent"][-1]
    assert list(intent.said["behind"]) == ["cups"]
    assert intent.said["cell"] == 2


@pytest.mark.parametrize("verdict", ["rejected"])
def test_a_rejected_gate_holds(make_runner: MakeRunner, verdict: str) -> None:
    notebook = Notebook(make_runner(), verdict=verdict)
    with pytest.raises(Refused):
        notebook.ask()
    with pytest.raises(Refused, match="is rejected: cups"):
        notebook.put("plate", 2)


def test_a_gate_that_asks_anew_is_void(make_runner: MakeRunner) -> None:
    notebook = Notebook(make_runner(), verdict="approved")
    notebook.ask()
    notebook.gates.approver = None
    with pytest.raises(Waiting):
        notebook.ask("another cup")
    was, now = (digest(cup)[:12] for cup in ("a cup", "another cup"))
    with pytest.raises(Refused) as caught:
        notebook.put("plate", 2)
    void = f"for what was approved ({was}) has changed since (now {now}), and is waiting"
    assert f"found that it is void, {void}" in str(caught.value)


def test_what_was_approved_at_another_gate_makes_none_void(make_runner: MakeRunner) -> None:
    notebook = Notebook(make_runner(), verdict="approved")
    notebook.ask(gate="plates")
    notebook.gates.approver = None
    with pytest.raises(Waiting):
        notebook.ask()
    with pytest.raises(Refused, match="to be passed; found that it is waiting for an approval"):
        notebook.put("plate", 2)


def test_an_approval_of_another_session_is_no_look_at_what_is_there_now(
    make_runner: MakeRunner,
) -> None:
    Notebook(make_runner(), verdict="approved").ask()
    said = "found that it was not asked in this session: run its cell, then this one$"
    with pytest.raises(Refused, match=said):
        Notebook(make_runner()).put("plate", 2)


def test_a_gate_that_needs_nobody_is_passed(make_runner: MakeRunner) -> None:
    notebook = Notebook(make_runner())
    notebook.ask("")
    notebook.put("plate", 2)


def test_a_gate_that_only_an_earlier_session_had_still_holds(make_runner: MakeRunner) -> None:
    with pytest.raises(Waiting):
        Notebook(make_runner()).ask()
    changed = Notebook(make_runner(), cells=("shelf.put('cup')", "pass", "shelf.put('plate')"))
    with pytest.raises(Refused, match="expected the gate cups, .* is waiting for an approval"):
        changed.put("plate", 2)


def test_a_gate_that_is_gone_is_passed_by_what_an_earlier_session_has_approved(
    make_runner: MakeRunner,
) -> None:
    Notebook(make_runner(), verdict="approved").ask()
    changed = Notebook(make_runner(), cells=("shelf.put('cup')", "pass", "shelf.put('plate')"))
    changed.put("plate", 2)
    assert changed.shelf.things == ["plate"]


def test_a_gate_with_a_computed_name_holds_until_its_cell_has_asked(
    make_runner: MakeRunner,
) -> None:
    cells = ("pass", "run.approve(f'cups-{n}', cup, title='T')", "shelf.put('plate')")
    notebook = Notebook(make_runner(), verdict="approved", cells=cells)
    with pytest.raises(Refused, match=r"expected the gate \(its name is computed\), which"):
        notebook.put("plate", 2)
    notebook.ask(gate="cups-1")
    notebook.put("plate", 2)


def test_a_gate_with_a_computed_name_holds_what_stands_below_it(make_runner: MakeRunner) -> None:
    cells = ("shelf.put('cup')", "run.approve(f'cups-{n}', cup, title='T'); shelf.put('plate')")
    notebook = Notebook(make_runner(), cells=cells)
    with pytest.raises(Waiting):
        notebook.ask(gate="cups-1")
    notebook.put("cup", 0)
    with pytest.raises(Refused, match="expected the gate cups-1"):
        notebook.put("plate", 1)


class Board:
    """Where questions are pinned up, by a step; nobody answers there."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def place(self, gate: str) -> str:
        return "https://board.example/1"

    def ask(self, question: Question) -> Sequence[Decision]:
        self.shelf.put(question.gate)
        return ()


@pytest.mark.parametrize("gate", ["'cups'", "f'cups{n}'"])
def test_a_gate_does_not_hold_back_its_own_question(make_runner: MakeRunner, gate: str) -> None:
    cells = ("run.approve('door', door)", f"run.approve({gate}, cup)", "shelf.put('plate')")
    notebook = Notebook(make_runner(), cells=cells)
    notebook.gates.elsewhere = Board(notebook.shelf)
    with pytest.raises(Refused, match="expected the gate door, which stands above this"):
        notebook.ask()
    notebook.at = Position(0, 1, cells[0])
    notebook.gates.approve("door", "", title="T")
    for _ in range(2):
        with pytest.raises(Waiting, match="by a comment on https://board.example/1: approve"):
            notebook.ask()
    assert notebook.shelf.things == ["cups"]
    with pytest.raises(Refused, match="expected the gate cups"):
        notebook.put("plate", 2)


def test_a_gate_that_a_cell_of_ones_own_has_asked_holds_everything(
    make_runner: MakeRunner,
) -> None:
    notebook = Notebook(make_runner())
    with pytest.raises(Waiting):
        notebook.gates.approve("mine", "a cup", title="T")
    with pytest.raises(Refused, match="expected the gate mine"):
        notebook.put("cup", 0)


def test_a_cell_that_nobody_knows_stands_behind_a_gate_that_was_asked(
    make_runner: MakeRunner,
) -> None:
    cells = ("shelf.put('cup')", "run.approve(f'cups-{n}', cup, title='T')")
    notebook = Notebook(make_runner(), cells=cells)
    with pytest.raises(Waiting):
        notebook.ask(gate="cups-1")
    notebook.at = Position(None, 1, "shelf.put('cup')")
    with pytest.raises(Refused, match="expected the gate cups-1"):
        notebook.shelf.put("cup")


def test_a_plan_asks_for_no_gate(make_runner: MakeRunner) -> None:
    notebook = Notebook(make_runner(plan=True))
    assert str(notebook.put("plate", 2)) == "planned, after put"
    assert notebook.shelf.things == []


def test_a_plan_names_each_gate_that_it_does_not_come_to(make_runner: MakeRunner) -> None:
    notebook = Notebook(make_runner(plan=True))
    notebook.ask(subject=notebook.put("plate", 2), gate="plates")  # type: ignore[arg-type]
    [_, report] = notebook.gates.runner.reports
    line = "ask for the approval of plates: T: after put"
    assert StepLine(report).headline == report.said == line
    assert line in str(summary("", [report], ()))


def test_all_gates_have_to_be_passed_in_the_end(make_runner: MakeRunner) -> None:
    notebook = Notebook(make_runner(), verdict="approved")
    assert [line.partition(" ")[0] for line in notebook.guard.not_passed()] == ["cups"]
    notebook.ask()
    assert notebook.guard.not_passed() == []
