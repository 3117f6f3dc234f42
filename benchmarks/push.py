"""What a train of three repositories costs beside one: `python benchmarks/push.py [ROUNDS]`.

The sandbox's team is looked at and tagged over HTTP, each answer of its git server half a second
late, as of one that is far away. The two trains take turns in each round, so that a noisy machine
disturbs them alike; medians are compared. The exit status is 1 where a promise does not hold.
"""

import io
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from datetime import date, timedelta
from pathlib import Path

from runbook_lib.display.lines import choose_display
from runbook_lib.journal.journal import Journal
from runbook_lib.push.train import TaggedRepository, Train
from runbook_lib.run.services import basic_header
from runbook_lib.sandbox.server.process import Running, start, stop
from runbook_lib.sandbox.world.world import World
from runbook_lib.services.git import Mirror
from runbook_lib.services.git.git import configured
from runbook_lib.steps.step import Runner

NAMES = ("server", "frontend", "code-manager")
FIRST = date(2026, 3, 12)
LATE = 0.5
"""How late each answer of the git server is, in seconds."""
PROMISE = 1.6
"""How many times as long as one repository three may take."""


@contextmanager
def team(folder: Path) -> Iterator[Running]:
    """The sandbox's team, with a git server that is far away."""
    running = start(folder, keep=True, team=True)
    try:
        late = {"path_pattern": ".*[.]git/.*", "times": 1_000_000, "kind": "delay", "seconds": LATE}
        running.client.expect("POST", "/sandbox/faults", late)
        yield running
    finally:
        stop(folder)


def git_environment(running: Running) -> dict[str, str]:
    """What lets git in as the operator."""
    with World(running.folder) as world:
        operator = world.account("operator")
    assert operator is not None, "every world has one"
    header = basic_header(operator.token)
    plain = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return configured(plain, {f"http.{running.url}/.extraHeader": header})


def make_train(names: tuple[str, ...], running: Running, folder: Path, runner: Runner) -> Train:
    """A train of these repositories, with mirrors of its own in a folder."""
    environment = git_environment(running)

    def make_wagon(name: str) -> TaggedRepository:
        path, page = folder / f"{name}.git", f"{running.url}/pelican/{name}"
        mirror = Mirror(path, f"{page}.git", runner, environment, of=f"{name} in {folder.name}")
        return TaggedRepository(name, mirror, "main", page)

    return Train(tuple(map(make_wagon, names)), runner)


def tag_once(train: Train, day: date) -> dict[str, float]:
    """Look at a train and tag it for the push of a day; how long each took, in seconds."""
    began = time.perf_counter()
    wanted = train.look(day).wanted()
    looked = time.perf_counter()
    train.tag_train(wanted)
    return {"look": looked - began, "tag": time.perf_counter() - looked}


def medians(trains: dict[str, Train], rounds: int) -> dict[str, dict[str, float]]:
    """The medians of each train, in seconds; a first round, which makes the mirrors, is not in."""
    taken: dict[str, list[dict[str, float]]] = {name: [] for name in trains}
    for number in range(rounds + 1):
        for part, (name, train) in enumerate(trains.items()):
            day = FIRST + timedelta(weeks=number * len(trains) + part)
            taken[name].append(tag_once(train, day))
    return {
        name: {what: statistics.median(one[what] for one in ones[1:]) for what in ones[0]}
        for name, ones in taken.items()
    }


def measure(folder: Path, rounds: int) -> dict[str, dict[str, float]]:
    """What one repository and three take, in a world of their own."""
    journal = Journal(folder / "session" / "journal.jsonl", session="benchmark", operator="olive")
    runner = Runner(journal, choose_display())
    sizes = {"one": NAMES[:1], "three": NAMES}
    with team(folder / "world") as running:
        trains = {
            size: make_train(names, running, folder / size, runner) for size, names in sizes.items()
        }
        with redirect_stdout(io.StringIO()):
            return medians(trains, rounds)


def main() -> int:
    """Measure, show, and judge."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), rounds)
    broken = []
    for what in ("look", "tag"):
        one, three = found["one"][what], found["three"][what]
        print(f"{what:<6} one {one:6.2f} s   three {three:6.2f} s   {three / one:5.2f} times")
        if three > one * PROMISE:
            broken.append(f"to {what} three repositories is not done side by side")
    print("\n".join(broken) or "all promises hold")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
