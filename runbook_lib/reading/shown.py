"""The cells of a record as they are read: what kind they are, what they came to, their texts."""

from collections.abc import Iterable
from dataclasses import asdict
from hashlib import sha256
from typing import Any

from runbook_lib.archive.sessions import KeptSession
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import printed


@frozen
class Output:
    """One output of a cell: its texts by their media types."""

    texts: dict[str, str]

    @property
    def plain(self) -> str:
        """What a terminal can show of it."""
        for kind in ("text/plain", "text/markdown", "text/latex", "application/json"):
            if self.texts.get(kind):
                return printed(self.texts[kind])
        return f"({', '.join(sorted(self.texts))})" if self.texts else ""


@frozen
class ShownCell:
    """A cell of a record: `kind` is code, or what sort of text it is (prose, mark, unknown …).

    `status` of a code cell is done, failed, unknown, not run, not recorded, continued or running;
    `marks` say what was unusual about it; times are ISO texts.
    """

    kind: str
    source: str
    status: str = ""
    marks: tuple[str, ...] = ()
    order: int | None = None
    started: str = ""
    ended: str = ""
    outputs: tuple[Output, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON can hold it, the outputs as text."""
        return asdict(self) | {"outputs": [output.plain for output in self.outputs]}


def read_cells(session: KeptSession) -> list[ShownCell]:
    """The cells of a session's record; none where it has no record.

    What was under way in a session that died is unknown. Raises `Failed` for what is no notebook.
    """
    notebook = session.record() or {"cells": []}
    died = session.state == "died"
    return [read_cell(cell, died=died) for cell in notebook["cells"]]


def read_cell(cell: dict[str, Any], *, died: bool) -> ShownCell:
    """One cell, as the notebook has it."""
    said = mapping(mapping(cell.get("metadata")).get("runbook"))
    source = joined(cell["source"])
    if cell.get("cell_type") != "code":
        return ShownCell(str(said.get("kind") or "prose"), source)
    status = str(said.get("status") or "not recorded")
    return ShownCell(
        "code",
        source,
        "unknown" if died and status == "running" else status,
        tuple(map(str, listed(said.get("marks")))),
        said.get("order"),
        str(said.get("started") or ""),
        str(said.get("ended") or ""),
        tuple(read_outputs(map(mapping, listed(cell.get("outputs"))))),
    )


def read_outputs(outputs: Iterable[dict[str, Any]]) -> list[Output]:
    """The outputs of a cell; the texts that one stream was sent in are one."""
    found: list[Output] = []
    stream = ""
    for output in outputs:
        name = str(output.get("name", "")) if output.get("output_type") == "stream" else ""
        texts = texts_of(output)
        if name and name == stream:
            found[-1] = Output({"text/plain": found[-1].texts["text/plain"] + texts["text/plain"]})
        else:
            found.append(Output(texts))
        stream = name
    return found


def texts_of(output: dict[str, Any]) -> dict[str, str]:
    """The texts of one output by their media types."""
    if output.get("output_type") == "stream":
        return {"text/plain": joined(output.get("text"))}
    if output.get("output_type") == "error":
        said = f"{output.get('ename')}: {output.get('evalue')}"
        lines = listed(output.get("traceback")) or [said]
        return {"text/plain": "\n".join(map(str, lines))}
    return {kind: joined(value) for kind, value in mapping(output.get("data")).items()}


def joined(value: object) -> str:
    """A text that a notebook may keep as a list of lines."""
    return "".join(map(str, value)) if isinstance(value, list) else str(value or "")


def listed(value: object) -> list[Any]:
    """What ought to be a list, as one; empty where it is something else."""
    return value if isinstance(value, list) else []


def mapping(value: object) -> dict[str, Any]:
    """What ought to be an object, as one; empty where it is something else."""
    return value if isinstance(value, dict) else {}


def doubts(session: KeptSession) -> list[str]:
    """What a reader of a session must know before they believe its record."""
    state = STATES.get(session.state, "")
    return [text for text in (state, against_its_journal(session)) if text]


STATES = {
    "alive": "It is at work now: this is how far it had come.",
    "died": "It died: runbook recover closes its record and archives it.",
    "ended": "It is not in the archive yet: runbook recover puts it there.",
    "elsewhere": "It had not ended when it was last seen: this is how far it had come.",
}


CHANGED = "Its record is not the one that its journal ends with: runbook verify says what is wrong."


def against_its_journal(session: KeptSession) -> str:
    """What is wrong with the record, if it is not the one with which the journal ends."""
    expected = session.summary.record
    if not expected:
        return ""
    if session.written_record is None:
        return "Its record is gone: runbook verify says what else is."
    found = sha256(session.written_record).hexdigest()
    return "" if found == expected else CHANGED
