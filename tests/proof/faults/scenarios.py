"""The runbooks that are tried, each with the world that it begins in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbook_lib.sandbox.server import process
from tests.proof.faults.outside import Incident, Outside, Publish, Switch
from tests.push.world import start_team
from tests.release.carried_out import step_through
from tests.release.world import World, start_world

UNSEEN = (
    "is well in production.*expected None, found 1"
    "|left undone: approve: .* is well in production: .* no verdict can be given"
)
"""A person judges a push whose graph a look could not get, if an earlier one saw it quiet too."""
PEOPLE = 0.02
"""Seconds after which the people of the sandbox act."""


@dataclass(frozen=True)
class Scenario:
    """A runbook, what it is given, who approves, and how the world is made that it begins in."""

    name: str
    prepare: Callable[[Path], World]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    approve: str = ""
    world: str = "team"
    besides: str = "$^"
    """What may be there besides, as the docs say: a question that a fault makes a person answer,
    or that a program of others follows a redirect."""

    outside: Outside = field(default_factory=Outside)

    def runbook(self, home: Path) -> str:
        """Its runbook's name; an example's with its place."""
        desk = self.outside.desk(home)
        return str(desk / self.name) if desk else self.name

    def begin(self, home: Path, front: str) -> None:
        """Make the world in a data folder, to be copied when nothing is under way in it."""
        self.outside.begin(home, front)
        world = self.prepare(home)
        world.settle()
        process.stop(world.folder)
        (world.folder / "keep").touch()


def sample(home: Path) -> World:
    """The sample project, as it comes."""
    return start_world(home / "sandbox" / "sample")


def drafted(home: Path) -> World:
    """The sample project, with a release that is drafted and reviewed by nobody."""
    world = sample(home)
    world.set_person("reviewer", mode="off")
    step_through(until="github.draft_release").went_well()
    return world


def team(home: Path) -> World:
    """The team's week, at its begin."""
    return start_team(home, delay=PEOPLE)


def tagged(home: Path) -> World:
    """The team's week, as soon as the push is tagged."""
    world = start_team(home, delay=PEOPLE)
    world.until("tagged")
    return world


def pushed(home: Path) -> World:
    """The team's week, as soon as the push is in production."""
    world = start_team(home, delay=PEOPLE)
    world.until("pushed")
    return world


SCENARIOS = {
    one.name: one
    for one in (
        Scenario("release", sample, world="sample"),
        Scenario("abandon_release", drafted, {"reason": "the wrong tides"}, world="sample"),
        Scenario("tag_push", team, approve="tags"),
        Scenario("live_push", tagged, besides=UNSEEN),
        Scenario("cherry_pick", tagged),
        Scenario("security_fixes", team),
        Scenario("extract_locales", tagged),
        Scenario("close_push", pushed),
        Scenario("push_duty", team),
        Scenario("incident", sample, world="sample", outside=Incident()),
        Scenario(
            "publish_package",
            sample,
            world="sample",
            besides="^sent to another host: GET /packages/",  # by pip, which knows the digest
            outside=Publish(),
        ),
        Scenario("switch_database", sample, world="sample", outside=Switch()),
    )
}
