"""What several people carry out at once, and the worlds that they do it in."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.proof.faults.scenarios import sample, tagged, team
from tests.push.world import NAMES, TAG
from tests.release.world import World

WHY = {"reason": "the wrong tides"}
PICK = f"server {TAG}-1"


@dataclass(frozen=True)
class Task:
    """A runbook that somebody carries out, and what they give it."""

    runbook: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    profile: str = "team"
    until: str = ""
    """A text of the last cell that is run; empty: all are."""


@dataclass(frozen=True)
class Sharing:
    """The same run for all, or runs that share repositories: who is there takes a task in turn."""

    world: Callable[[Path], World]
    tasks: tuple[Task, ...]
    before: tuple[Task, ...] = ()
    """What the first of them has carried out until then."""
    between: Callable[[World, Path], object] = lambda world, scratch: None
    """What happens after that in the world."""


def commit(world: World, scratch: Path) -> None:
    """A colleague commits something that is to be released."""
    world.push(scratch, "fix: keep the last reading")
    world.settle()


def unreviewed(home: Path) -> World:
    """The sample project, whose reviewer is away."""
    world = sample(home)
    world.set_person("reviewer", mode="off")
    return world


def review(world: World, scratch: Path) -> None:
    """The reviewer is back."""
    world.set_person("reviewer", mode="on")


def push_day(world: World, scratch: Path) -> None:
    """It is the day of the push, and QA has told operations, too, that it may go out."""
    operator, tags = world.client(), "\n".join(f"{name} {TAG}" for name in NAMES)
    asked = {"run": f"live_push/{TAG}", "gate": "qa", "digest": "0", "title": "", "text": tags}
    operator.expect("PUT", "/sandbox/clock", {"to": "2026-03-12T09:30:00-07:00"})
    operator.expect("POST", "/sandbox/approvals", asked)
    world.settle()


RELEASE = Task("release")
DRAFTED = replace(RELEASE, until="github.draft_release")
SERVER = Task("release", {"version": "2026.3.20"}, profile="server")
"""A release of a repository that is also tagged for the push."""
TAGGING, PICKS, LOCALES = Task("tag_push"), Task("cherry_pick"), Task("extract_locales")
SHARINGS = {
    "release": Sharing(sample, (RELEASE,)),
    "release, after another": Sharing(sample, (RELEASE,), before=(RELEASE,), between=commit),
    "tag_push": Sharing(team, (TAGGING,)),
    "live_push": Sharing(tagged, (Task("live_push"),), between=push_day),
    "two releases": Sharing(
        sample, tuple(Task("release", {"version": named}) for named in ("1.9.0", "2.0.0"))
    ),
    "release beside tag_push": Sharing(team, (SERVER, TAGGING)),
    "cherry_pick beside tag_push": Sharing(tagged, (PICKS, TAGGING)),
    "cherry_pick beside a follow-up": Sharing(
        tagged, (PICKS, Task("tag_push", {"follow_up": PICK}))
    ),
    "abandon_release beside its release": Sharing(
        unreviewed, (Task("abandon_release", WHY), RELEASE), before=(DRAFTED,), between=review
    ),
    "extract_locales beside cherry_pick": Sharing(tagged, (LOCALES, PICKS)),
}
