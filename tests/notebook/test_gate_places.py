"""Which gates stand above what a cell does, as the runbook has them."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from runbook_lib.notebook.gate_places import GatePlaces, Position, gates_gone, known_gates
from runbook_lib.notebook.reference import Reference, ReferenceCell, read_reference

CELLS = (
    "run = open_run('x', parameters=globals())",
    "entry = run.write()",
    "first = run.approve('changelog', entry, title='T')\ncommit = tree.commit(entry)",
    "pushed = tree.push(commit)",
    "run.prepare()\nsecond = run.approve('unreviewed', merge, title='T')\nrun.publish()",
    "run.close()",
)


def places(cells: Sequence[str] = CELLS) -> GatePlaces:
    return GatePlaces([ReferenceCell("code", source) for source in cells])


def above(cell: int | None, line: int, source: str | None = None) -> list[str]:
    found = CELLS[cell] if source is None and cell is not None else source or ""
    return [gate.name for gate in places().above(Position(cell, line, found))]


@pytest.mark.parametrize(
    ("cell", "line", "wanted"),
    [
        (1, 1, []),
        (2, 1, ["changelog"]),
        (2, 2, ["changelog"]),
        (3, 1, ["changelog"]),
        (4, 1, ["changelog"]),
        (4, 3, ["changelog", "unreviewed"]),
        (4, 0, ["changelog", "unreviewed"]),
        (5, 1, ["changelog", "unreviewed"]),
    ],
)
def test_the_gates_of_the_cells_and_lines_above(cell: int, line: int, wanted: list[str]) -> None:
    assert above(cell, line) == wanted


def test_a_gate_that_was_taken_out_of_its_cell_still_stands_there() -> None:
    assert above(2, 1, "commit = tree.commit(entry)") == ["changelog"]
    assert above(4, 2, "run.prepare()\nrun.publish()") == ["changelog", "unreviewed"]


def test_a_cell_of_ones_own_stands_where_the_runbook_does_what_it_does() -> None:
    assert above(None, 1, "entry = run.write(); print(entry)") == []
    assert above(None, 1, "tree.push(commit)") == ["changelog"]
    assert above(1, 1, "entry = run.write()\ntree.push(entry)") == ["changelog"]
    assert above(None, 1, "run.publish()") == ["changelog"]
    assert above(3, 1, "entry = run.write()") == ["changelog"]
    first = places(("look()\nrun.approve('first', 1, title='T')", "act()"))
    assert first.above(Position(None, 1, "look()")) == ()


def test_a_cell_of_the_runbook_that_calls_nothing_stands_where_it_is() -> None:
    cells = ("run.approve('first', 1, title='T')", "n = 1 \n", "run.approve('last', 1, title='T')")
    for source in ("n = 1", cells[1], "n = 1\n\n"):
        assert [gate.name for gate in places(cells).above(Position(1, 1, source))] == ["first"]
    names = [gate.name for gate in places(cells).above(Position(1, 1, "n = 2"))]
    assert names == ["first", "last"]


def test_a_cell_that_nobody_knows_stands_behind_every_gate() -> None:
    assert above(None, 1, "everything()") == ["changelog", "unreviewed"]
    assert above(None, 0, "") == ["changelog", "unreviewed"]


def test_a_name_that_is_computed_is_a_gate_too() -> None:
    cells = ("for host in hosts:\n    run.approve(f'deploy-{host}', host, title='T')", "go()")
    assert [gate.name for gate in places(cells).above(Position(1, 1, "go()"))] == [""]
    assert [gate.name for gate in places(("run.approve(7, host, title='T')",)).gates] == [""]


@pytest.mark.parametrize(
    "source",
    [
        "%time first = run.approve('changelog', 1, title='T')",
        "!ls\nfirst = run.approve('changelog', 1, title='T')",
        "if away:\n    %cd the desk\nfirst = run.approve('changelog', 1, title='T')",
        "run.approve(title='T', subject=1, gate='changelog')",
    ],
)
def test_a_gate_is_found_however_it_is_written(source: str) -> None:
    assert places((source,)).names == ("changelog",)


def test_the_gates_of_a_cell_come_in_the_order_of_their_lines() -> None:
    cell = "if late:\n    run.approve('a', 1, title='T')\nrun.approve('b', 1, title='T')"
    assert places((cell,)).names == ("a", "b")


def test_what_is_no_python_and_what_is_only_said_is_no_gate() -> None:
    assert places(("first = run.approve('changelog'", "# run.approve('x')")).names == ()
    assert GatePlaces([ReferenceCell("markdown", "run.approve('x')")]).names == ()


def notebook(path: Path, *cells: str) -> Path:
    written = [{"cell_type": "code", "source": cell, "metadata": {}} for cell in cells]
    path.write_text(json.dumps({"cells": written, "metadata": {}}))
    return path


def test_a_working_copy_that_has_lost_a_gate_is_known_by_its_runbook(tmp_path: Path) -> None:
    mine = notebook(tmp_path / "x.ipynb", *CELLS)
    copy = notebook(tmp_path / "copy.ipynb", *CELLS[:2], *CELLS[3:])
    cells = tuple(ReferenceCell("code", cell) for cell in CELLS)
    for commit in ("", "4f2c81d09"):
        reference = Reference(mine, cells, commit)
        assert gates_gone(reference, copy, "x") == ["changelog"]
        assert gates_gone(reference, mine, "x") == []
        assert gates_gone(reference, None, "x") == []
    assert gates_gone(Reference(None, cells, ""), copy, "x") == []


def test_a_notebook_outside_git_is_held_against_the_runbook_of_its_name(tmp_path: Path) -> None:
    mine = notebook(tmp_path / "live_push.ipynb", "run.approve('qa', tags, of='QA', title='T')")
    reference = read_reference(mine)
    assert gates_gone(reference, mine, "live_push") == ["blockers", "monitoring"]
    assert gates_gone(reference, mine, "mine") == []


def test_the_gates_of_the_runbook_of_those_beside_it_and_of_ours_are_known(tmp_path: Path) -> None:
    notebook(tmp_path / "beside.ipynb", "run.approve('beside', 1, title='T')")
    cells = (ReferenceCell("code", "run.approve('own', 1, title='T')"),)
    known = known_gates(Reference(tmp_path / "own.ipynb", cells, ""))
    assert {"own", "beside", "blockers", "monitoring"} <= known
    assert "beside" not in known_gates(Reference(None, cells, ""))


@pytest.mark.parametrize(
    "source",
    [
        "first = run.approve('changelog', entry, title='T')  # is it right?",
        "%time first = run.approve('changelog', entry, title='T')",
        "!ls\nfirst = run.approve('changelog', entry, title='T')  # is it right?",
        "first = run.approve(\n    'changelog',  # which one?\n    entry, title='T')",
    ],
)
def test_a_question_in_a_comment_hides_no_gate(source: str) -> None:
    assert places(["entry = run.write()", source, "push()"]).names == ("changelog",)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("run.by_hand('Restart the replica')", "restart-the-replica"),
        ("run.by_hand(title='Restart it', good='x')", "restart-it"),
        ("run.by_hand('Restart it', name='again')", "again"),
        ("run.by_hand(f'Restart {host}', name='again')", "again"),
        ("run.by_hand(f'Restart {host}')", ""),
        ("run.by_hand('Restart it', name=host)", ""),
    ],
)
def test_a_step_by_hand_is_placed_like_a_gate(call: str, name: str) -> None:
    found = places(("pass", f"done = {call}", "act()"))
    assert [(gate.name, gate.cell, gate.by_hand) for gate in found.gates] == [(name, 1, True)]
    assert [gate.name for gate in found.above(Position(2, 1, "act()"))] == [name]
    assert found.by_hand == {name}
