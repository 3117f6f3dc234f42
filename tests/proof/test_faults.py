"""Faults at points of real runs, a selection: nothing is lost or doubled, no record is false.

`python -m tests.proof` tries all of them.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proof.faults.points import Fault, Point
from tests.proof.faults.scenarios import SCENARIOS
from tests.proof.faults.sessions import begin, wait_for
from tests.proof.faults.slot import Slot
from tests.proof.faults.trying import Plan, Tried, Undisturbed, try_faults, undisturbed
from tests.proof.faults.worlds import differences, see

GITHUB = "/api/v3/repos/harbor/tidewatch"
PULLS, RELEASES, BUGS = f"{GITHUB}/pulls", f"{GITHUB}/releases", "/bugzilla/rest/bug"
"""Where a release writes."""


@pytest.fixture(scope="module")
def slot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Slot]:
    """A slot of this module's own; the environment of the tests is put back."""
    kept = dict(os.environ)
    yield Slot(tmp_path_factory.mktemp("slot"))
    os.environ.clear()
    os.environ.update(kept)


@pytest.fixture(scope="module")
def release(slot: Slot) -> Undisturbed:
    """What a release leaves where nothing goes wrong."""
    return undisturbed(slot, SCENARIOS["release"])


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
            [fault(f"POST {PULLS}", "killed after")],
            [fault(f"POST {RELEASES}", "lost"), fault(f"POST {BUGS}", "killed during")],
        ],
        [
            [fault("git push", "killed after")],
            [fault(f"POST {PULLS}", "html"), fault(f"POST {BUGS}", "redirect")],
        ],
        [
            [fault("git commit-tree", "ended")],
            [fault("git push", "failed after"), fault(f"GET {RELEASES}", "limit", 2)],
        ],
    ],
    ids=["killed", "answered by others", "git"],
)
def test_a_release_that_meets_faults_leaves_what_an_undisturbed_one_leaves(
    plan: Plan, slot: Slot, release: Undisturbed
) -> None:
    check(try_faults(slot, plan, release))


def test_each_request_and_each_git_command_is_a_point(release: Undisturbed) -> None:
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


def test_what_is_lost_and_what_is_doubled_is_told_of(slot: Slot, release: Undisturbed) -> None:
    scenario = SCENARIOS["release"]
    slot.set_back(scenario)
    with slot.served(scenario, ()) as world:
        draft = {"tag_name": "1.9", "name": "once more", "draft": True}
        world.client().expect("POST", RELEASES, draft)
    found = "\n".join(differences(release.seen, see(world.folder)))
    assert "once more" in found and "expected None, found 1" in found
    assert "refs/tags/1.9" in found


def test_a_process_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.proof.faults.sessions.LIMIT", 0.1)
    _, hung = wait_for(begin(lambda: time.sleep(60), tmp_path / "said"))
    assert hung
