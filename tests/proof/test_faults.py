"""Faults at points of real runs, a selection: nothing is lost or doubled, no record is false.

`python -m tests.proof` tries all of them.
"""

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import pytest

from tests.proof.faults.leaks import leaks
from tests.proof.faults.points import Fault, Point
from tests.proof.faults.scenarios import SCENARIOS
from tests.proof.faults.sessions import begin, wait_for
from tests.proof.faults.slot import Slot
from tests.proof.faults.trying import Plan, Tried, Undisturbed, try_faults, undisturbed
from tests.proof.faults.worlds import differences, see

T = TypeVar("T")
GITHUB = "/api/v3/repos/harbor/tidewatch"
PULLS, RELEASES, BUGS = f"{GITHUB}/pulls", f"{GITHUB}/releases", "/bugzilla/rest/bug"
"""Where a release writes."""


@dataclass(frozen=True)
class Warm:
    """A process of its own, which sessions are forked from: the one of the tests has threads."""

    pool: ProcessPoolExecutor
    folder: Path

    def do(self, work: Callable[..., T], *given: object) -> T:
        """Have it do something."""
        return self.pool.submit(work, self.folder, *given).result()


@pytest.fixture(scope="module")
def warm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warm]:
    """The process for this module, with a slot of its own."""
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        yield Warm(pool, tmp_path_factory.mktemp("slot"))


@cache
def slot_in(folder: Path) -> Slot:
    """The slot."""
    return Slot(folder)


@cache
def release_in(folder: Path) -> Undisturbed:
    """What a release leaves where nothing goes wrong."""
    return undisturbed(slot_in(folder), SCENARIOS["release"])


def try_in(folder: Path, plan: Plan) -> Tried:
    """What comes of some faults."""
    return try_faults(slot_in(folder), plan, release_in(folder))


def double_in(folder: Path) -> str:
    """What is told of a world in which nothing was done but a draft of somebody else's."""
    scenario, slot, before = SCENARIOS["release"], slot_in(folder), release_in(folder)
    slot.set_back(scenario)
    with slot.served(scenario, ()) as world:
        draft = {"tag_name": "1.9", "name": "once more", "draft": True}
        world.client().expect("POST", RELEASES, draft)
    return "\n".join(differences(before.seen, see(world.folder)))


def leak_in(folder: Path) -> str:
    """What is told of a world in which somebody has written the operator's token down."""
    scenario, slot = SCENARIOS["release"], slot_in(folder)
    slot.set_back(scenario)
    with slot.served(scenario, ()) as world:
        before = [*leaks(slot, world)]
        (slot.told / "said.txt").write_text(b64encode(f":{world.token()}".encode()).decode())
        return "\n".join([f"before: {before}", *leaks(slot, world)])


def fault(what: str, kind: str, nth: int = 1) -> Fault:
    return Fault("release", Point(what, nth), kind)


def check(tried: Tried) -> None:
    """All faults of a plan were met, and nothing is wrong in the end."""
    assert tried.struck == {fault for faults in tried.plan for fault in faults}
    assert tried.found == ()


@pytest.mark.parametrize(
    "plan",
    [
        [
            [],
            [fault(f"POST {PULLS}", "killed after")],
            [fault(f"POST {RELEASES}", "lost"), fault(f"POST {BUGS}", "killed during")],
        ],
        [
            [],
            [fault("git push", "killed after")],
            [fault(f"POST {PULLS}", "html"), fault(f"POST {BUGS}", "redirect")],
        ],
        [
            [],
            [fault("git commit-tree", "ended")],
            [fault("git push", "failed after"), fault(f"GET {RELEASES}", "limit", 2)],
        ],
    ],
    ids=["killed", "answered by others", "git"],
)
def test_a_release_that_meets_faults_leaves_what_an_undisturbed_one_leaves(
    plan: Plan, warm: Warm
) -> None:
    check(warm.do(try_in, plan))


def test_each_request_and_each_git_command_is_a_point(warm: Warm) -> None:
    release = warm.do(release_in)
    services = {point.service for point in release.points}
    assert services == {"GitHub", "Bugzilla", "deployed", "git", "program"}
    assert len(release.points) > 300
    writes = {point.what for point in release.points if point.reaches_out}
    assert writes == {
        "git push",
        "POST /harbor/tidewatch.git/git-receive-pack",
        f"POST {PULLS}",
        f"POST {RELEASES}",
        f"PATCH {RELEASES}/1",
        f"POST {BUGS}",
        f"PUT {BUGS}/1",
    }


def test_what_the_suite_asks_when_the_sessions_are_over_is_never_struck(warm: Warm) -> None:
    points = warm.do(release_in).points
    asked = max(point.nth for point in points if point.what == f"GET {PULLS}")
    tried = warm.do(try_in, [[], [fault(f"GET {PULLS}", "killed before", asked + 1)]])
    assert (tried.struck, tried.found) == (frozenset(), ())


def test_what_is_lost_and_what_is_doubled_is_told_of(warm: Warm) -> None:
    found = warm.do(double_in)
    assert "once more" in found and "expected None, found 1" in found
    assert "refs/tags/1.9" in found


def test_a_secret_that_is_left_is_told_of(warm: Warm) -> None:
    assert warm.do(leak_in).startswith("before: []\na secret in ")


def test_a_process_that_hangs_is_ended(tmp_path: Path) -> None:
    _, hung = wait_for(begin(lambda: time.sleep(60), tmp_path / "said"), limit=0.1)
    assert hung
