"""What is fast, side by side in one run: `python -m benchmarks [ROW…] [--quick] [--into FOLDER]`.

Each row is measured as whole processes, in turns with what it is measured against; medians count.
With `--into`, the folder's table and chart show what was measured, and of other rows what the
folder knows of them already. The exit status is 1 where a goal is missed.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from benchmarks.cost import adopt_orphans
from benchmarks.machine import describe_machine
from benchmarks.report import Measured, keep, table
from benchmarks.row import Bench, Line, Missing, Row
from benchmarks.rows import ROWS

ROUNDS, QUICK = 5, 1


def main(words: Sequence[str] | None = None) -> int:
    """Measure what is asked for, show it, and judge."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", choices=[[], *ROWS], metavar="ROW", help=", ".join(ROWS))
    parser.add_argument("--quick", action="store_true", help="once and in small: does it work?")
    parser.add_argument("--rounds", type=int, help=f"how often each is measured; {ROUNDS}")
    parser.add_argument("--into", type=Path, metavar="FOLDER", help="keep table and chart there")
    said = parser.parse_args(words)
    rounds = said.rounds or (QUICK if said.quick else ROUNDS)
    found = []
    for name in said.rows or ROWS:
        found.append(measured(name, rounds, quick=said.quick))
        if said.into:
            keep(found[-1:], said.into)
    print(table(found))
    return int(any(line.missed for one in found for line in one.lines))


def measured(name: str, rounds: int, *, quick: bool) -> Measured:
    """One row's lines, with when and where they were measured."""
    print(f"measuring {name} …", file=sys.stderr, flush=True)
    module = import_module(f"benchmarks.rows.{name}")
    with tempfile.TemporaryDirectory(prefix="runbook-benchmark-") as folder:
        lines = tuple(lines_of(module.measure, Bench(Path(folder), rounds, quick), module.WHAT))
    command = " ".join(["python -m benchmarks", name, *(["--quick"] if quick else [])])
    return Measured(
        name, command, f"{datetime.now(UTC):%Y-%m-%d}", describe_machine(), rounds, lines
    )


def lines_of(row: Row, bench: Bench, what: str) -> list[Line]:
    """What a row measures; where a program of others is missing, that it was not measured."""
    try:
        return row(bench)
    except Missing as missing:
        return [Line(what, "", "", "", note=str(missing))]


if __name__ == "__main__":
    adopt_orphans()
    sys.exit(main())
