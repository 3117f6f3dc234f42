"""How soon a kernel comes to its first step's outcome, against one that imports nothing.

Each has a new home: where another's session was ended, the next one archives that first.
"""

import json
import time
from pathlib import Path

from benchmarks.cost import Cost, medians, spent
from benchmarks.kernel import kernel_of
from benchmarks.row import Bench, Line, more_by
from benchmarks.sample import serving
from runbook_lib.notebook.catalog import find_runbook

WHAT = "from starting the kernel to the first step's outcome"
GOAL = 0.5
FIRST_STEP = "run.github.check_access()"


def measure(bench: Bench) -> list[Line]:
    """The release's cells up to its first step's outcome."""
    notebook = find_runbook("release")
    cells = [*sources(notebook)[:2], FIRST_STEP]

    def until(home: Path, cells: list[str]) -> Cost:
        began, used = time.perf_counter(), spent()
        with kernel_of(home, {"RUNBOOK_NOTEBOOK": str(notebook)}) as run:
            for source in cells:
                run(source, len)
            wall = time.perf_counter() - began
        return Cost(wall, spent() - used)

    def one_round() -> dict[str, Cost]:
        home = bench.new_folder("start")
        with serving(home):
            return {"step": until(home, cells), "nothing": until(home, ["pass"])}

    found = medians(one_round, bench.rounds)
    return [more_by(WHAT, "a kernel that imports nothing", found["step"], found["nothing"], GOAL)]


def sources(notebook: Path) -> list[str]:
    """The code cells of a notebook."""
    cells = json.loads(notebook.read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
