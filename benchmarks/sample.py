"""The sample project's world, and the notebooks and programs that a release is measured against."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.cost import Cost, cost_of
from runbook_lib.sandbox.samples.project_history import CLOCK
from runbook_lib.sandbox.server.process import Running, start, stop

HERE = Path(__file__).resolve().parent
RUNBOOK = Path(sys.executable).parent / "runbook"
SPARED = (
    "import sys; sys.modules['rfc3987_syntax'] = None; "
    "from papermill.__main__ import papermill; papermill()"
)
"""papermill without JupyterLab's grammar of addresses, which it needs most of a second to load."""
WORLD = Path("sandbox/sample")


def home_environment(home: Path) -> dict[str, str]:
    """An environment with a home of its own, in which nobody's configuration is found."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    for name in ("RUNBOOK_CONFIG", "PYTHONDONTWRITEBYTECODE"):
        plain.pop(name, None)
    return plain | {"HOME": str(home), "RUNBOOK_HOME": str(home)}


@contextmanager
def serving(home: Path) -> Iterator[Running]:
    """The sample's world in a home, kept running."""
    running = start(home / WORLD, keep=True, sample=True)
    try:
        yield running
    finally:
        stop(home / WORLD)


def release(home: Path, then: Callable[[], object] = lambda: None) -> Cost:
    """The release runbook, headless."""
    command = [RUNBOOK, "run", "release"]
    return cost_of(command, cwd=HERE.parent, environment=home_environment(home), then=then)


def journals(home: Path) -> list[Path]:
    """The journals of the release's sessions, in their order."""
    return sorted((home / WORLD).glob("runs/*/*/*/sessions/*/journal.jsonl"))


def by_hand(home: Path, running: Running, then: Callable[[], object] = lambda: None) -> Cost:
    """The same git commands and requests, by a shell script."""
    folder = home / "by-hand"
    folder.mkdir()
    world = {
        "URL": running.url,
        "TOKEN": running.token,
        "KEYS": str(running.keys),
        "NOW": CLOCK.isoformat(),
        "PYTHON": sys.executable,
    }
    environment = home_environment(home) | world
    return cost_of([HERE / "release.sh"], cwd=folder, environment=environment, then=then)


def empty_notebook(path: Path, cells: int) -> Path:
    """A notebook whose cells do nothing."""
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": "pass"}
    made = [cell | {"id": f"cell{number}", "execution_count": None} for number in range(cells)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    content = {"cells": made, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}
    path.write_text(json.dumps(content))
    return path


def papermill(home: Path, cells: int) -> Cost:
    """papermill by itself on an empty notebook of so many cells."""
    notebook = empty_notebook(home / "empty.ipynb", cells)
    command = [sys.executable, "-c", SPARED, notebook, home / "out.ipynb", "--no-progress-bar"]
    return cost_of(command, cwd=home, environment=home_environment(home))
