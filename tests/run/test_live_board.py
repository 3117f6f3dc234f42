"""A board that somebody looks on is kept by a thread of its own, beside the cells."""

from pathlib import Path

import pytest

from runbook_lib.display.output import PASSING
from tests.engine.opened import ACT, CLOSE, JOIN, OPEN, PARAMETERS, WORKS
from tests.recorder.front import Front, start_front, write_notebook

CELLS = ("# Practice", PARAMETERS, OPEN, f"{JOIN}\n{WORKS}", ACT, CLOSE)
READS_SLOWLY = """
import threading, time
from runbook_lib.run.read_board import ReadBoard
has_read = threading.Event()
def read(board, read=ReadBoard.read):
    found = read(board)
    if threading.current_thread().name == "board":
        has_read.set()
        time.sleep(1)
    return found
ReadBoard.read = read
"""
HAS_READ = "has_read.clear()\nassert has_read.wait(30)"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a runbook."""
    write_notebook(tmp_path / "practice.ipynb", *CELLS)
    (tmp_path / "again").touch()
    return tmp_path


def test_what_the_thread_has_read_before_the_end_is_not_shown_after_it(folder: Path) -> None:
    home = {"RUNBOOK_HOME": str(folder / "home"), "RUNBOOK_CONFIG": ""}
    with start_front(folder, JPY_SESSION_NAME=str(folder / "practice.ipynb"), **home) as front:
        front.allow_stdin = True
        for cell in (READS_SLOWLY, *CELLS[1:5], HAS_READ, CLOSE, "time.sleep(2)"):
            reply = front.run(cell)[-1]["content"]
            assert reply["status"] == "ok", reply
        assert "✔ DONE" in boards(front)[-1]


def boards(front: Front) -> list[str]:
    """The boards that were shown, as text, oldest first."""
    shown = [message["content"] for message in front.got if "display" in message["msg_type"]]
    return [
        one["data"]["text/plain"]
        for one in shown
        if one.get("transient", {}).get("display_id", "").startswith(PASSING)
    ]
