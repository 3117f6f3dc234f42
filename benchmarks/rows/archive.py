"""The archive with few records and with many, against git's own commands."""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from benchmarks.cost import Cost, Measured, cost_of, medians, work_of
from benchmarks.records import LARGE, Session, commit, fill, finished_session, sample_archive
from benchmarks.repositories import fast_import
from benchmarks.row import Bench, Line, growth, judged, less_than
from benchmarks.sample import RUNBOOK, home_environment

SIZES, SMALL = (100, 10_000, 100_000), (20, 60)
WHAT = "archive: adding a record, searching, verifying, at 100, 10,000 and 100,000 records"
SAME, SEARCH = 1.5, 1.0
FINDS = "step 3 of 10"
"""What is searched for: the steps of an old record."""


def measure(bench: Bench) -> list[Line]:
    """Each size has a home of its own, and all of these take turns."""
    homes = {size: bench.new_folder("archive") for size in (SMALL if bench.quick else SIZES)}
    for size, home in homes.items():
        fill(sample_archive(home), size)
    # Before records are added that are only as large as one, which would not stand.
    verified = {size: verifying(home)() for size, home in homes.items()}
    added = medians(lambda: each(homes, adding), bench.rounds)
    by_git = medians(lambda: each(homes, adding_by_git), bench.rounds)
    searched = medians(lambda: each(homes, searching), bench.rounds)
    grepped = medians(lambda: each(homes, grepping), bench.rounds)
    few, *more = homes
    return [
        *(add_line(size, few, added, by_git) for size in more),
        *(search_line(size, searched, grepped) for size in homes),
        growth("verifying", "records", verified),
    ]


def add_line(size: int, few: int, added: Mapping[str, Cost], by_git: Mapping[str, Cost]) -> Line:
    """Adding to many, against adding to few."""
    line = judged(
        f"adding a record to {size:,}",
        f"the same to {few}",
        added[str(size)],
        added[str(few)],
        SAME,
    )
    return line.noting(f"git fast-import of the same commit alone {by_git[str(size)]}")


def search_line(size: int, searched: Mapping[str, Cost], grepped: Mapping[str, Cost]) -> Line:
    """Searching all messages, against git."""
    ours, theirs = searched[str(size)], grepped[str(size)]
    return less_than(f"searching {size:,} records", "git log --grep", ours, theirs, SEARCH)


def each(homes: Mapping[int, Path], candidate: Callable[[Path], Measured]) -> dict[str, Cost]:
    """What one candidate costs at each size."""
    return {str(size): candidate(home)() for size, home in homes.items()}


def adding(home: Path) -> Measured:
    """Add a record as large as that of a release."""
    return work_of(partial(sample_archive(home).add, finished_session(home, size=LARGE)))


def adding_by_git(home: Path) -> Measured:
    """Have git make a commit of such files alone, beside the archive's branch."""
    archive, session = sample_archive(home), Session(0, "0" * 64)
    session.record = session.record.ljust(LARGE)
    head, *files = commit(session.kept, "added by git")
    beside = head.replace(b"refs/heads/main", b"refs/heads/beside") + b"\nfrom refs/heads/main^0\n"
    return work_of(lambda: fast_import(archive.folder, iter([beside, *files]), "--force"))


def searching(home: Path) -> Measured:
    """`runbook log --text`, all that there is."""
    command = [RUNBOOK, "log", "--text", FINDS, "-n", "0"]
    return partial(cost_of, command, cwd=home, environment=home_environment(home))


def grepping(home: Path) -> Measured:
    """git's own search of all messages."""
    command = ["git", "log", "--fixed-strings", f"--grep={FINDS}", "main"]
    return partial(cost_of, command, cwd=sample_archive(home).folder)


def verifying(home: Path) -> Measured:
    """`runbook verify`: every byte of every record."""
    command = [RUNBOOK, "verify"]
    return partial(cost_of, command, cwd=home, environment=home_environment(home))
