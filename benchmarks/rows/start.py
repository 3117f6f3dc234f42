"""How soon a kernel comes to its first step's outcome, against one that imports nothing."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from jupyter_client.manager import start_new_kernel

from benchmarks.cost import Cost, medians, spent
from benchmarks.row import Bench, Line, more_by
from benchmarks.sample import home_environment, serving
from runbook_lib.notebook.catalog import find_runbook

GOAL = 0.5
FIRST_STEP = "run.github.check_access()"
WHAT = "from the kernel's start to the first step's outcome"


def measure(bench: Bench) -> list[Line]:
    """The release's cells up to its first step's outcome."""
    notebook = find_runbook("release")
    parameters, opening = sources(notebook)[:2]
    cells = [parameters, opening, FIRST_STEP]
    home = bench.new_folder("start")
    with serving(home), as_in(home_environment(home) | {"RUNBOOK_NOTEBOOK": str(notebook)}):
        found = medians(lambda: {"step": until(cells), "nothing": until(["pass"])}, bench.rounds)
    what = "from starting the kernel to the first step's outcome"
    return [more_by(what, "a kernel that imports nothing", found["step"], found["nothing"], GOAL)]


def sources(notebook: Path) -> list[str]:
    """The code cells of a notebook."""
    cells = json.loads(notebook.read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@contextmanager
def as_in(environment: dict[str, str]) -> Iterator[None]:
    """Have kernels started in an environment."""
    with patch.dict(os.environ, environment, clear=True):
        yield


def until(cells: list[str]) -> Cost:
    """What it takes from a new kernel's start until these cells have been carried out."""
    began, used = time.perf_counter(), spent()
    manager, client = start_new_kernel(kernel_name="python3", extra_arguments=["--log-level=ERROR"])
    try:
        for source in cells:
            reply = client.execute_interactive(source, output_hook=lambda _: None, timeout=60)
            if reply["content"]["status"] != "ok":
                raise RuntimeError("\n".join(reply["content"]["traceback"]))
        wall = time.perf_counter() - began
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    return Cost(wall, spent() - used)
