"""Small runbooks, and papermill as a process that can be sent a signal."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from tests.forking.started import interruptible

OPENS = (
    "def open_here():\n"
    "    from runbook_lib import open_release\n"
    "    return open_release('release', parameters=globals())"
)
"""What makes a notebook a runbook; nothing is opened by it."""
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
LIMIT = 60.0
"""Seconds that anything here is waited for at most."""

WriteNotebook = Callable[..., Path]


def write_notebook(path: Path, *cells: str, parameters: str = "", runbook: bool = True) -> Path:
    """A notebook of those code cells; one that begins with # is prose, a title."""
    notebook = new_notebook(metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    if parameters:
        tagged = new_code_cell(parameters, metadata={"tags": ["parameters"]})
        notebook.cells.append(tagged)
    if runbook:
        notebook.cells.append(new_code_cell(OPENS))
    for cell in cells:
        make = new_markdown_cell if cell.startswith("#") else new_code_cell
        notebook.cells.append(make(cell))
    nbformat.write(notebook, path)
    return path


@dataclass(frozen=True)
class Papermill:
    """papermill's command line in a folder of its own, with the notebook `in.ipynb`."""

    folder: Path

    @property
    def output(self) -> Path:
        return self.folder / "out.ipynb"

    def write(self, *cells: str, parameters: str = "", runbook: bool = True) -> None:
        path = self.folder / "in.ipynb"
        write_notebook(path, *cells, parameters=parameters, runbook=runbook)

    def start(self, *options: str, output: str = "out.ipynb", **variables: str) -> Any:
        code = "from papermill.cli import papermill; papermill()"
        command = [
            sys.executable,
            "-P",
            "-c",
            code,
            "in.ipynb",
            output,
            "--no-progress-bar",
            *options,
        ]
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, **variables},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=interruptible,
        )

    def run(self, *options: str, **variables: str) -> "Ended":
        return end(self.start(*options, **variables))

    def interrupted(self, *signals: int, **variables: str) -> "Ended":
        """Send signals as soon as a cell has written `ready`, then wait for the end."""
        process = self.start(**variables)
        wait_for(self.folder / "ready")
        for number in signals:
            process.send_signal(number)
        return end(process)

    def read(self) -> Any:
        return nbformat.read(self.output, as_version=4)

    def statuses(self) -> list[str]:
        """The statuses of the code cells, without the one that makes it a runbook."""
        return statuses(self.read())


@dataclass(frozen=True)
class Ended:
    """What a process came to."""

    status: int
    said: str
    output: str


def end(process: Any) -> Ended:
    output, said = process.communicate(timeout=LIMIT)
    return Ended(process.returncode, said, output)


def statuses(notebook: Any) -> list[str]:
    return [
        cell.metadata.papermill["status"]
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source != OPENS
    ]


def notes(notebook: Any) -> list[str]:
    """What was put between the cells for whoever opens the file."""
    tag = "papermill-error-cell-tag"
    return [cell.source for cell in notebook.cells if tag in cell.metadata.get("tags", [])]


def text_of(notebook: Any) -> str:
    """Everything that a cell has printed."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return "".join(output.get("text", "") for output in outputs)


def wait_for(path: Path) -> None:
    wait_until(path.exists, f"{path.name} to be written")


def wait_until(holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + LIMIT
    while not holds():
        assert time.monotonic() < deadline, f"waited for {what} for {LIMIT} s"
        time.sleep(0.02)


def is_alive(process: int) -> bool:
    """Whether a process that is no child of ours is there and no zombie."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def journal_of(home: Path, session: str) -> list[dict[str, Any]]:
    [path] = home.glob(f"**/{session}/journal.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def papermill(tmp_path: Path) -> Iterator[Papermill]:
    yield Papermill(tmp_path)
