"""Two people release at once on machines that know nothing of each other: one set of effects.

`python -m tests.proof people` tries two and eight, on one machine, with an archive and without.
"""

from pathlib import Path
from typing import Any

from tests.proof.people.trying import APART, SHARINGS, different, try_at_once
from tests.release.conftest import undisturbed

__all__ = ["undisturbed"]


def test_two_who_release_at_once_leave_one_set_of_effects_and_both_get_on(
    tmp_path: Path, undisturbed: dict[str, Any]
) -> None:
    trial = try_at_once(tmp_path, SHARINGS["one release"], APART, 2)
    assert trial.found(trial.effects) == []
    [bug, _] = trial.effects["bugs"]
    kept = {name: trial.effects[name] for name in ("refs", "releases")}
    alone = {
        "refs": sorted(undisturbed["commits"]),
        "releases": sorted(one[:3] for one in undisturbed["releases"]),
    }
    assert different(alone, kept) == []
    assert len(trial.effects["pulls"]) == len(undisturbed["pulls"]) == 1, bug
