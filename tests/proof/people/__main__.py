"""`python -m tests.proof people`: people at once, in every arrangement; prints a table."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.proof.people.trying import ARRANGEMENTS, SHARINGS, Trial, try_at_once

HEAD = "| at once | machines | people | trials | late, and told the way on | found |"


def main(arguments: list[str] | None = None) -> int:
    """Try all of it as often as the command line asks; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof people", description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="how often each is tried")
    parser.add_argument("--people", type=int, nargs="+", default=[2, 8])
    parser.add_argument("--only", action="append", choices=SHARINGS)
    asked = parser.parse_args(arguments)
    print(HEAD, "|---|---|---|---|---|---|", sep="\n")
    wrong: list[str] = []
    for name in asked.only or SHARINGS:
        for row in rows(name, asked.people, asked.times, wrong):
            print(row, flush=True)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def rows(name: str, people: list[int], times: int, wrong: list[str]) -> Iterator[str]:
    """The table's rows of one thing that is done at once; what was found goes into `wrong`."""
    alone = tried(name, ARRANGEMENTS[0], len(SHARINGS[name].parameters)).effects
    for arrangement in ARRANGEMENTS:
        for number in people:
            trials = [tried(name, arrangement, number) for _ in range(times)]
            late = sum(bool(one.ename) for trial in trials for one in trial.first)
            found = [one for trial in trials for one in trial.found(alone)]
            wrong += [f"{name}, {arrangement}, {number} people: {one}" for one in found]
            yield f"| {name} | {arrangement} | {number} | {times} | {late} | {len(found)} |"


def tried(name: str, arrangement: str, people: int) -> Trial:
    """One trial, in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="people-", ignore_cleanup_errors=True) as folder:
        began = time.monotonic()
        trial = try_at_once(Path(folder), SHARINGS[name], arrangement, people)
        print(f"  {people}, {arrangement}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        return trial


if __name__ == "__main__":
    sys.exit(main())
