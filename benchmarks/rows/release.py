"""The release of the sample project, headless: against its work by hand, and running it again."""

import time

from benchmarks.cost import Cost, medians
from benchmarks.row import BOTH, Bench, Line, judged, need
from benchmarks.sample import WORLD, by_hand, papermill, release, serving
from runbook_lib.notebook.catalog import find_runbook
from runbook_lib.notebook.reference import read_reference
from runbook_lib.sandbox.server.process import stop

BY_HAND = "papermill on an empty notebook, and the same git commands and curl calls in a script"
WHAT = "the release headless, and again"


def measure(bench: Bench) -> list[Line]:
    """The release against what it stands on, and running it again against the first run."""
    need("curl")
    cells = sum(cell.type == "code" for cell in read_reference(find_runbook("release")).cells)
    found = medians(lambda: warm_round(bench, cells) | cold_round(bench), bench.rounds)
    by_hand, cold_by_hand = found["empty"] + found["script"], found["empty"] + found["cold script"]
    first, again, cold = found["release"], found["again"], found["cold release"]
    empty = f"papermill on an empty notebook of {cells} cells"
    return [
        judged(
            "the release headless, all 20 steps, in a running sandbox",
            BY_HAND,
            first,
            by_hand,
            1.5,
            BOTH,
        ),
        judged(
            "the same in a new sandbox, whose start counts on both sides",
            BY_HAND,
            cold,
            cold_by_hand,
            1.5,
            BOTH,
        ),
        judged("running it again when all is done", "the first run", again, first, 0.6, BOTH),
        judged(
            "running it again, beside empty cells", empty, again, found["empty cells"], 1.5, BOTH
        ),
    ]


def warm_round(bench: Bench, cells: int) -> dict[str, Cost]:
    """All in sandboxes that are running already."""
    home, other = bench.new_folder("release"), bench.new_folder("by-hand")
    found = {"empty": papermill(other, 1), "empty cells": papermill(other, cells)}
    with serving(home):
        found |= {"release": release(home), "again": release(home)}
    with serving(other) as running:
        found |= {"script": by_hand(other, running)}
    return found


def cold_round(bench: Bench) -> dict[str, Cost]:
    """Both in new sandboxes, whose server counts until it has ended."""
    home, other = bench.new_folder("release"), bench.new_folder("by-hand")
    found = {"cold release": release(home, then=lambda: stop(home / WORLD))}
    began = time.perf_counter()
    with serving(other) as running:
        started = Cost(time.perf_counter() - began)
        script = by_hand(other, running, then=lambda: stop(other / WORLD))
    return found | {"cold script": started + script}
