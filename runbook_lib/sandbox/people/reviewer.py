"""The reviewer: approves pull requests whose tests have passed, and merges them."""

from typing import Any

from runbook_lib.sandbox.people.round import Part, TooEarly, Visit, github_path
from runbook_lib.sandbox.world.world import Happening

PRIVATE_MIRROR = "-security"
"""What the name of a repository ends with in which fixes are kept until they are pushed."""
PASSED = ("success", "neutral", "skipped")


def wants_review(happening: Happening) -> bool:
    """Whether there is a pull request to look at."""
    actions = ("opened", "reopened", "synchronize")
    return happening.kind == "pull_request" and happening.data["action"] in actions


def review(visit: Visit) -> None:
    """Approve and merge an open pull request, or ask for changes.

    What is in a team's private mirror is approved and left: whoever pushes next merges it.
    """
    pull = visit.get(pull_path(visit))
    if pull is None or pull["state"] != "open" or pull["user"]["login"] == visit.login:
        return
    if not visit.willing:
        say(visit, pull, "REQUEST_CHANGES", "CHANGES_REQUESTED", "Please hold this release back.")
        return
    if not passed(visit, pull["head"]["sha"]):
        raise TooEarly(f"the tests of {pull['head']['sha']} have not passed")
    say(visit, pull, "APPROVE", "APPROVED", "Read and approved.")
    if not pull["base"]["repo"]["name"].endswith(PRIVATE_MIRROR):
        merge(visit, pull)


def pull_path(visit: Visit, *parts: str) -> str:
    """The pull request's path in GitHub's API."""
    data = visit.errand.data
    return github_path(data["repository"], "pulls", data["number"], *parts)


def passed(visit: Visit, sha: str) -> bool:
    """Whether a commit's statuses and check runs are all there and green."""
    commit = github_path(visit.errand.data["repository"], "commits", sha)
    status = visit.get(f"{commit}/status")
    runs = visit.get(f"{commit}/check-runs")
    green = all(run["conclusion"] in PASSED for run in runs["check_runs"])
    return bool(status["state"] == "success" and green)


def say(visit: Visit, pull: dict[str, Any], event: str, state: str, text: str) -> None:
    """Leave a review on the head, once."""
    head = pull["head"]["sha"]
    for given in visit.get(pull_path(visit, "reviews")):
        known = (given["user"]["login"], given["state"], given["commit_id"])
        if known == (visit.login, state, head):
            return
    visit.send(
        "POST", pull_path(visit, "reviews"), {"event": event, "body": text, "commit_id": head}
    )


def merge(visit: Visit, pull: dict[str, Any]) -> None:
    """Merge as the world's setting says."""
    body = {"merge_method": visit.setting("merge_method"), "sha": pull["head"]["sha"]}
    visit.send("PUT", pull_path(visit, "merge"), body)


REVIEWER = Part("reviewer", "reviewer", wants_review, review)
