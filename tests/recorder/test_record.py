"""The record as it reads: what ran in which order, beside the runbook as committed."""

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest

from runbook_lib.journal.journal import Journal
from runbook_lib.notebook.reference import Reference, ReferenceCell
from runbook_lib.record.record import Pages, weave, write_record
from runbook_lib.record.transcript import Execution
from tests.recorder.front import Front, Left, opening, outputs, said, write_notebook

CELLS = (
    "# Tides",
    "a = 1",
    "## 1 · Look\nGood: *high*.",
    "look = a + 1",
    "## 2 · Act",
    "act = look * 2\nprint('acted')",
    "## 3 · Look again",
    "print(act + 40)",
    "# The end",
)


@pytest.fixture
def runbook(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "tides.ipynb", *CELLS)


@pytest.fixture
def tides(front: Front, folder: Path, runbook: Path) -> Front:
    """A kernel in which a session of the runbook is open."""
    front.run(opening(folder, runbook))
    return front


def marks(left: Left) -> list[tuple[str, list[str]]]:
    return [("".join(cell["source"]).split("\n")[0], said(cell)["marks"]) for cell in left.code]


def prose(left: Left) -> list[str]:
    """The lines that a reader sees in order: headings, marks, and the first line of each source."""
    return [(cell["source"] or [""])[0].strip() for cell in left.record["cells"][1:]]


def test_a_whole_run_reads_as_the_runbook_does(tides: Front, left: Left) -> None:
    for source in CELLS[1::2]:
        tides.run(source)
    assert prose(left)[2:] == [source.split("\n")[0] for source in CELLS]
    assert marks(left)[1:] == [(source.split("\n")[0], []) for source in CELLS[1::2]]
    head = "".join(left.record["cells"][0]["source"])
    assert "| operator | olive |" in head
    assert "| parameter version | 1.9 |" in head
    assert "| commit of the runbook | none: the notebook is not in git |" in head


def test_cells_out_of_order_run_again_and_left_out_are_shown_as_such(
    tides: Front, left: Left
) -> None:
    for place in (1, 5, 3, 5, 5, 1):
        tides.run(CELLS[place])
    assert marks(left)[1:] == [
        ("a = 1", []),
        ("act = look * 2", []),
        ("look = a + 1", ["out of order"]),
        ("act = look * 2", ["again"]),
        ("act = look * 2", ["again"]),
        ("a = 1", ["again"]),
        ("print(act + 40)", ["not run"]),
    ]
    reading = left.reading()
    assert "**Run again** (2nd time)" in reading
    assert "**Run again** (3rd time)" in reading
    assert "**Out of order**" in reading
    assert "**Not run**" in reading
    assert [said(cell)["status"] for cell in left.code][1:3] == ["done", "failed"]
    assert said(left.code[-1])["status"] == "not run"
    assert reading.count("## 2 · Act") == 1


def test_a_changed_cell_is_shown_with_what_was_changed(tides: Front, left: Left) -> None:
    tides.run("a = 1")
    tides.run("look = a + 100")
    tides.run("import os")
    assert marks(left)[2:4] == [("look = a + 100", ["changed"]), ("import os", NEW)]
    reading = left.reading()
    assert "-look = a + 1\n+look = a + 100" in reading
    assert "**Not in the runbook**" in reading


NEW = ["not in the runbook"]


def test_the_front_ends_cell_id_says_which_cell_it_was(tides: Front, left: Left) -> None:
    tides.run("something_else = 'entirely'", cell="cell-03")
    tides.run("a = 1", cell="cell-01")
    assert [(said(cell)["cell"], said(cell)["marks"]) for cell in left.ran[1:]] == [
        ("cell-03", ["changed"]),
        ("cell-01", ["out of order"]),
    ]


def test_papermills_parameters_are_told_from_cells_that_are_not_in_the_runbook(
    tides: Front, left: Left
) -> None:
    tides.run("a = 1")
    tides.run("# Parameters\nversion = '1.9'\n")
    assert marks(left)[2] == ("# Parameters", ["parameters"])
    assert "**Parameters** given for this run" in left.reading()


def test_the_steps_of_a_cell_stand_in_its_metadata(tides: Front, left: Left) -> None:
    tides.run("session.step('push_tag', 'push 1.9'); session.step('open_pull', outcome='already')")
    tides.run("session.step('merge', outcome='waiting')")
    first, second = left.ran[1:]
    assert said(first)["steps"] == [
        {"step": "push_tag", "number": 1, "outcome": "done"},
        {"step": "open_pull", "number": 2, "outcome": "already"},
    ]
    assert said(second)["steps"] == [{"step": "merge", "number": 3, "outcome": "waiting"}]


def test_the_record_of_a_folder_is_the_one_that_the_kernel_wrote(tides: Front, left: Left) -> None:
    tides.run("print('x'); display(1)")
    tides.run("session.step('push_tag', 'push 1.9'); session.end()")
    written = (left.folder / "record.ipynb").read_bytes()
    assert write_record(left.folder) == left.digest
    assert (left.folder / "record.ipynb").read_bytes() == written
    assert left.events[-1]["record"] == left.digest


def test_a_torn_last_line_is_left_out(tides: Front, left: Left) -> None:
    tides.run("print('whole')")
    tides.kill()
    for name in ("messages.jsonl", "journal.jsonl"):
        with (left.folder / name).open("ab") as file:
            file.write(b'{"kind":"output","text":"to')
    write_record(left.folder)
    assert outputs(left.ran[-1]) == "whole\n"


def test_a_session_outside_of_a_kernel_has_its_steps_and_decisions(
    folder: Path, left: Left
) -> None:
    journal = Journal(folder / "journal.jsonl", session="s1", operator="olive")
    journal.append("opened", command="approve", host="here")
    said = {"gate": "changelog", "digest": "ab12", "by": "mia", "host": "there", "how": "command"}
    journal.append("approved", **said, reason="all | *fixes* are listed")
    journal.close()
    write_record(folder)
    reading = left.reading()
    assert "| runbook | approve |" in reading
    assert (
        "**approved** by mia \\(command, from there\\)" in reading or "by mia (command" in reading
    )
    assert "all \\| \\*fixes\\* are listed" in reading


def test_a_text_from_outside_does_not_change_how_the_record_reads() -> None:
    reference = Reference(None, (ReferenceCell("code", "a = '```'", "x"),))
    execution = Execution("x", 1, source="a = '````\n**? unknown**'", cell="x", status="ok")
    woven = weave(reference, [execution], [])
    nbformat.validate(nbformat.from_dict(woven))
    (mark,) = [cell for cell in woven["cells"] if cell["id"] == "mark-1"]
    assert "".join(mark["source"]).count("`````") == 2


def test_without_a_runbook_no_cell_is_called_foreign() -> None:
    woven = weave(Reference(), [Execution("x", 1, source="a = 1", status="ok")], [])
    assert [cell["metadata"]["runbook"].get("marks") for cell in woven["cells"]] == [None, []]
    assert "none: no notebook was found" in "".join(woven["cells"][0]["source"])


def test_a_record_that_is_written_while_a_cell_runs_calls_that_cell_under_way(
    tides: Front, left: Left
) -> None:
    tides.run("print('x', flush=True)")
    tides.run(
        "from shutil import copy; session.begin('wait'); session.recorder.write()\n"
        "_ = copy(session.journal.path.parent / 'record.ipynb', 'shared.ipynb')"
    )
    shared = (left.folder.parent.parent / "shared.ipynb").read_text()
    assert "**Under way** when this was written" in shared
    assert "? unknown" not in shared
    assert "**Under way**" not in left.reading()


def test_what_is_written_again_is_as_if_it_was_written_for_the_first_time() -> None:
    def notebook(said: str, outputs: list[dict[str, str]]) -> dict[str, Any]:
        first = {"cell_type": "code", "id": "a", "metadata": {"at": said}, "outputs": outputs}
        prose = {"cell_type": "markdown", "id": "b", "source": said}
        return {"cells": [first, prose], "nbformat": 4}

    pages, shown = Pages(), [{"text": "1"}]
    for word, texts in (("x", []), ("x", shown), ("y", shown), ("y", [])):
        written = notebook(word, texts)
        found = b"".join(pages.write(written))
        assert found == b"".join(Pages().write(written))
        assert json.loads(found) == written
