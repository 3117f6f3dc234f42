"""The commands that read records, on one record, against a Python that does nothing."""

import sys
from functools import partial

from benchmarks.cost import cost_of, side_by_side
from benchmarks.records import add_record, sample_archive
from benchmarks.row import Bench, Line, more_by
from benchmarks.sample import RUNBOOK, home_environment

COMMANDS = ("status", "log", "show")
GOAL = 0.25
WHAT = "`runbook status`, `log` and `show`"


def measure(bench: Bench) -> list[Line]:
    """`runbook status`, `log` and `show`."""
    home = bench.new_folder("commands")
    add_record(sample_archive(home), home, size=60_000)
    environment = home_environment(home)
    programs = {name: [RUNBOOK, name] for name in COMMANDS}
    programs |= {"nothing": [sys.executable, "-c", "pass"]}

    found = side_by_side(
        {
            name: partial(cost_of, command, cwd=home, environment=environment)
            for name, command in programs.items()
        },
        bench.rounds,
    )
    nothing = found["nothing"]
    return [
        more_by(f"`runbook {name}` on one record", "`python -c pass`", found[name], nothing, GOAL)
        for name in COMMANDS
    ]
