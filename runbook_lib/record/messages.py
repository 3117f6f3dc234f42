"""The list of what a kernel executed and sent: one JSON line each, only ever appended to."""

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from runbook_lib.policy.json_text import read_json

MESSAGES = "messages.jsonl"
KEPT = ("reference", "before", "started", "ended", "aborted")
"""What is never given up: where the disk is full it waits, and is written behind the gap."""


class MessageLog:
    """Appends lines to a session's list; a disk that takes none is borne with, and told.

    What could not be written is counted, and stands in the list as a gap as soon as the disk takes
    lines again. `complaint` is what the operator is to be told, once for each gap.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.descriptor: int | None = None
        self.torn = False
        self.waiting: list[dict[str, Any]] = []
        self.lost: Counter[str] = Counter()
        self.gap: dict[str, Any] | None = None
        self.complaint = ""
        self.troubled = False

    def append(self, line: dict[str, Any]) -> None:
        """Write a line, behind those that had to wait; what can't be written is counted."""
        try:
            self.catch_up()
            self.put(line)
        except OSError as error:
            self.lose(line, error)

    def catch_up(self) -> None:
        """Write what waited, and the gap, if there is one."""
        if self.gap is None:
            return
        while self.waiting:
            self.put(self.waiting[0])
            del self.waiting[0]
        if self.lost:
            self.put({**self.gap, "lost": dict(self.lost), "time": now()})
            self.lost.clear()
        self.gap = None

    def put(self, line: dict[str, Any]) -> None:
        """Write a line at the end of the file, in one piece."""
        whole = encode(line)
        rest = b"\n" + whole if self.torn else whole
        descriptor = self.open()
        while rest:
            written = os.write(descriptor, rest)
            self.torn, rest = True, rest[written:]
        self.torn = False

    def open(self) -> int:
        """The file, made where it is not there yet."""
        if self.descriptor is None:
            flags = os.O_CREAT | os.O_RDWR | os.O_APPEND | os.O_CLOEXEC
            self.descriptor = os.open(self.path, flags, 0o666)
        return self.descriptor

    def lose(self, line: dict[str, Any], error: OSError) -> None:
        """Count what could not be written, or have it wait."""
        if self.gap is None:
            self.gap = {"kind": "gap", "why": reason(error), "since": now()}
        self.trouble(error)
        if line["kind"] in KEPT:
            self.waiting.append(line)
        else:
            self.lost[line["execution"]] += 1

    def sync(self) -> None:
        """Come back when all is on the disk."""
        try:
            self.catch_up()
            os.fsync(self.open())
        except OSError as error:
            self.trouble(error)

    def trouble(self, error: OSError) -> None:
        """Have the operator told that the disk takes nothing, once until it does again."""
        if not self.troubled:
            self.troubled = True
            self.complaint = (
                f"expected to keep the record in {self.path.parent}, found: {reason(error)}; the "
                "cells go on, and what they show may be lost to the record until there is room"
            )

    def read(self, place: int) -> bytes:
        """What stands in the file from a place on."""
        if self.descriptor is None:
            return b""
        return os.pread(self.descriptor, max(0, os.fstat(self.descriptor).st_size - place), place)

    def close(self) -> None:
        """Let go of the file."""
        if self.descriptor is not None:
            os.close(self.descriptor)
            self.descriptor = None


def encode(line: dict[str, Any]) -> bytes:
    """A line as it stands in the file; half a character pair is written as an escape."""
    text = json.dumps(line, ensure_ascii=False, separators=(",", ":"), default=str)
    return f"{text}\n".encode(errors="backslashreplace")


def decode(lines: bytes) -> Iterator[dict[str, Any]]:
    """The lines that are whole: what a crash or a full disk has cut off is left out."""
    for line in lines.split(b"\n"):
        try:
            found = read_json(line)
        except ValueError:
            continue
        if isinstance(found, dict) and "kind" in found:
            yield found


def reason(error: OSError) -> str:
    """Why the disk took nothing, in the system's words."""
    return error.strerror or str(error)


def now() -> str:
    """The time, as lines have it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")
