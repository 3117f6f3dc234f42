"""What a run costs before its first step: `python benchmarks/start.py [ROUNDS]`.

All candidates take turns in each round, so that a noisy machine disturbs them alike; medians are
compared. The exit status is 1 where a promise does not hold.
"""

import statistics
import subprocess
import sys
import time
from importlib.util import find_spec

PYTHON = [sys.executable, "-c"]
CANDIDATES = {
    "python": "pass",
    "import runbook_lib": "import runbook_lib",
    "open_run": "from runbook_lib import open_run",
    "open_release": "from runbook_lib import open_release",
    "open_push": "from runbook_lib import open_push",
    "papermill": "import papermill",
    "papermill, spared": (
        "from runbook_lib.engine.headless import spare_slow_import; "
        "spare_slow_import(); import papermill"
    ),
}


def seconds(code: str) -> float:
    """How long one Python takes for some code, in seconds."""
    began = time.perf_counter()
    subprocess.run([*PYTHON, code], check=True)
    return time.perf_counter() - began


def medians(rounds: int) -> dict[str, float]:
    """The median of each candidate, in seconds above an empty Python."""
    taken: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    for _ in range(rounds):
        for name, code in CANDIDATES.items():
            taken[name].append(seconds(code))
    empty = statistics.median(taken["python"])
    return {name: statistics.median(times) - empty for name, times in taken.items()}


def broken_promises(found: dict[str, float]) -> list[str]:
    """What does not hold."""
    said = []
    if found["import runbook_lib"] > found["open_run"] / 4:
        said.append("the library imports more than a name asks for")
    if found["open_run"] > found["open_release"]:
        said.append("a runbook of one's own loads more than a release before its first step")
    if found["open_push"] > found["open_release"] * 1.5:
        said.append("a week of pushes loads far more than a release before its first step")
    if find_spec("rfc3987_syntax") and found["papermill, spared"] > found["papermill"] * 0.7:
        said.append("runbook run pays for JupyterLab's address grammar")
    return said


def main() -> int:
    """Measure, show, and judge."""
    found = medians(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
    for name, median in found.items():
        print(f"{name:<20} {median * 1000:7.0f} ms")
    broken = broken_promises(found)
    print("\n".join(broken) or "all promises hold")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
