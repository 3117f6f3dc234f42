"""The merge queue, and pull requests that GitHub merges by itself."""

from typing import Any

import pytest

from .served import Served
from .test_graph import ask
from .test_rules import checks, open_pull, refused, reviews, ruleset

ENQUEUE = """
mutation($id: ID!) {
  enqueuePullRequest(input: {pullRequestId: $id}) { mergeQueueEntry { position state } }
}
"""
AUTO = """
mutation($id: ID!) {
  enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: MERGE}) {
    pullRequest { number }
  }
}
"""
PLACE = """
query($owner: String!, $repo: String!) {
  repository(owner: $owner, name: $repo) {
    pullRequest(number: 1) { mergeQueueEntry { position state } }
  }
}
"""


QUEUE = {
    "check_response_timeout_minutes": 60,
    "grouping_strategy": "ALLGREEN",
    "max_entries_to_build": 5,
    "max_entries_to_merge": 5,
    "min_entries_to_merge": 1,
    "min_entries_to_merge_wait_minutes": 5,
}


def queue(github: Served, method: str = "MERGE") -> None:
    parameters = {**QUEUE, "merge_method": method}
    ruleset(github, {"type": "merge_queue", "parameters": parameters}, checks("ci"))


def pull(github: Served) -> Any:
    return github.get(":/pulls/1").json()


def say(github: Served, ref: str, state: str) -> None:
    sha = github.git("rev-parse", ref).strip()
    assert github.post(f":/statuses/{sha}", {"state": state, "context": "ci"}, who="ci").ok


def enqueue(github: Served) -> Any:
    return ask(github, ENQUEUE, id=pull(github)["node_id"])


def built(github: Served) -> str:
    """The branch of the queue's that is tested."""
    refs = github.git("for-each-ref", "--format=%(refname)", "refs/heads/gh-readonly-queue")
    return refs.strip()


def place(github: Served) -> Any:
    return ask(github, PLACE)["data"]["repository"]["pullRequest"]["mergeQueueEntry"]


@pytest.mark.parametrize("method", ["MERGE", "SQUASH"])
def test_what_is_put_in_is_tested_and_taken_as_the_queue_merges(
    github: Served, method: str
) -> None:
    queue(github, method)
    open_pull(github)
    assert enqueue(github)["errors"] == [{"message": 'Required status check "ci" is expected.'}]
    say(github, "release/1.9", "success")
    assert refused(github) == "Changes must be made through the merge queue"
    assert place(github) is None
    entry = enqueue(github)["data"]["enqueuePullRequest"]["mergeQueueEntry"]
    assert entry == place(github) == {"position": 1, "state": "AWAITING_CHECKS"}
    assert pull(github)["merged"] is False
    say(github, built(github), "success")
    assert pull(github)["merged"] is True
    assert (place(github), built(github)) == (None, "")
    inside = github.has("refs/heads/master") and github.git("branch", "--contains", "release/1.9")
    assert ("master" in str(inside)) == (method == "MERGE")


def test_what_fails_in_the_queue_leaves_it(github: Served) -> None:
    queue(github)
    open_pull(github)
    say(github, "release/1.9", "success")
    enqueue(github)
    say(github, built(github), "failure")
    assert (pull(github)["merged"], place(github)) == (False, None)


def test_without_a_queue_nothing_is_put_in(github: Served) -> None:
    open_pull(github)
    assert "not enabled" in enqueue(github)["errors"][0]["message"]


def test_what_is_to_merge_by_itself_does_when_all_is_there(github: Served) -> None:
    ruleset(github, reviews(1))
    open_pull(github)
    node = pull(github)["node_id"]
    assert "not allowed" in ask(github, AUTO, id=node)["errors"][0]["message"]
    assert github.ask("PATCH", ":", {"allow_auto_merge": True}).json()["allow_auto_merge"] is True
    assert ask(github, AUTO, id=node)["data"]
    found = pull(github)
    assert (found["auto_merge"]["enabled_by"]["login"], found["merged"]) == ("operator", False)
    github.post(":/pulls/1/reviews", {"event": "APPROVE", "body": "Read."}, who="reviewer")
    merged = pull(github)
    assert (merged["merged"], merged["merged_by"]["login"]) == (True, "operator")
    assert merged["auto_merge"] is None


def test_what_lacks_nothing_is_to_be_merged_at_once(github: Served) -> None:
    github.ask("PATCH", ":", {"allow_auto_merge": True})
    open_pull(github)
    words = ask(github, AUTO, id=pull(github)["node_id"])["errors"][0]["message"]
    assert "clean status" in words
