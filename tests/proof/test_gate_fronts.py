"""No front end skips a gate: whatever executes the cells below it, nothing is changed."""

import subprocess
import sys
from pathlib import Path

import pytest

from runbook_lib.journal.journal import digest
from tests.record.conftest import CELLS, Practice, practice, write_notebook
from tests.release.world import start_world

__all__ = ["practice"]

RUN = "practice/tidewatch/1.0"
GATE = ("## The gate", 'run.approve("cups", "a cup and a plate", title="Lay the table")')
NBCLIENT = """
import sys, nbformat
from nbclient import NotebookClient
NotebookClient(nbformat.read(sys.argv[1], 4), allow_errors=True).execute()
"""
KERNEL = """
import sys, nbformat
from jupyter_client.manager import start_new_kernel
manager, client = start_new_kernel()
for cell in nbformat.read(sys.argv[1], 4).cells:
    if cell.cell_type == "code" and "approve" not in cell.source:
        client.execute_interactive(cell.source, timeout=60, stop_on_error=False)
client.stop_channels()
manager.shutdown_kernel()
"""
FRONTS = {
    "papermill": ("-m", "papermill", "--no-progress-bar", "practice.ipynb", "out.ipynb"),
    "nbconvert": ("-m", "nbconvert", "--to=notebook", "--execute", "--allow-errors"),
    "nbval": ("-m", "pytest", "-q", "--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider"),
    "nbclient": ("-c", NBCLIENT),
    "a raw kernel": ("-c", KERNEL),
}
"""How each is called; a notebook's name comes last where it is not there already."""


@pytest.fixture
def gated(practice: Practice) -> Practice:
    """A practice runbook with a gate before its changes, and nobody there to approve."""
    write_notebook(practice.notebook, [*CELLS[:3], GATE, *CELLS[3:]])
    start_world(practice.home / "sandbox" / "sample").set_person("approver", mode="off")
    return practice


def call(practice: Practice, front: str) -> str:
    """Have a front end execute the runbook; what it said."""
    command = [sys.executable, *FRONTS[front]]
    if "practice.ipynb" not in command:
        command.append(practice.notebook.name)
    done = subprocess.run(
        command,
        env=practice.environment(),
        cwd=practice.folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout + done.stderr


def test_nothing_is_changed_below_a_gate_that_nobody_has_passed(gated: Practice) -> None:
    for number, front in enumerate(FRONTS, start=1):
        said = call(gated, front)
        assert laid(gated.desk) == [], f"{front}: {said}"
        assert len(gated.sessions) == number, f"{front} has opened no session: {said}"
    assert "done" not in [one["outcome"] for one in gated.asked("log")]
    asked = (RUN, "cups", "--reason", "as meant", "--digest", digest("a cup and a plate")[:12])
    gated.command("approve", *asked)
    gated.run()
    assert laid(gated.desk) == ["cup", "plate"]


def laid(desk: Path) -> list[str]:
    return sorted(path.name for path in desk.iterdir())
