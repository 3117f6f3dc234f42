"""How many requests a release sends to the services, and what a second run of it writes."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from benchmarks.row import Bench, Line
from benchmarks.sample import WORLD, journals, release, serving

WHAT = "API calls of a release, and the writes of a second run"
MOST = 40


def measure(bench: Bench) -> list[Line]:
    """What two sessions say that they have sent, and what the world was asked to write."""
    home = bench.new_folder("api")
    with serving(home):
        release(home)
        before = sum(1 for _ in writes(home))
        release(home)
    first, again = calls(home)
    more = sum(1 for _ in writes(home)) - before
    told, after = (
        ", ".join(f"{number} {name}" for name, number in each.items()) for each in (first, again)
    )
    number = first["GitHub"]
    return [
        Line(
            "API calls of a release to GitHub",
            "",
            f"at most {MOST}",
            str(number),
            number / MOST,
            told,
        ),
        Line("writes of a second run", "", "0", str(more), float(more), f"it reads: {after}"),
    ]


def calls(home: Path) -> list[Counter[str]]:
    """What each session of the run has sent, by service."""
    lines = (line for path in journals(home) for line in path.read_text().splitlines())
    return [Counter(event["calls"]) for event in map(json.loads, lines) if "calls" in event]


def writes(home: Path) -> Iterator[str]:
    """What the operator has sent that may have changed something in a service."""
    for line in map(json.loads, (home / WORLD / "access.jsonl").read_text().splitlines()):
        reads = line["path"].endswith("/git-upload-pack") or line["path"].startswith("/sandbox/")
        asks = line["method"] in ("GET", "HEAD", "OPTIONS")
        if line["account"] == "operator" and not reads and not asks:
            yield line["path"]
