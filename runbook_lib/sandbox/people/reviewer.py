"""The reviewer: approves pull requests whose tests have passed, and merges them."""

from typing import Any

from runbook_lib.sandbox.people.shift import Part, Shift, TooEarly, github_path
from runbook_lib.sandbox.world.world import Happening

PRIVATE_MIRROR = "-security"
"""What the name of a repository ends with in which fixes are kept until they are pushed."""
NOT_ALLOWED = 405
ENQUEUE = """
mutation($id: ID!) {
  enqueuePullRequest(input: {pullRequestId: $id}) { mergeQueueEntry { position } }
}
"""
PASSED = ("success", "neutral", "skipped")


def wants_review(happening: Happening) -> bool:
    """Whether there is a pull request to look at."""
    actions = ("opened", "reopened", "synchronize")
    return happening.kind == "pull_request" and happening.data["action"] in actions


def review(shift: Shift) -> None:
    """Approve and merge an open pull request, or ask for changes.

    What is in a team's private mirror is approved and left: whoever pushes next merges it.
    """
    pull = shift.get(pull_path(shift))
    if pull is None or pull["state"] != "open" or pull["user"]["login"] == shift.login:
        return
    if not shift.willing:
        say(shift, pull, "REQUEST_CHANGES", "CHANGES_REQUESTED", "Please hold this release back.")
        return
    if not passed(shift, pull["head"]["sha"]):
        raise TooEarly(f"the tests of {pull['head']['sha']} have not passed")
    say(shift, pull, "APPROVE", "APPROVED", "Read and approved.")
    if not pull["base"]["repo"]["name"].endswith(PRIVATE_MIRROR):
        merge(shift, pull)


def pull_path(shift: Shift, *parts: str) -> str:
    """The pull request's path in GitHub's API."""
    data = shift.job.data
    return github_path(data["repository"], "pulls", data["number"], *parts)


def passed(shift: Shift, sha: str) -> bool:
    """Whether a commit's statuses and check runs are all there and green."""
    commit = github_path(shift.job.data["repository"], "commits", sha)
    status = shift.get(f"{commit}/status")
    runs = shift.get(f"{commit}/check-runs")
    green = all(run["conclusion"] in PASSED for run in runs["check_runs"])
    return bool(status["state"] == "success" and green)


def say(shift: Shift, pull: dict[str, Any], event: str, state: str, text: str) -> None:
    """Leave a review on the head, once."""
    head = pull["head"]["sha"]
    for given in shift.get(pull_path(shift, "reviews")):
        known = (given["user"]["login"], given["state"], given["commit_id"])
        if known == (shift.login, state, head):
            return
    shift.send(
        "POST", pull_path(shift, "reviews"), {"event": event, "body": text, "commit_id": head}
    )


def merge(shift: Shift, pull: dict[str, Any]) -> None:
    """Merge as the world's setting says, or put it into the branch's queue."""
    place = pull_path(shift, "merge")
    body = {"merge_method": shift.setting("merge_method"), "sha": pull["head"]["sha"]}
    answer = shift.client.ask("PUT", place, body)
    if answer.status == NOT_ALLOWED and "merge queue" in answer.data["message"]:
        said = {"query": ENQUEUE, "variables": {"id": pull["node_id"]}}
        shift.send("POST", "/api/graphql", said)
    else:
        shift.client.accepted("PUT", place, answer)


REVIEWER = Part("reviewer", "reviewer", wants_review, review)
