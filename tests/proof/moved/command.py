"""`python -m tests.proof moved`: somebody else moves the world; it goes on where it stopped."""

import argparse
import shutil
import tempfile
import time
import traceback
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.proof.faults.plans import in_turn
from tests.proof.faults.results import Results
from tests.proof.faults.scenarios import SCENARIOS
from tests.proof.faults.slot import Slot
from tests.proof.faults.table import findings, markdown
from tests.proof.faults.working import by_turns
from tests.proof.moved.hands import WHERE
from tests.proof.moved.trying import Trial, Unmoved, try_moves, unmoved

Line = dict[str, Any]
HEADS = ("tried", "ended well", "refused, or waiting", "found")


def main(arguments: list[str]) -> int:
    """Run the suite as the command line asks; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof moved", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("proof-moved"), help="of the results")
    parser.add_argument("--minutes", type=float, default=1e9, help="stop then; 0: only the table")
    parser.add_argument("--only", action="append", choices=WHERE, help="these runbooks alone")
    parser.add_argument("--again", action="store_true", help="try anew where something was found")
    asked = parser.parse_args(arguments)
    results = Results(asked.folder)
    if asked.again:
        results.forget_found()
    if asked.minutes:
        work_through(results, asked.only or list(WHERE), asked.minutes * 60)
    print(table(lines := results.read()))
    return 1 if any(line["found"] for line in lines) else 0


def work_through(results: Results, names: list[str], seconds: float) -> None:
    """Try what was not tried yet until the time is over, one of each runbook after the other."""
    until, scratch = time.monotonic() + seconds, Path(tempfile.mkdtemp(prefix="moved-"))
    slot = Slot(scratch)
    try:
        for trial, before in by_turns([planned(slot, name, results) for name in names]):
            if time.monotonic() > until:
                return
            try:
                results.add(try_moves(slot, [trial], before).lines())
            except Exception:
                results.add_broken([trial], traceback.format_exc())
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def planned(slot: Slot, name: str, results: Results) -> Iterator[tuple[Trial, Unmoved]]:
    """What is left to try of one runbook, in an order that soon has each move in many places."""
    before = unmoved(slot, SCENARIOS[name])
    known = results.keys()
    left = (trial for trial in before.trials if trial.key not in known)
    for trial in in_turn(left, lambda one: one.move, lambda one: turn(one.key)):
        yield trial, before


def turn(key: str) -> str:
    """When something is tried: in an order that is the same each time, and begins everywhere."""
    return sha256(key.encode()).hexdigest()


def table(lines: list[Line]) -> str:
    """The counts by runbook and by move, and all that was found."""
    met = [line for line in lines if line["met"]]
    parts = [
        markdown((head, *HEADS), [[name, *counts(of)] for name, of in grouped(met, place)])
        for place, head in enumerate(("runbook", "", "move"))
        if head
    ]
    parts.append([text for line in lines if line["found"] for text in findings(line)])
    parts.append(
        [f"{len(met)} moves tried, in {sum(one['seconds'] for one in lines) / 60:.0f} minutes"]
    )
    return "\n\n".join("\n".join(part) for part in parts if part)


def counts(lines: list[Line]) -> list[int]:
    """How many were tried, ended well, or otherwise, and at how many anything was found."""
    well = sum(line["said"][-1] == "well" for line in lines)
    return [len(lines), well, len(lines) - well, sum(bool(line["found"]) for line in lines)]


def grouped(lines: list[Line], place: int) -> list[tuple[str, list[Line]]]:
    """Lines by one part of their key."""
    found = defaultdict[str, list[Line]](list)
    for line in lines:
        found[line["key"].split(" · ")[place]].append(line)
    return [*found.items()]
