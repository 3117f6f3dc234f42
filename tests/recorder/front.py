"""A front end that keeps every message it is sent, and what a session left in its folder."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

LIMIT = 60.0
"""How long anything may take on a busy machine, in seconds."""
SECRET = "hunter2-and-more/+="

Message = dict[str, Any]


def wait_until(true: Callable[[], object], what: str) -> None:
    """Ask again until it is so; fail with `what` when it takes too long."""
    limit = time.monotonic() + LIMIT
    while not true():
        assert time.monotonic() < limit, f"expected within {LIMIT:g} s: {what}"
        time.sleep(0.01)


@dataclass
class Front:
    """A kernel, and all that it sent."""

    manager: KernelManager
    client: BlockingKernelClient
    got: list[Message] = field(default_factory=list)
    allow_stdin: bool = False
    """Whether somebody is there to answer."""

    def request(self, code: str, *, cell: str = "", silent: bool = False) -> str:
        """Ask for a cell's execution; the request's id."""
        self.client.session.metadata = {"cellId": cell} if cell else {}
        name: str = self.client.execute(code, silent=silent, allow_stdin=self.allow_stdin)
        return name

    def run(self, code: str, *, cell: str = "", silent: bool = False) -> list[Message]:
        """Execute a cell to its end; what it sent, its reply last."""
        return self.wait(self.request(code, cell=cell, silent=silent))

    def wait(self, name: str) -> list[Message]:
        """What a request's cell sent, its reply last."""
        sent = []
        while True:
            message = self.client.get_iopub_msg(timeout=LIMIT)
            self.got.append(message)
            if message["parent_header"].get("msg_id") != name:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
            sent.append(message)
        reply = self.client.get_shell_msg(timeout=LIMIT)
        while reply["parent_header"].get("msg_id") != name:
            reply = self.client.get_shell_msg(timeout=LIMIT)
        self.got.append(reply)
        return [*sent, reply]

    def kill(self) -> None:
        """Kill the kernel as the system does, in the middle of whatever it does."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def end(self) -> None:
        """Shut the kernel down as a front end does."""
        if self.manager.is_alive():
            self.client.stop_channels()
            self.manager.shutdown_kernel()


@contextmanager
def start_front(folder: Path, **environment: str) -> Iterator[Front]:
    """A kernel of its own, with its front end."""
    import os

    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), env={**os.environ, **environment})
    client = manager.blocking_client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=LIMIT)
        yield (front := Front(manager, client))
        front.end()
    finally:
        client.stop_channels()
        if manager.has_kernel:
            manager.shutdown_kernel(now=True)


def opening(folder: Path, notebook: Path | None = None, secrets: tuple[str, ...] = ()) -> str:
    """The source of the cell that opens a session."""
    named = str(notebook) if notebook else None
    hidden = tuple("".join(reversed(secret)) for secret in secrets)
    return (
        "from tests.recorder.opened import open_session\n"
        f"secrets = [text[::-1] for text in {hidden!r}]\n"
        f"session = open_session({str(folder)!r}, {named!r}, secrets)"
    )


@dataclass(frozen=True)
class Left:
    """What a session left in its folder."""

    folder: Path

    @property
    def record(self) -> dict[str, Any]:
        """The record, which is a notebook."""
        found: dict[str, Any] = json.loads((self.folder / "record.ipynb").read_text())
        nbformat.validate(nbformat.from_dict(found))
        return found

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The list of messages."""
        path = self.folder / "messages.jsonl"
        text = path.read_text() if path.exists() else ""
        return [json.loads(line) for line in text.splitlines(keepends=True) if line[-1] == "\n"]

    def shown(self, text: str) -> bool:
        """Whether a cell's output with that text has been recorded."""
        lines = [line for line in self.lines if line["kind"] == "output"]
        return text in json.dumps(lines, ensure_ascii=False)

    @property
    def events(self) -> list[dict[str, Any]]:
        """The journal."""
        return list(map(json.loads, (self.folder / "journal.jsonl").read_text().splitlines()))

    @property
    def ran(self) -> list[dict[str, Any]]:
        """The code cells of the record that were executed, in their order."""
        return [cell for cell in self.code if "order" in cell["metadata"]["runbook"]]

    @property
    def code(self) -> list[dict[str, Any]]:
        """The code cells of the record."""
        return [cell for cell in self.record["cells"] if cell["cell_type"] == "code"]

    @property
    def digest(self) -> str:
        """The hash of the record's bytes."""
        return hashlib.sha256((self.folder / "record.ipynb").read_bytes()).hexdigest()

    def bytes(self) -> bytes:
        """All that the session left."""
        return b"".join(path.read_bytes() for path in self.folder.iterdir() if path.is_file())

    def reading(self) -> str:
        """The record as a person reads it: prose, marks, sources and text outputs."""
        parts = []
        for cell in self.record["cells"]:
            parts.append("".join(cell["source"]))
            parts += map(text_of, cell.get("outputs", []))
        return "\n".join(parts)


def text_of(output: dict[str, Any]) -> str:
    """An output as plain text."""
    data = output.get("data", {}).get("text/plain", output.get("traceback", ""))
    return "".join(output.get("text", data))


def said(cell: dict[str, Any]) -> dict[str, Any]:
    """What the record says of a cell."""
    found: dict[str, Any] = cell["metadata"]["runbook"]
    return found


def outputs(cell: dict[str, Any]) -> str:
    """A cell's outputs as plain text."""
    return "".join(map(text_of, cell["outputs"]))


def write_notebook(path: Path, *cells: str) -> Path:
    """A notebook of these cells: a text that begins with # is prose."""
    made = [
        {
            "cell_type": "markdown" if text.startswith("#") else "code",
            "id": f"cell-{number:02d}",
            "metadata": {},
            "source": text,
            **({} if text.startswith("#") else {"outputs": [], "execution_count": None}),
        }
        for number, text in enumerate(cells)
    ]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    whole = {"cells": made, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(whole))
    return path
