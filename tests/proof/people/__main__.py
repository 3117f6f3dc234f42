"""`python -m tests.proof people`: people at once, in every arrangement; prints a table."""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from tests.proof.people.sharings import SHARINGS
from tests.proof.people.trying import ARRANGEMENTS, one_after_another, try_at_once

T = TypeVar("T")
HEAD = "| at once | machines | people | trials | late, and told the way on | found |"


def main(arguments: list[str] | None = None) -> int:
    """Try all of it as often as the command line asks; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof people", description=__doc__)
    parser.add_argument("--times", type=int, default=1, help="how often each is tried")
    parser.add_argument("--people", type=int, nargs="+", default=[2, 8])
    parser.add_argument("--only", action="append", choices=SHARINGS)
    parser.add_argument("--machines", action="append", choices=ARRANGEMENTS)
    asked = parser.parse_args(arguments)
    print(HEAD, "|---|---|---|---|---|---|", sep="\n", flush=True)
    wrong: list[str] = []
    for name in asked.only or SHARINGS:
        for row in rows(name, asked.machines or ARRANGEMENTS, asked.people, asked.times, wrong):
            print(row, flush=True)
    print(*wrong, sep="\n")
    return 1 if wrong else 0


def rows(
    name: str, machines: Sequence[str], people: list[int], times: int, wrong: list[str]
) -> Iterator[str]:
    """The table's rows of one thing that is done at once; what was found goes into `wrong`."""
    sharing = SHARINGS[name]
    orders = in_a_folder(f"{name}, one after another", lambda at: one_after_another(at, sharing))
    for one in machines:
        for number in people:
            title = f"{name}, {one}, {number} people"
            trials = [
                in_a_folder(title, lambda at: try_at_once(at, sharing, one, number))  # noqa: B023
                for _ in range(times)
            ]
            late = [ended for trial in trials for ended in trial.first if ended.ename]
            print(*(f"    {ended}" for ended in late), sep="\n", file=sys.stderr)
            found = [line for trial in trials for line in trial.found(orders)]
            wrong += [f"{title}: {line}" for line in found]
            yield f"| {name} | {one} | {number} | {times} | {len(late)} | {len(found)} |"


def in_a_folder(title: str, work: Callable[[Path], T]) -> T:
    """What comes of work in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="people-", ignore_cleanup_errors=True) as folder:
        began = time.monotonic()
        found = work(Path(folder))
        print(f"  {title}: {time.monotonic() - began:.0f} s", file=sys.stderr)
        return found


if __name__ == "__main__":
    sys.exit(main())
