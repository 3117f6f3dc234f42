"""The record: a notebook of what was really executed, woven from a session's folder."""

import hashlib
import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

from runbook_lib.errors import Failed
from runbook_lib.journal.events import Event, follow
from runbook_lib.journal.journal import sync_folder
from runbook_lib.journal.session import JOURNAL
from runbook_lib.record.messages import MESSAGES, decode
from runbook_lib.record.transcript import Output, Transcript
from runbook_lib.record.weaving import weave

__all__ = [
    "RECORD",
    "Pages",
    "digest",
    "read_whole_events",
    "sources_under_way",
    "store",
    "weave",
    "write_record",
]

RECORD = "record.ipynb"


def write_record(folder: Path) -> str:
    """Weave a session's record from what it left in its folder; its SHA-256, in hex.

    A line that a crash cut off is left out.
    """
    transcript = read_transcript(folder)
    events = read_whole_events(folder / JOURNAL)
    pages = Pages().write(weave(transcript.reference, transcript.executions, events))
    store(folder / RECORD, pages, durably=True)
    return digest(pages)


def read_transcript(folder: Path) -> Transcript:
    """What was executed in a session, as its folder's list of messages tells."""
    messages = folder / MESSAGES
    return Transcript().read(decode(messages.read_bytes()) if messages.exists() else iter(()))


def sources_under_way(folder: Path) -> list[str]:
    """The sources of the cells whose end a session did not come to record."""
    executions = read_transcript(folder).executions
    return [one.source for one in executions if one.kind == "cell" and not one.status]


def read_whole_events(path: Path) -> list[Event]:
    """A journal's events up to the first line that is cut off, or does not follow."""
    events: list[Event] = []
    with suppress(Failed):
        for event in follow(path.read_bytes(), str(path)):
            events.append(event)
    return events


def digest(pages: Iterable[bytes]) -> str:
    """The SHA-256 of a file's pieces, in hex."""
    found = hashlib.sha256()
    for piece in pages:
        found.update(piece)
    return found.hexdigest()


def store(path: Path, pieces: Iterable[bytes], *, durably: bool = False) -> None:
    """Put a file in the place of another as a whole; `durably`, come back when it is on disk."""
    beside = path.with_name(f".{path.name}.new")
    try:
        with open(beside, "wb", opener=as_open_as_its_folder) as file:
            file.writelines(pieces)
            file.flush()
            if durably:
                os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink(missing_ok=True)
        raise
    if durably:
        sync_folder(path.parent)


def as_open_as_its_folder(path: str, flags: int) -> int:
    """Open a file that, where it is new, others may read only if they may read its folder."""
    return os.open(path, flags, 0o666 & Path(path).parent.stat().st_mode)


class Pages:
    """Writes a notebook as JSON; what was written of a cell is kept for the next time."""

    def __init__(self) -> None:
        self.outputs: dict[int, tuple[list[Output], bytes]] = {}
        self.cells: dict[str, tuple[dict[str, Any], bytes]] = {}

    def write(self, notebook: dict[str, Any]) -> list[bytes]:
        """The notebook as its file has it, in pieces: large ones are not copied."""
        outputs, self.outputs = self.outputs, {}
        pieces = [b'{\n"cells": [\n']
        for number, cell in enumerate(notebook["cells"]):
            pieces += [b",\n"] if number else []
            pieces += self.cell(cell, outputs)
        rest = encode({name: value for name, value in notebook.items() if name != "cells"})
        return [*pieces, b"\n],\n", rest[1:].lstrip(), b"\n"]

    def cell(
        self, cell: dict[str, Any], kept: dict[int, tuple[list[Output], bytes]]
    ) -> list[bytes]:
        """One cell; its outputs as they were written before, where they are the same list."""
        outputs = cell.get("outputs")
        if not outputs:
            return [self.rest(cell)]
        known = kept.get(id(outputs))
        written = known[1] if known and known[0] is outputs else encode(outputs)
        self.outputs[id(outputs)] = (outputs, written)
        rest = self.rest({name: value for name, value in cell.items() if name != "outputs"})
        return [rest.rstrip()[:-1].rstrip(), b',\n "outputs": ', written, b"\n}"]

    def rest(self, cell: dict[str, Any]) -> bytes:
        """A cell without its outputs; as it was written before, where it says the same."""
        known = self.cells.get(cell["id"])
        if known is None or known[0] != cell:
            known = self.cells[cell["id"]] = (cell, encode(cell))
        return known[1]


def encode(value: Any) -> bytes:
    """JSON as a notebook's file has it; half a character pair is written as an escape."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    return text.encode(errors="backslashreplace")
