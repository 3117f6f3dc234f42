"""What the engine costs a step: its journal, looking again and the display, in a real kernel."""

import json
from pathlib import Path

from benchmarks.cost import Cost, median
from benchmarks.kernel import kernel_of
from benchmarks.row import Bench, Line

WHAT = "the engine itself: journal, look again, display"
GOAL = 0.005
STEPS, FEW = 200, 20


def measure(bench: Bench) -> list[Line]:
    """A step that writes a file, against writing it."""
    steps = FEW if bench.quick else STEPS
    taken = [spent_in_kernel(bench.new_folder("engine"), steps) for _ in range(bench.rounds)]
    step, bare = (median([Cost(one[name]) for one in taken]).wall for name in ("step", "bare"))
    more = step - bare
    note = f"{step * 1000:.2f} ms, against {bare * 1000:.2f} ms; each step's two events are fsynced"
    measured = f"{more * 1000:.1f} ms a step"
    return [Line(WHAT, "the bare effect", "under 5 ms a step", measured, more / GOAL, note)]


def spent_in_kernel(folder: Path, steps: int) -> dict[str, float]:
    """Seconds of a step and of its bare effect, as a kernel measures them."""
    told: list[str] = []
    with kernel_of(folder) as run:
        run(f"from benchmarks.steps import spend\nspend({str(folder)!r}, {steps})", told.append)
    found: dict[str, float] = json.loads(next(line for line in told if line.startswith('{"step"')))
    return found
