"""Two people at once on machines that know nothing of each other, a selection: one set of effects.

`python -m tests.proof people` tries two and eight, at one run and at runs that share repositories,
on one machine, with an archive and without.
"""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.proof.people.sharings import SHARINGS
from tests.proof.people.teammates import Ended
from tests.proof.people.trying import APART, ONE, Trial, try_at_once, try_in_turns
from tests.proof.test_faults import Warm, warm

__all__ = ["warm"]


def try_two(folder: Path, name: str) -> tuple[Trial, Trial]:
    """What comes of it when each task has one who does it; and when two do it at once."""
    sharing, place = SHARINGS[name], folder / name.replace(" ", "-")
    alone = try_in_turns(place / "alone", sharing, ONE, [[task] for task in sharing.tasks])
    return alone, try_at_once(place / "at-once", sharing, APART, 2)


@pytest.mark.parametrize("name", ["release", "live_push", "cherry_pick beside tag_push"])
def test_two_at_once_leave_one_set_of_effects_and_both_get_on(name: str, warm: Warm) -> None:
    alone, trial = warm.do(try_two, name)
    assert trial.found([alone]) == []
    assert [one.ename for one in trial.last] == ["", ""]


def test_what_is_wrong_is_told_in_words() -> None:
    well, shut = Ended("otto", "", ""), Ended("ada", "KeyError", "'tag'")
    task = SHARINGS["release"].tasks[0]
    once = Counter({"message: who works on bug 1?": 1})
    alone = Trial([task], [well], [well], once, Counter(), [])
    assert replace(alone).found([alone]) == []
    twice = Trial([task, task], [well, shut], [well, shut], once + once, Counter(push=2), ["x"])
    assert twice.found([alone]) == [
        f"ada was told no way on: {shut}",
        "x",
        "ada is stuck: KeyError: 'tag'",
        "expected 1, found 2: 'message: who works on bug 1?'",
        "2 say that they have done this: push",
    ]
