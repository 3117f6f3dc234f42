"""The changelog of many commits, against git-cliff alone."""

import sys
from functools import partial

from benchmarks.cost import cost_of, side_by_side
from benchmarks.repositories import make_repository
from benchmarks.row import Bench, Line, judged, need
from benchmarks.sample import HERE, home_environment

COMMITS, FEW = 10_000, 200
WHAT = f"the changelog of {COMMITS:,} commits"
GOAL = 1.3


def measure(bench: Bench) -> list[Line]:
    """Both read the commits since the last tag, and write their entry."""
    cliff = need("git-cliff", how="pip install git-cliff")
    number = FEW if bench.quick else COMMITS
    repository = make_repository(
        bench.new_folder("changelog") / "upstream.git",
        commits=number + 100,
        tags=10,
        files=100,
        after=number,
    )
    environment = home_environment(bench.folder)
    ours = [sys.executable, "-m", "benchmarks.entry", repository, "1.1.0"]
    theirs = [cliff, "--unreleased", "--offline", "--repository", repository]
    run = partial(cost_of, cwd=HERE.parent, environment=environment)
    found = side_by_side({"ours": partial(run, ours), "theirs": partial(run, theirs)}, bench.rounds)
    return [
        judged(
            f"the changelog of {number:,} commits",
            "git-cliff alone",
            found["ours"],
            found["theirs"],
            GOAL,
        )
    ]
