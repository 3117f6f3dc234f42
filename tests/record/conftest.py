"""A practice runbook, a data folder of its own, and sessions of it by real papermill."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.journal.session import JOURNAL, folders_of
from tests.record.practice import DESK, HALT
from tests.release.world import stop_worlds

ROOT = Path(__file__).resolve().parent.parent.parent
MACHINES = Path(__file__).parent / "machines"
"""What gives a machine its own name."""
RUNBOOK = "from runbook_lib.cli import main; main()"
WITHIN = 120.0
CELLS = (
    (
        "",
        'subject: str = "1.0"  # what it is about\nprofile: str = "sandbox"  # the profile\n'
        "plan: bool = False  # only say what would be done",
    ),
    (
        "## Open the run",
        'from runbook_lib import open_run\n\nrun = open_run("practice", parameters=globals())\nrun',
    ),
    (
        "## Stand at the desk",
        "from tests.record.practice import halt, open_desk\n\ndesk = open_desk(run, subject)",
    ),
    (
        "## The cup",
        'halt("cell start")\nprint("before the cup")\ncup = desk.put("cup")\n'
        'print("after the cup", flush=True)\nhalt("cell end")',
    ),
    ("## The plate", 'plate = desk.put("plate")\nplate'),
    ("## Close", "run.close()"),
)


def write_notebook(path: Path, cells: Any = CELLS) -> Path:
    """A runbook of (prose, code) pairs."""
    made: list[dict[str, Any]] = [cell("markdown", "title", "# Practice\n\nPuts things on a desk.")]
    for number, (prose, code) in enumerate(cells, start=1):
        if prose:
            made.append(cell("markdown", f"prose-{number}", prose))
        made.append(cell("code", f"code-{number}", code))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}}
    whole = {"cells": made, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(whole))
    return path


def cell(kind: str, name: str, source: str) -> dict[str, Any]:
    """One cell of a notebook; the first code cell is that of the parameters."""
    tags = {"tags": ["parameters"]} if name == "code-1" else {}
    code = {"outputs": [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": name, "metadata": tags, "source": source, **code}


@dataclass(frozen=True)
class Practice:
    """A machine with a practice runbook: its data folder, its desk, and commands on it."""

    folder: Path
    notebook: Path
    home: Path
    desk: Path

    def environment(self, halt: str = "", **more: str) -> dict[str, str]:
        """The environment of each command: a person's, in which ipykernel captures as it does."""
        outside = {name: os.environ[name] for name in os.environ if name != "PYTEST_CURRENT_TEST"}
        path = os.pathsep.join([str(MACHINES), str(ROOT), os.environ.get("PYTHONPATH", "")])
        given = {"RUNBOOK_HOME": str(self.home), DESK: str(self.desk), "PYTHONPATH": path}
        given["PRACTICE_MACHINE"] = self.folder.name
        return {**outside, **given, HALT: halt, **more}

    def start(self, *arguments: str, halt: str = "", **more: str) -> subprocess.Popen[str]:
        """Begin a session by papermill."""
        command = [sys.executable, "-m", "papermill", str(self.notebook), str(self.output)]
        return subprocess.Popen(
            [*command, "--no-progress-bar", *arguments],
            env=self.environment(halt, **more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=self.folder,
            start_new_session=True,
        )

    @property
    def output(self) -> Path:
        """Where papermill writes its own notebook."""
        return self.folder / "out.ipynb"

    def run(self, *arguments: str, **more: str) -> str:
        """A whole session by papermill; what it said."""
        with self.start(*arguments, **more) as papermill:
            said = end_of(papermill)
        assert papermill.returncode == 0, said
        return said

    def command(self, *arguments: str, status: int = 0, **more: str) -> str:
        """What a `runbook` command prints; it must end with that status."""
        done = subprocess.run(
            [sys.executable, "-c", RUNBOOK, *arguments],
            env=self.environment(**more),
            capture_output=True,
            text=True,
            cwd=self.folder,
            timeout=WITHIN,
        )
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def asked(self, *arguments: str, status: int = 0) -> Any:
        """What a `runbook` command answers as JSON."""
        return json.loads(self.command(*arguments, "--json", status=status))

    def halted(self) -> int:
        """The process of the kernel that has stopped at its point."""
        halted = self.desk / "halted"
        wait_for(lambda: halted.exists() and halted.read_text())
        process = int(halted.read_text())
        halted.unlink()
        return process

    @property
    def sessions(self) -> list[Path]:
        """The folders of the sandbox's sessions, oldest first."""
        found = folders_of(self.home / "sandbox" / "sample")
        return sorted((path for path in found if (path / JOURNAL).exists()), key=lambda p: p.name)


def wait_for(seen: Any) -> None:
    """Wait until something is to be seen."""
    limit = time.monotonic() + WITHIN
    while not seen():
        assert time.monotonic() < limit, "it never came to be seen"
        time.sleep(0.02)


def end_of(papermill: subprocess.Popen[str]) -> str:
    """What papermill said until its end; with its kernel, it is ended if that does not come."""
    try:
        return papermill.communicate(timeout=WITHIN)[0]
    except subprocess.TimeoutExpired:
        os.killpg(papermill.pid, signal.SIGKILL)
        raise


def end(process: int, how: signal.Signals = signal.SIGKILL) -> None:
    """Send a signal to one process of ours."""
    os.kill(process, how)


def gone(process: int) -> bool:
    """Whether a process has ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.fixture
def practice(tmp_path: Path) -> Iterator[Practice]:
    """A machine with a practice runbook."""
    desk = tmp_path / "desk"
    desk.mkdir()
    notebook = write_notebook(tmp_path / "practice.ipynb")
    made = Practice(tmp_path, notebook, tmp_path / "home", desk)
    yield made
    stop_worlds(made.home)
