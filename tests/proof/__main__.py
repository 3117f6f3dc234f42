"""`python -m tests.proof`: every fault at every point; it goes on where it stopped, and counts.

`python -m tests.proof fuzz` tries bad input of every kind, `people` has several at work at once,
and `moved` has somebody else move the world between any two steps.
"""

import argparse
import os
import shutil
import sys
import tempfile
import traceback
from pathlib import Path

from tests.proof.faults.results import Results
from tests.proof.faults.scenarios import SCENARIOS
from tests.proof.faults.sessions import begin
from tests.proof.faults.table import table
from tests.proof.faults.working import work_through
from tests.proof.fuzz.command import main as fuzz
from tests.proof.moved.command import main as moved
from tests.proof.people.__main__ import main as people

OTHERS = {"fuzz": fuzz, "people": people, "moved": moved}


def main() -> int:
    """Run the suite as the command line asks; 1 where anything was found."""
    if sys.argv[1:] and sys.argv[1] in OTHERS:
        return OTHERS[sys.argv[1]](sys.argv[2:])
    asked = arguments()
    results = Results(asked.folder)
    if asked.again:
        results.forget_found()
    if asked.minutes:
        scratch = Path(tempfile.mkdtemp(prefix="proof-"))
        try:
            work_side_by_side(asked, results, scratch)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    print(table(results))
    return 1 if any(one["found"] for one in results.read()) else 0


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("proof-results"), help="of the results")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop then; 0: only the table")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--only", action="append", choices=SCENARIOS, help="these runbooks alone")
    parser.add_argument("--again", action="store_true", help="try anew where something was found")
    return parser.parse_args()


def work_side_by_side(asked: argparse.Namespace, results: Results, scratch: Path) -> None:
    """Let each worker try its share, in a process and with a slot of its own."""
    names = asked.only or list(SCENARIOS)
    workers = [
        begin(
            lambda share=share: work_through(  # type: ignore[misc]
                results, scratch / f"slot-{share}", names, asked.minutes * 60, asked.workers, share
            ),
            asked.folder / f"worker-{share}.txt",
        )
        for share in range(asked.workers)
    ]
    for pid in workers:
        os.waitpid(pid, 0)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        traceback.print_exc(limit=1)
        sys.exit(130)
