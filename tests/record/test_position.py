"""Where the kernel is in its runbook, by the cells that it has executed."""

from typing import Any

from runbook_lib.notebook.gate_places import Position
from runbook_lib.notebook.reference import Reference, ReferenceCell
from runbook_lib.record.position import Walk

CELLS = ("run = open_run('x')", "push()", "push()", "publish()")


def walk() -> Walk:
    return Walk(Reference(cells=tuple(ReferenceCell("code", source) for source in CELLS)))


def executed(source: str, **names: Any) -> dict[str, Any]:
    """The namespace of a notebook after a cell of it."""
    namespace: dict[str, Any] = dict(names)
    exec(source, namespace)
    return namespace


def test_before_the_first_cell_the_kernel_is_nowhere() -> None:
    assert walk().position({}) == Position(None, 0, "")


def test_the_kernel_is_where_the_runbook_has_the_cell_that_it_executes() -> None:
    kernel = walk()
    for place, source in enumerate(CELLS):
        kernel.begin(source, "")
        assert kernel.position({}) == Position(place, 0, source)


def test_a_cell_is_known_by_its_id_whatever_was_written_into_it() -> None:
    cells = (ReferenceCell("code", "push()", id="a"), ReferenceCell("code", "push()", id="b"))
    kernel = Walk(Reference(cells=cells))
    kernel.begin("something(else_)", "b")
    assert kernel.position({}) == Position(1, 0, "something(else_)")


def test_a_cell_that_the_runbook_has_not_is_in_no_place_of_it() -> None:
    kernel = walk()
    kernel.begin(CELLS[0], "")
    kernel.begin("print('mine')", "")
    assert kernel.position({}) == Position(None, 0, "print('mine')")


def test_a_position_has_the_line_of_the_cell_that_is_executed() -> None:
    kernel = walk()
    kernel.begin("a = 1\nat = look(globals())", "")
    at = executed("a = 1\nat = look(globals())", look=kernel.position)["at"]
    assert at == Position(None, 2, "a = 1\nat = look(globals())")
