"""A whole release through PyGithub, on a real repository."""

import pytest
from github import GithubException

from .served import Served


def test_a_release_goes_from_pull_request_to_publication(github: Served) -> None:
    remote, reviewer, ci = github.remote(), github.remote("reviewer"), github.remote("ci")
    head = github.git("rev-parse", "release/1.9")
    pull = remote.create_pull("master", "release/1.9", title="Release 1.9", body="notes")
    assert (pull.number, pull.head.sha, pull.mergeable, pull.mergeable_state) == (
        1,
        head,
        True,
        "clean",
    )
    status = github.remote_commit(head, "ci").create_status
    status("pending", context="ci/test")
    assert remote.get_pull(1).mergeable_state == "unstable"
    status("success", context="ci/test", description="all green")
    ci.create_check_run("build", head, status="completed", conclusion="success")
    commit = github.remote_commit(head)
    assert commit.get_combined_status().state == "success"
    assert [run.conclusion for run in commit.get_check_runs()] == ["success"]
    reviewer.get_pull(1).create_review(event="APPROVE", body="fine")
    assert [review.state for review in pull.get_reviews()] == ["APPROVED"]
    draft = remote.create_git_release("1.9", "1.9", "the text", draft=True, target_commitish=head)
    assert [release.draft for release in remote.get_releases()] == [True]
    merged = reviewer.get_pull(1).merge()
    assert merged.merged
    assert github.git("rev-parse", "master^2") == head
    assert github.git("rev-list", "--count", "1.8..master") == "3"
    published = draft.update_release("1.9", "the text", draft=False)
    assert published.published_at is not None
    assert remote.get_release("1.9").id == remote.get_latest_release().id == draft.id
    assert github.git("rev-parse", "1.9") == head
    with pytest.raises(GithubException) as refused:
        remote.create_git_release("1.9", "1.9", "again")
    assert refused.value.status == 422
