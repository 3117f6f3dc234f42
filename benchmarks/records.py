"""Records of an archive without kernels: one by one as sessions come, or many at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from benchmarks.repositories import fast_import
from benchmarks.sample import WORLD
from runbook_lib.archive import Archive
from runbook_lib.archive.layout import run_path, session_path
from runbook_lib.journal.journal import Journal

RECORD = 3_000
"""How large each of many records is, in bytes."""
A_DAY = 40
"""How many sessions an archive has on each of its days."""
SESSIONS_A_RUN = 4
FIRST = datetime(2015, 1, 1, tzinfo=UTC)
numbers = count(1)


def sample_archive(home: Path) -> Archive:
    """The archive of the sample's world in a home."""
    return Archive(home / WORLD / "archive.git")


def add_record(archive: Archive, home: Path, *, size: int) -> None:
    """Add a new session with a record of so many bytes to an archive."""
    archive.add(finished_session(home, size=size))


def finished_session(home: Path, *, size: int) -> Path:
    """The folder of a new session that has ended, with a record of so many bytes."""
    number = next(numbers)
    session = f"20301123T090712.{number:06d}Z-abc123"
    journal = Journal(
        home / WORLD / "sessions" / session / "journal.jsonl", session=session, operator="olive"
    )
    journal.append("opened", runbook="release", host="quay", profile="sandbox", library="1")
    journal.join("release/tidewatch/9.9", home / WORLD / "runs/release/tidewatch/9.9/sessions")
    folder = journal.path.parent
    (folder / "record.ipynb").write_text(record(number, size))
    journal.append("closed", calls={})
    journal.append("ended", record="")
    journal.close()
    return folder


def record(number: int, size: int) -> str:
    """A record of a number and a size."""
    text = "step output " * (size // 12)
    cell = f'{{"cell_type": "markdown", "id": "n{number}", "metadata": {{}}, "source": "{text}"}}'
    return f'{{"cells": [{cell}], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}}'


def session_name(number: int) -> str:
    """The name of a full archive's session of that number."""
    at = FIRST + timedelta(days=number // A_DAY, seconds=number % A_DAY)
    return f"{at:%Y%m%dT%H%M%S.%f}Z-{number:06x}"


def run_name(number: int) -> str:
    """The run that a session of that number belongs to."""
    return f"release/tidewatch/{number // SESSIONS_A_RUN}"


def message(number: int) -> str:
    """The message of a record's commit."""
    session, before = session_name(number), session_name(number - 1)
    operator = ("olive", "rowan", "wren")[number % 3]
    steps = "\n".join(f"done  step {step} of {number}" for step in range(12))
    at = (FIRST + timedelta(days=number // A_DAY)).isoformat(timespec="milliseconds")
    return (
        f"done: {run_name(number)}\n\n{steps}\n\nRunbook: release\nRun: {run_name(number)}\n"
        f"Session: {session}\nOperator: {operator}\nHost: quay\nProfile: sandbox\nOutcome: done\n"
        f"Started: {at}\nEnded: {at}\nLibrary: runbook-kit 0.1.0\nRunbook-Commit: none\n"
        f"Journal: {number:064x}\nRecord: {number:064x}\n"
        f"Previous: {f'{before} {number - 1:064x}' if number else 'none'}\n"
    )


def orders(records: int) -> Iterator[bytes]:
    """A full archive, as `git fast-import` is told of it."""
    for number in range(records):
        said = message(number).encode()
        time_ = int((FIRST + timedelta(days=number // A_DAY)).timestamp())
        head = f"commit refs/heads/main\ncommitter olive <olive@quay> {time_} +0000\n"
        yield head.encode() + b"data %d\n%s\n" % (len(said), said)
        place = session_path(session_name(number))
        yield from file(f"{place}/record.ipynb", record(number, RECORD).encode())
        yield from file(f"{place}/journal.jsonl", said)
        yield from file(f"{run_path(run_name(number))}/{session_name(number)}", b"")


def file(path: str, content: bytes) -> Iterator[bytes]:
    """A file of a commit."""
    yield f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"


def fill(archive: Archive, records: int) -> None:
    """Write that many records into an archive, all at once."""
    archive.store.make()
    fast_import(archive.folder, orders(records))
