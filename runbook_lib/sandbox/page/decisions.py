"""What the gates of a world's runs have asked, and what people have answered, wherever they did."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from runbook_lib.sandbox.page import rows
from runbook_lib.sandbox.page.rows import Row
from runbook_lib.sandbox.world.world import World

JOURNALS = "runs/*/*/*/sessions/*/journal.jsonl"
"""Where the runs in a world keep what was asked and decided at a card or from a terminal."""
KINDS = ("asked", "approved", "rejected")


@dataclass
class Question:
    """One question of a gate; `answers` are its decisions, in the order in which they were made."""

    run: str
    gate: str
    title: str
    text: str
    place: str = ""
    answers: list[Row] = field(default_factory=list)


def questions(world: World) -> dict[tuple[str, str, str], Question]:
    """All questions, oldest first: those in the runs' journals, and those of the people alone."""
    found: dict[tuple[str, str, str], Question] = {}
    for event in events(world.folder):
        key = (str(event["run"]), str(event["gate"]), str(event["digest"]))
        if event["event"] == "asked":
            found.setdefault(key, Question(*key[:2], str(event["title"]), str(event["text"])))
        elif key in found:
            found[key].answers.append(event | {"verdict": event["event"]})
    for row in reversed(rows.read(world, rows.APPROVALS)):
        key = (row["run"], row["gate"], row["digest"])
        asked = found.setdefault(key, Question(*key[:2], row["title"], row["text"]))
        asked.place = f"approval-{row['id']}"
        if row["state"] != "pending" and not asked.answers:
            asked.answers.append(row | {"verdict": row["state"]})
    return found


def events(folder: Path) -> Iterable[Row]:
    """What the journals of a world's runs say of gates, in the order of time."""
    found = chain.from_iterable(map(read_events, folder.glob(JOURNALS)))
    return sorted(found, key=lambda event: str(event["time"]))


def read_events(path: Path) -> Iterator[Row]:
    """A journal's events of gates; the line that is just being written is left out."""
    for written in path.read_text(encoding="utf-8", errors="replace").splitlines(keepends=True):
        if written.endswith("\n") and (event := json.loads(written))["event"] in KINDS:
            yield event
