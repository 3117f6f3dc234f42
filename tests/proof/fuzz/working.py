"""Works through a kind of input for a while, in a process of its own, and counts."""

import fnmatch
import json
import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import coverage
from hypothesis import HealthCheck, Phase, given, seed, settings

import runbook_lib
from tests.proof.fuzz.feeding import Fed, Kind, Wrong, feed

LIBRARY = Path(runbook_lib.__file__).parent
AT_ONCE = 100
"""So many inputs are made from one seed."""
FIRST = 3
"""So many of a kind are fed before its time begins: what they import is no input's."""
LONGEST = 2_000
"""Bytes that an input is made of where bytes make it, most of which steer chance."""
SHOWN = 2_000


@dataclass
class Tried:
    """What became of the inputs of a kind; what was found is there by what was wrong."""

    kind: str
    inputs: int = 0
    seconds: float = 0.0
    slowest: float = 0.0
    memory: float = 0.0
    came_to: dict[str, int] = field(default_factory=dict)
    reached: dict[str, float] = field(default_factory=dict)
    found: dict[str, str] = field(default_factory=dict)


def quietly(examples: int, **more: Any) -> settings:
    """Hypothesis's settings for so many inputs."""
    return settings(
        max_examples=examples,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def try_few(kind: Kind, folder: Path, examples: int) -> None:
    """Feed the same few inputs each time; raises `Wrong` with the smallest that is wrong."""
    fed = kind.prepare(folder)

    @quietly(examples, derandomize=True, phases=(Phase.generate, Phase.shrink))
    @given(fed.inputs)
    def every(value: Any) -> None:
        feed(fed, value)

    every()


def try_long(kind: Kind, seconds: float, first_seed: int) -> Tried:
    """Feed inputs for some time, each seed's once, and note all that is wrong."""
    tried, came_to = Tried(kind.name), Counter[str]()
    measured = measure()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        fed = kind.prepare(Path(folder))
        warm_up(fed)
        measured.start()
        began = time.monotonic()
        try:
            for number in range(first_seed, sys.maxsize):
                feed_many(fed, number, tried, came_to, until=began + seconds)
                tried.seconds = time.monotonic() - began
                if tried.seconds >= seconds:
                    break
        finally:
            measured.stop()
    tried.came_to = dict(came_to)
    tried.memory = memory()
    tried.reached = reached(measured, kind)
    return tried


def measure() -> coverage.Coverage:
    """What measures which lines of the library are run."""
    return coverage.Coverage(
        source=[str(LIBRARY)], data_file=None, config_file=False, concurrency="thread"
    )


def memory() -> float:
    """What this process has had of memory at most, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def warm_up(fed: Fed) -> None:
    """Make inputs that don't count, and feed a few: hypothesis has begun then, all is imported."""
    left = iter(range(FIRST))

    @quietly(AT_ONCE, derandomize=True, phases=(Phase.generate,))
    @given(fed.inputs)
    def every(value: Any) -> None:
        if next(left, None) is not None:
            with suppress(Wrong):
                feed(fed, value)

    every()


def feed_many(fed: Fed, number: int, tried: Tried, came_to: Counter[str], until: float) -> None:
    """Feed the inputs of one seed."""
    take = counting(fed, tried, came_to)

    @seed(number)
    @quietly(AT_ONCE, phases=(Phase.generate,))
    @given(fed.inputs)
    def every(value: Any) -> None:
        if time.monotonic() <= until:
            take(value)

    every()


def counting(fed: Fed, tried: Tried, came_to: Counter[str]) -> Callable[[Any], None]:
    """What feeds one input, and notes what became of it."""

    def take(value: Any) -> None:
        start = time.thread_time()
        try:
            came_to[feed(fed, value)] += 1
        except Wrong as error:
            note(tried, str(error), value)
        tried.inputs += 1
        tried.slowest = max(tried.slowest, time.thread_time() - start)

    return take


def note(tried: Tried, wrong: str, value: Any) -> None:
    """Keep the smallest input of those that were wrong in one way."""
    key, said = wrong.split(": ")[0], repr(value)
    if key not in tried.found or len(said) < len(tried.found[key]):
        tried.found[key] = f"{wrong}\n    {said[:SHOWN]}"


def reached(measured: coverage.Coverage, kind: Kind) -> dict[str, float]:
    """Which part of the lines was run: of the modules that read the input, and of the library."""
    files = measured.get_data().measured_files()
    lines, run = Counter[str](), Counter[str]()
    for path in sorted(LIBRARY.rglob("*.py")):
        name = path.relative_to(LIBRARY).as_posix()
        _, there, _, missing, _ = measured.analysis2(str(path))
        done = len(there) - len(missing) if str(path) in files else 0
        its_own = any(fnmatch.fnmatch(name, room) for room in kind.rooms)
        for of in ("library", *(["readers"] if its_own else [])):
            lines[of] += len(there)
            run[of] += done
    return {of: run[of] / lines[of] for of in lines}


def replay(kind: Kind, inputs: Path) -> Tried:
    """Feed the inputs again that lie in a folder as bytes; what of the library they reach."""
    tried, measured = Tried(kind.name), measure()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        fed = kind.prepare(Path(folder))
        take = target(fed, tried, Counter())
        warm_up(fed)
        measured.start()
        for one in sorted(inputs.iterdir()):
            take(one.read_bytes())
        measured.stop()
    tried.reached = reached(measured, kind)
    return tried


def target(fed: Fed, tried: Tried, came_to: Counter[str]) -> Callable[[bytes], object]:
    """What feeds the input that some bytes stand for."""
    take = counting(fed, tried, came_to)

    @quietly(1)
    @given(fed.inputs)
    def every(value: Any) -> None:
        take(value)

    feed_bytes = every.hypothesis.fuzz_one_input  # type: ignore[attr-defined]
    return lambda given: feed_bytes(given.ljust(LONGEST, b"\0"))


def apart(work: Callable[[], Tried], log: Path) -> Tried:
    """What some work comes to that is carried out in a process of its own."""
    result = log.with_suffix(".json")
    result.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            with log.open("w") as out:
                os.dup2(out.fileno(), 1)
                os.dup2(out.fileno(), 2)
            result.write_text(json.dumps(asdict(work())))
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    os.waitpid(pid, 0)
    if not result.exists():
        raise RuntimeError(f"its process ended early: {log.read_text()[-2000:]}")
    return Tried(**json.loads(result.read_text()))
