"""What the archive costs, empty and full: `python benchmarks/archive.py [RECORDS] [ROUNDS]`.

Two archives, one with nothing and one with that many records (100,000 by default), take turns in
each round, so that a noisy machine disturbs them alike; medians are compared. The exit status is 1
where a promise does not hold.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from runbook_lib.archive import Archive
from runbook_lib.archive.layout import run_path, session_path
from runbook_lib.journal.journal import Journal

RECORD = 3_000
"""How large a record of the full archive is, in bytes; what is added is also measured larger."""
LARGE = 62_000
A_DAY = 40
"""How many sessions the full archive has on each of its days."""
SESSIONS_A_RUN = 4
FIRST = datetime(2015, 1, 1, tzinfo=UTC)
PROMISE = 1.5
Task = Callable[[Archive], object]


def session_name(number: int) -> str:
    """The name of the archive's session of that number."""
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
    """The full archive, as `git fast-import` is told of it."""
    for number in range(records):
        said = message(number).encode()
        time_ = int((FIRST + timedelta(days=number // A_DAY)).timestamp())
        head = f"commit refs/heads/main\ncommitter olive <olive@quay> {time_} +0000\n"
        yield head.encode() + b"data %d\n%s\n" % (len(said), said)
        record = (f'{{"cells": {number}}}' + " step output" * (RECORD // 12)).encode()
        yield from file(f"{session_path(session_name(number))}/record.ipynb", record)
        yield from file(f"{session_path(session_name(number))}/journal.jsonl", said)
        yield from file(f"{run_path(run_name(number))}/{session_name(number)}", b"")


def file(path: str, content: bytes) -> Iterator[bytes]:
    """A file of a commit."""
    yield f"M 100644 inline {path}\ndata {len(content)}\n".encode() + content + b"\n"


def fill(archive: Archive, records: int) -> None:
    """Write that many records into an archive, all at once."""
    archive.store.make()
    command = ["git", "fast-import", "--quiet"]
    process = subprocess.Popen(command, cwd=archive.folder, stdin=subprocess.PIPE)
    assert process.stdin is not None
    for part in orders(records):
        process.stdin.write(part)
    process.stdin.close()
    assert process.wait() == 0


class Additions:
    """New sessions, one a call, with records of a size."""

    made = 0

    def __init__(self, home: Path, size: int) -> None:
        self.home = home
        self.size = size

    def folder(self) -> Path:
        """A finished session's folder."""
        Additions.made += 1
        session = f"20301123T090712.{Additions.made:06d}Z-abc123"
        path = self.home / "sessions" / session / "journal.jsonl"
        journal = Journal(path, session=session, operator="olive")
        journal.append("opened", runbook="release", host="quay", profile="sandbox", library="1")
        journal.join("release/tidewatch/9.9", self.home / "runs" / "9.9" / "sessions")
        (journal.path.parent / "record.ipynb").write_text(str(Additions.made).ljust(self.size, "x"))
        journal.append("closed", calls=0)
        journal.append("ended", record="")
        journal.close()
        return journal.path.parent

    def __call__(self, archive: Archive) -> float:
        """Add a session; how long that took, in seconds."""
        folder = self.folder()
        began = time.perf_counter()
        archive.add(folder)
        return time.perf_counter() - began


def timed(task: Task) -> Callable[[Archive], float]:
    """How long a task takes, in seconds."""

    def measured(archive: Archive) -> float:
        began = time.perf_counter()
        task(archive)
        return time.perf_counter() - began

    return measured


def bring_somewhere(archive: Archive) -> None:
    """Bring a run's sessions into a new folder."""
    with tempfile.TemporaryDirectory() as folder:
        archive.bring(run_name(8), Path(folder))


def candidates(home: Path, records: int) -> dict[str, Callable[[Archive], float]]:
    """What is measured."""
    middle = f"step 3 of {records // 2}"
    return {
        "add a record of 3 kB": Additions(home, RECORD),
        "add a record of 62 kB": Additions(home, LARGE),
        "log, newest 20": timed(lambda archive: list(archive.entries(20))),
        "log by a rare text": timed(lambda archive: list(archive.entries(text=middle))),
        "log, all of it": timed(lambda archive: sum(1 for _ in archive.entries())),
        "sessions of a run": timed(lambda archive: archive.sessions_of(run_name(8))),
        "bring a run": timed(bring_somewhere),
        "open runs": timed(lambda archive: archive.open_runs()),
    }


def medians(
    archives: list[Archive], home: Path, records: int, rounds: int
) -> dict[str, list[float]]:
    """The median of each candidate, for each archive, in seconds."""
    tasks = candidates(home, records)
    taken: dict[str, list[list[float]]] = {name: [[] for _ in archives] for name in tasks}
    for _ in range(rounds):
        for name, task in tasks.items():
            for number, archive in enumerate(archives):
                taken[name][number].append(task(archive))
    return {name: [statistics.median(times) for times in both] for name, both in taken.items()}


def broken_promises(found: dict[str, list[float]]) -> list[str]:
    """What does not hold."""
    said = [
        f"{name}: {full / empty:.2f} times what it costs in an empty archive"
        for name, (empty, full) in found.items()
        if name.startswith("add") and full > empty * PROMISE
    ]
    return [
        *said,
        *(["the newest are not found at once"] if found["log, newest 20"][1] > 0.2 else []),
    ]


def main() -> int:
    """Fill, measure, show, and judge."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 15
    with tempfile.TemporaryDirectory(prefix="runbook-benchmark-") as folder:
        home = Path(folder)
        empty, full = Archive(home / "empty.git"), Archive(home / "full.git")
        fill(empty, 1)
        fill(full, records)
        found = medians([empty, full], home, records, rounds)
    print(f"{'':<24}{1:>10,}{records:>10,} records")
    for name, (one, many) in found.items():
        print(f"{name:<24}{one * 1000:7.1f} ms{many * 1000:7.1f} ms{many / one:7.2f} ×")
    broken = broken_promises(found)
    print("\n".join(broken) or "all promises hold")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
