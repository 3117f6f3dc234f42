"""A release whose merge is left to GitHub."""

from typing import Any

import pytest

from tests.release.carried_out import step_through
from tests.release.conftest import WriteProfile
from tests.release.test_waiting import TEAM, approve
from tests.release.world import World


def require_reviews(world: World) -> None:
    """Have an admin require a review of what goes into the source branch."""
    names = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    given = {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}
    said = {"name": "main", "enforcement": "active", "conditions": names, "rules": [given]}
    world.client().expect("POST", f"/api/v3/repos/{world.repository}/rulesets", said)


@pytest.mark.parametrize("allowed", [True, False])
def test_a_merge_that_is_left_to_github_is_made_once_it_is_reviewed(
    allowed: bool, world: World, write_profile: WriteProfile
) -> None:
    write_profile({"github.merge": "auto"})
    require_reviews(world)
    place = f"/api/v3/repos/{world.repository}"
    world.client().expect("PATCH", place, {"allow_auto_merge": allowed})
    if not allowed:
        since = world.mark()
        assert "allows auto-merge" in step_through(TEAM).ended_with("Refused")
        assert world.writes(since=since) == []
        return
    world.set_person("reviewer", mode="off")
    step_through(TEAM).ended_with("Waiting")
    approve()

    def leave_it(namespace: dict[str, Any]) -> None:
        review = {"event": "APPROVE", "body": "Read."}
        number = namespace["pull"].number
        world.client("reviewer").expect("POST", f"{place}/pulls/{number}/reviews", review)

    before = {"github.wait_for_merge": leave_it}
    done = step_through(TEAM, before=before, until="github.publish_release").went_well()
    assert str(done.namespace["automatic"]).startswith("#1 merges by itself")
    assert done.namespace["merge"].merged_by == "operator"
    assert [one["draft"] for one in world.releases()] == [False]
