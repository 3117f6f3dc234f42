"""A trial: so many people at once, on one machine or several; whoever was late goes on after."""

import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.proof.people.teammates import NAMES, Ended, Teammate, at_once, make_teammate
from tests.push.world import TeamWorld, start_team
from tests.release.world import World, start_world, stop_worlds

ONE, SHARED, APART = "one machine", "an archive's remote", "no archive between them"
ARRANGEMENTS = (ONE, SHARED, APART)
"""How the people's machines know of each other."""
WAY_ON = re.compile(r"run (this|it) again|then run|take over from|let it end", re.IGNORECASE)
"""What whoever was late is told."""
TURNS = 3
"""So often somebody runs the runbook again, at most, until it comes to its end."""
IDS = re.compile(r"\b[0-9a-f]{9,40}\b|http://127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT[\d:.]+Z?")


@dataclass(frozen=True)
class Sharing:
    """A runbook that several carry out at once, and the world that they do it in."""

    runbook: str
    world: Callable[[Path], World]
    parameters: tuple[Mapping[str, Any], ...] = ({},)
    """What they give it, in turn: the same run for all, or runs that share repositories."""


SHARINGS = {
    "one release": Sharing("release", lambda home: start_world(home / "sandbox" / "sample")),
    "two releases": Sharing(
        "release",
        lambda home: start_world(home / "sandbox" / "sample"),
        ({"version": "1.9.0"}, {"version": "2.0.0"}),
    ),
    "one push": Sharing("tag_push", lambda home: start_team(home)),
}


@dataclass(frozen=True)
class Trial:
    """What came of people at once: how each ended first, what they did after, what there is."""

    people: int
    first: list[Ended]
    after: list[list[Ended]]
    effects: dict[str, Any]
    unverified: list[str]

    def found(self, undisturbed: dict[str, Any]) -> list[str]:
        """All that is wrong with it, in words."""
        return [
            *(f"{one.who} was not told the way on: {one.evalue}" for one in self.untold),
            *(f"{one.who} is stuck: {one.ename}: {one.evalue}" for one in self.stuck),
            *(f"verify: {one}" for one in self.unverified),
            *different(undisturbed, self.effects),
        ]

    @property
    def untold(self) -> list[Ended]:
        """Who was late, and was not told the way on."""
        late = [one for one in self.first if one.ename]
        return [one for one in late if not WAY_ON.search(one.evalue)]

    @property
    def stuck(self) -> list[Ended]:
        """Who never came to the end of it."""
        return [turns[-1] for turns in self.after if turns and turns[-1].ename]


def try_at_once(folder: Path, sharing: Sharing, arrangement: str, people: int) -> Trial:
    """So many people at once, in a world of their own; then each who was late, one by one."""
    world = sharing.world(folder / "world")
    try:
        team = gather(folder, world, arrangement, people)
        now = world.now().isoformat() if isinstance(world, TeamWorld) else ""
        each = [sharing.parameters[n % len(sharing.parameters)] for n in range(people)]
        asked = [
            {"runbook": sharing.runbook, "parameters": {"profile": "team", **own}, "now": now}
            for own in each
        ]
        first = at_once(folder, world, team, asked)
        late = [n for n, one in enumerate(first) if one.ename]
        after = [go_on(folder, world, team[n], asked[n]) for n in late]
        return Trial(people, first, after, effects(world), [*filter(None, map(verify, {*team}))])
    finally:
        stop_worlds(folder / "world")


def gather(folder: Path, world: World, arrangement: str, people: int) -> list[Teammate]:
    """The people, each with a profile."""
    changes: dict[str, Any] = {}
    if arrangement == SHARED:
        remote = folder / "archive.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
        changes = {"archive.remote": str(remote)}
    homes = {name: folder / "homes" / ("all" if arrangement == ONE else name) for name in NAMES}
    return [
        make_teammate(folder / "people", world, name, homes[name], changes)
        for name in NAMES[:people]
    ]


def go_on(folder: Path, world: World, who: Teammate, asked: Mapping[str, Any]) -> list[Ended]:
    """Somebody runs it again, as they were told to, until it comes to its end; each time."""
    ended: list[Ended] = []
    while len(ended) < TURNS and not (ended and not ended[-1].ename):
        ended += at_once(folder, world, [who], [asked])
    return ended


def effects(world: World) -> dict[str, Any]:
    """What all of it has left outside, without ids and times: each thing, and how often."""
    if isinstance(world, TeamWorld):
        tags = {name: sorted(found) for name, found in world.tags().items()}
        messages = [plain(one["text"]) for one in world.messages()]
        return {"tags": tags, "messages": Counter(messages), "notes": plain(world.notes())}
    found = world.result()
    return {
        "refs": sorted(found["commits"]),
        "pulls": sorted(pull[1:4] for pull in found["pulls"]),
        "releases": sorted(release[:3] for release in found["releases"]),
        "bugs": sorted((bug[1], Counter(map(plain, bug[4]))) for bug in found["bugs"]),
    }


def different(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """What differs from what one person alone leaves."""
    return [
        f"{name}: expected {expected[name]}, found {found[name]}"
        for name in expected
        if expected[name] != found[name]
    ]


def plain(text: str) -> str:
    """A text without what differs from world to world."""
    return IDS.sub("…", text)


def verify(who: Teammate) -> str:
    """What `runbook verify` finds wrong in somebody's archive; empty where all stands."""
    done = subprocess.run(
        [sys.executable, "-c", "from runbook_lib.cli import main; main()", "verify", "--offline"],
        env=who.environment("nobody's"),
        capture_output=True,
        text=True,
    )
    return "" if done.returncode == 0 else f"{who.name}: {done.stdout}{done.stderr}"
