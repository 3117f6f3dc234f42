"""Somebody else moves the world between two steps, a selection: it is found, and never overwritten.

`python -m tests.proof moved` tries each move at each place of seven runbooks.
"""

from functools import cache
from pathlib import Path

import pytest

from tests.proof.faults.scenarios import SCENARIOS
from tests.proof.moved.hands import WHERE, Hands
from tests.proof.moved.moves import MOVES
from tests.proof.moved.trying import Trial, Tried, Unmoved, try_moves, unmoved
from tests.proof.test_faults import Warm, slot_in, warm

__all__ = ["warm"]

WORLDS = {
    "well, in one session": [
        "release · before set_version · a commit on the source branch",
        "release · before wait_for_merge · the pull request edited",
        "release · before wait_for_merge · the pull request merged",
        "release · before await_answer · the bug commented on",
        "release · before check_gates · the bug resolved",
    ],
    "well, each time after it was said": [
        "release · within open_pull_request · the branch deleted",
        "release · before check_tag_unreleased · the tag deleted",
        "release · within publish_release · the draft deleted",
        "release · before publish_release #2 · the draft published",
    ],
    "Refused: expected main of upstream and of security at one commit": [
        "security_fixes · before push_upstream · a commit on the private main"
    ],
    "well, with the words of others": [
        "close_push · within create · the notes begun",
        "close_push · before set_topic · the notes edited",
        "close_push · before read_topic · the topic set",
    ],
    "Conflict: expected the draft of release 1.9 as this run wrote it": [
        "release · before publish_release · the release edited"
    ],
    "Conflict: tag 1.9 on origin is": ["release · within push · the tag at something else"],
    "Conflict: release/1.9 on origin is": ["release · before push · the branch at something else"],
    "Conflict: expected release/1.9 on GitHub at": [
        "release · before open_pull_request · a commit on the run's branch"
    ],
    "Conflict: expected no release but this run's own": [
        "release · within draft_release · a release made by hand"
    ],
    "Conflict: expected a pull request": [
        "release · before wait_for_merge · the pull request closed"
    ],
}
"""How a run comes to its end, and what somebody moves in its world."""


@cache
def unmoved_in(folder: Path, name: str) -> Unmoved:
    """What a runbook leaves where nobody moves anything."""
    return unmoved(slot_in(folder), SCENARIOS[name])


def move_in(folder: Path, keys: list[str]) -> Tried:
    """What comes of some moves in one world."""
    trials = [Trial.read(key) for key in keys]
    return try_moves(slot_in(folder), trials, unmoved_in(folder, trials[0].scenario))


@pytest.mark.parametrize("ends", WORLDS)
def test_what_somebody_else_moves_is_found_and_never_overwritten(ends: str, warm: Warm) -> None:
    tried = warm.do(move_in, WORLDS[ends])
    assert (tried.met, tried.found) == (WORLDS[ends], []), tried.said
    assert tried.said[-1].startswith(ends.partition(",")[0]), tried.said


def test_each_move_is_in_the_selection() -> None:
    assert {Trial.read(key).move for keys in WORLDS.values() for key in keys} == {*MOVES}


def test_each_step_and_each_act_of_a_release_is_a_place(warm: Warm) -> None:
    trials = warm.do(unmoved_in, "release").trials
    places = {str(trial.place) for trial in trials}
    assert {"before decide_release", "within push", "before check_gates"} <= places
    assert len(places) > 50 and len(trials) > 250


def test_what_is_overwritten_is_told_of(warm: Warm) -> None:
    [lost] = warm.do(overwrite_in)
    assert lost == "his text is not in the release any more"


def overwrite_in(folder: Path) -> list[str]:
    """What is told where somebody's text in a release is replaced by another."""
    scenario, slot = SCENARIOS["release"], slot_in(folder)
    slot.set_back(scenario)
    with slot.served(scenario, ()) as world:
        hands, move = Hands(world, WHERE["release"]), MOVES["the release edited"]
        hands.github("POST", "releases", {"tag_name": "1.9", "body": "ours", "draft": True})
        made = move.make(hands, move.find(hands) or {})
        assert [*move.lost(hands, made)] == []
        hands.github("PATCH", f"releases/{made['there']}", {"body": "ours"})
        return [*move.lost(hands, made)]
