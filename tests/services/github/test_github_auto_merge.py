"""GitHub is told to merge a pull request once all is there, and never what nobody has read."""

from typing import Any

import pytest

from runbook_lib.errors import Refused
from runbook_lib.services.github import PullRequest
from tests.services.github.conftest import Hub
from tests.services.github.test_github_pulls import (
    in_graph,
    merge,
    open_pull,
    review,
    reviews,
    rules,
)

ENABLE = "enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: SQUASH})"


@pytest.fixture
def pull(hub: Hub) -> PullRequest:
    """A pull request into a branch that requires a review, where auto-merge is allowed."""
    rules(hub, reviews(1))
    hub.ask("operator", "PATCH", "", {"allow_auto_merge": True})
    return open_pull(hub.github())


def shown(hub: Hub, pull: PullRequest) -> Any:
    """The pull request, as GitHub shows it."""
    return hub.ask("operator", "GET", f"/pulls/{pull.number}")


def test_it_merges_by_itself_once_it_is_reviewed(hub: Hub, pull: PullRequest) -> None:
    github = hub.github()
    found = github.merge_when_ready(pull)
    assert str(found) == f"#{pull.number} merges by itself, once all is there that is required"
    announced = github.runner.reports[-1].announced
    assert announced == f"have GitHub merge #{pull.number} by itself, once it has 1 approval"
    assert shown(hub, pull)["auto_merge"]["merge_method"] == "merge"
    hub.meanwhile = [lambda: review(hub, pull.number, "APPROVE")]
    merged = hub.github().wait_for_merge(pull)
    assert (merged.approvers, merged.merged_by) == (("reviewer",), "operator")
    assert str(hub.github().merge_when_ready(pull)) == f"#{pull.number} is merged"


def test_told_again_nothing_is_written(hub: Hub, pull: PullRequest) -> None:
    hub.github().merge_when_ready(pull)
    github, before = hub.github(), hub.writes()
    github.merge_when_ready(pull)
    assert (hub.outcome(github), hub.writes()) == ("already", before)


def test_a_lost_answer_is_looked_for(hub: Hub, pull: PullRequest) -> None:
    hub.spoil("POST", "/graphql$")
    github = hub.github()
    github.merge_when_ready(pull)
    assert (hub.outcome(github), github.writes) == ("done", 1)


def test_a_branch_that_requires_no_review_is_left_to_people(hub: Hub) -> None:
    hub.ask("operator", "PATCH", "", {"allow_auto_merge": True})
    pull = open_pull(hub.github())
    hub.ask("ci", "POST", f"/statuses/{pull.commit}", {"state": "pending"})
    with pytest.raises(Refused, match="merge what nobody has read, found no rule that does"):
        hub.github().merge_when_ready(pull)
    assert shown(hub, pull)["auto_merge"] is None


def test_what_lacks_nothing_is_left_to_who_reviews(hub: Hub, pull: PullRequest) -> None:
    review(hub, pull.number, "APPROVE")
    assert "lacks nothing" in str(hub.github().merge_when_ready(pull))


def test_a_repository_that_does_not_allow_it_is_told_in_githubs_words(hub: Hub) -> None:
    rules(hub, reviews(1))
    pull = open_pull(hub.github())
    with pytest.raises(Refused, match="Auto merge is not allowed .*leave the merge to people"):
        hub.github().merge_when_ready(pull)


def test_another_way_to_merge_that_somebody_has_chosen_is_refused(
    hub: Hub, pull: PullRequest
) -> None:
    in_graph(hub, f"mutation($id: ID!) {{ {ENABLE} {{ pullRequest {{ number }} }} }}", pull.number)
    with pytest.raises(Refused, match="to merge by a squash: have auto-merge disabled"):
        hub.github().merge_when_ready(pull)


def test_one_that_was_merged_by_hand_meanwhile_is_found(hub: Hub, pull: PullRequest) -> None:
    review(hub, pull.number, "APPROVE")
    merge(hub, pull.number)
    github = hub.github()
    assert str(github.merge_when_ready(pull)).endswith("is merged")
    assert hub.outcome(github) == "already"


def test_what_stands_against_it_is_found_before_there_is_a_pull_request(hub: Hub) -> None:
    with pytest.raises(Refused, match="allows auto-merge, as the profile asks for, found that"):
        hub.github().refuse_no_auto_merge("master")
    hub.ask("operator", "PATCH", "", {"allow_auto_merge": True})
    with pytest.raises(Refused, match="expected that master of harbor/tidewatch requires a review"):
        hub.github().refuse_no_auto_merge("master")
    rules(hub, reviews(1))
    github = hub.github()
    github.refuse_no_auto_merge("master")
    assert (github.calls, github.writes) == (3, 0)
