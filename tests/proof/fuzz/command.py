"""`python -m tests.proof fuzz`: bad input of every kind for some time, and a table of it."""

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from hypothesis import strategies as st

from tests.proof.fuzz import services, texts
from tests.proof.fuzz.feeding import Fed
from tests.proof.fuzz.kinds import KINDS
from tests.proof.fuzz.working import Tried, apart, replay, try_long, warm_up

ANY = Fed(st.text(), len)

HEAD = (
    "| kind | inputs | right | our errors | seconds | slowest | memory | its readers | library |",
    "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
)


def main(arguments: list[str]) -> int:
    """Try each kind for its share of the time; 1 where anything was found."""
    asked = parse(arguments)
    names = asked.only or list(KINDS)
    with services.ending:
        if any(name.startswith("answers") for name in names):
            services.team()  # one for all
        warm_up(ANY)  # likewise
        way = try_guided if asked.guided else try_kind
        found = [way(name, asked.minutes * 60 / len(names), asked.seed) for name in names]
    print("\n".join(table(one for one in found if one.inputs)))
    for one in found:
        for wrong in one.found.values():
            print(f"\n{one.kind}: {wrong}")
    if untried := ", ".join(one.kind for one in found if not one.inputs):
        sys.exit(f"expected inputs of each kind, tried none of {untried}: give more --minutes")
    return 1 if any(one.found for one in found) else 0


def parse(arguments: list[str]) -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m tests.proof fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10, help="of inputs, for all kinds")
    parser.add_argument("--only", action="append", choices=KINDS, help="these kinds alone")
    parser.add_argument("--guided", action="store_true", help="by atheris, to what is not reached")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the first inputs")
    return parser.parse_args(arguments)


def try_kind(name: str, seconds: float, seed: int) -> Tried:
    """One kind, in a process and with a data folder of its own."""
    print(f"{name} …", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        os.environ["RUNBOOK_HOME"] = f"{folder}/home"
        tried = apart(lambda: try_long(KINDS[name], seconds, seed), Path(folder) / "fuzz.log")
    for wrong in tried.found.values():
        print(f"{name}: {wrong[:600]}", file=sys.stderr, flush=True)
    return tried


def try_guided(name: str, seconds: float, seed: int) -> Tried:
    """One kind, guided to what was not reached; what of the library was, is measured then."""
    print(f"{name} …", file=sys.stderr, flush=True)
    if importlib.util.find_spec("atheris") is None:
        sys.exit("expected atheris, found none here: pip install atheris")
    with tempfile.TemporaryDirectory(prefix="fuzz-") as made:
        folder = Path(made)
        for below in ("home", "inputs", "prepared"):
            (folder / below).mkdir()
        os.environ["RUNBOOK_HOME"] = str(folder / "home")
        work = [sys.executable, "-m", "tests.proof.fuzz.guided", name, str(seconds), str(seed)]
        done = subprocess.run([*work, made], capture_output=True, text=True, errors="replace")
        if done.returncode:
            raise RuntimeError(f"its process ended early: {done.stderr[-2000:]}")
        tried = Tried(**json.loads((folder / "tried.json").read_text()))
        tried.reached = apart(lambda: reach_again(name, folder), folder / "fuzz.log").reached
    return tried


def reach_again(name: str, folder: Path) -> Tried:
    """The inputs that reached more, fed again."""
    texts.chance = texts.by_bytes
    return replay(KINDS[name], folder / "inputs")


def table(found: Iterable[Tried]) -> Iterable[str]:
    """What was tried of each kind, and what it came to, as a table in Markdown."""
    yield from HEAD
    for one in found:
        ours = sum(number for name, number in one.came_to.items() if name != "right")
        yield (
            f"| {one.kind} | {one.inputs:,} | {one.came_to.get('right', 0):,} | {ours:,} "
            f"| {one.seconds:.0f} | {one.slowest:.2f} s | {one.memory:.0f} MB "
            f"| {one.reached.get('readers', 0):.0%} | {one.reached['library']:.0%} |"
        )
