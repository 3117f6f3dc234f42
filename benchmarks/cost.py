"""What a whole process costs: by the clock, and of the processor with all that it has started."""

import ctypes
import os
import resource
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ADOPT = 36
"""PR_SET_CHILD_SUBREAPER (`man 2 prctl`): what a process leaves behind becomes ours."""


@dataclass(frozen=True)
class Cost:
    """Seconds by the clock, and seconds of the processor."""

    wall: float
    cpu: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(self.wall + other.wall, self.cpu + other.cpu)

    def __str__(self) -> str:
        return f"{self.wall:.2f} s, of the processor {self.cpu:.2f} s"

    def times(self, other: "Cost") -> "Cost":
        """How many times as much this is as another."""
        return Cost(self.wall / other.wall, self.cpu / other.cpu if other.cpu else 0.0)


Measured = Callable[[], Cost]
"""Carries something out once, whole, and says what it cost."""


class ProcessFailed(Exception):
    """A process that was to be measured has not done what it should."""


adopting: list[bool] = []
"""Whether this process is the measuring one, to which others' servers are left."""


def adopt_orphans() -> None:
    """Have servers that a process leaves behind counted, too, where the system can (Linux)."""
    with suppress(OSError, AttributeError):
        adopting.append(ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0) == 0)


def cost_of(
    command: Sequence[object],
    *,
    cwd: Path,
    environment: Mapping[str, str] | None = None,
    then: Callable[[], object] = lambda: None,
    status: int = 0,
) -> Cost:
    """Run a program to its end; what it left behind is counted once `then` has ended that."""
    before = spent()
    began = time.perf_counter()
    done = subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    wall = time.perf_counter() - began
    then()
    reap()
    if done.returncode != status:
        said = (done.stdout + done.stderr)[-3000:]
        raise ProcessFailed(f"{command[0]} ended with {done.returncode}, not {status}:\n{said}")
    return Cost(wall, spent() - before)


def spent() -> float:
    """The processor's seconds of all processes of ours that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def reap() -> None:
    """Wait for what has ended and was left to us."""
    with suppress(ChildProcessError):
        while any(adopting) and os.waitpid(-1, os.WNOHANG)[0]:
            pass


def work_of(work: Callable[[], object]) -> Measured:
    """What a piece of work in this process costs."""

    def measured() -> Cost:
        began, used = time.perf_counter(), time.process_time() + spent()
        work()
        return Cost(time.perf_counter() - began, time.process_time() + spent() - used)

    return measured


def medians(one_round: Callable[[], Mapping[str, Cost]], rounds: int) -> dict[str, Cost]:
    """The median cost of each; all take turns, so that noise disturbs them alike."""
    taken = [one_round() for _ in range(rounds)]
    return {name: median([costs[name] for costs in taken]) for name in taken[0]}


def side_by_side(candidates: Mapping[str, Measured], rounds: int) -> dict[str, Cost]:
    """The median cost of each of some candidates."""
    return medians(lambda: {name: measured() for name, measured in candidates.items()}, rounds)


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    return Cost(
        *(statistics.median(getattr(one, name) for one in costs) for name in ("wall", "cpu"))
    )
