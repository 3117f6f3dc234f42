"""CI: tests what is pushed, builds the images of a team's tags, and says so on the commit."""

from typing import Any

from runbook_lib.sandbox.people.round import Part, TooEarly, Visit, github_path, tag_commit
from runbook_lib.sandbox.samples.team.week import TAG, is_deployed
from runbook_lib.sandbox.world.git_objects import ZEROS
from runbook_lib.sandbox.world.world import Happening

CONTEXT = "ci/tests"
CHECK = "build"
IMAGE = "image"
"""The check run of a tag's image."""


def is_push(happening: Happening) -> bool:
    """Whether a branch or a tag was pushed, and not deleted."""
    data = happening.data
    known = happening.kind == "push" and data["ref"].startswith(("refs/heads/", "refs/tags/"))
    return known and data["after"] != ZEROS


def report(visit: Visit) -> None:
    """Say first that tests run on the commit, then how they ended; on each commit once."""
    repository = visit.errand.data["repository"]
    sha = pushed_commit(visit)
    if sha is None:
        return
    state = last_state(visit, repository, sha)
    if state is None:
        post_status(visit, repository, sha, "pending", "The tests are running.")
        raise TooEarly(f"the tests of {sha} are running")
    if state == "pending":
        result = "success" if visit.willing else "failure"
        post_status(visit, repository, sha, result, f"The tests ended: {result}.")
    post_check(visit, repository, sha)
    if tag := push_tag(visit):
        build_image(visit, repository, sha, tag)


def push_tag(visit: Visit) -> str:
    """The pushed tag, where an image is to be built of it: a push's, of what is deployed."""
    data = visit.errand.data
    tag = data["ref"].removeprefix("refs/tags/")
    return tag if is_deployed(data["repository"]) and TAG.fullmatch(tag) else ""


def build_image(visit: Visit, repository: str, sha: str, tag: str) -> None:
    """Say first that the tag's image is being built, then how that ended; for each tag once."""
    path = github_path(repository, "commits", sha, "check-runs")
    runs = visit.get(f"{path}?check_name={IMAGE}&filter=all&per_page=100")["check_runs"]
    mine = [run for run in runs if tag in run["external_id"].split()]
    if not mine:
        body = {"name": IMAGE, "head_sha": sha, "status": "in_progress", "external_id": tag}
        body |= details(visit, repository, sha, "details_url")
        visit.send("POST", github_path(repository, "check-runs"), body)
        raise TooEarly(f"the image of {repository} {tag} is being built")
    if mine[-1]["status"] != "completed":
        result = "success" if visit.willing else "failure"
        path = github_path(repository, "check-runs", mine[-1]["id"])
        visit.send("PATCH", path, {"status": "completed", "conclusion": result})


def pushed_commit(visit: Visit) -> str | None:
    """The commit that was pushed, or None where it is not there any more."""
    data = visit.errand.data
    if data["ref"].startswith("refs/tags/"):
        return tag_commit(visit, data["repository"], data["ref"].removeprefix("refs/tags/"))
    found = visit.get(github_path(data["repository"], "git/commits", data["after"]))
    return None if found is None else str(data["after"])


def last_state(visit: Visit, repository: str, sha: str) -> str | None:
    """What was last said about the tests of a commit, or None."""
    statuses = visit.get(github_path(repository, "commits", sha, "statuses")) or []
    states = [status["state"] for status in statuses if status["context"] == CONTEXT]
    return states[0] if states else None


def post_status(visit: Visit, repository: str, sha: str, state: str, text: str) -> None:
    """Set the commit's status."""
    body = {"context": CONTEXT, "state": state, "description": text} | details(
        visit, repository, sha, "target_url"
    )
    visit.send("POST", github_path(repository, "statuses", sha), body)


def post_check(visit: Visit, repository: str, sha: str) -> None:
    """Add the finished check run where the commit has none."""
    path = github_path(repository, "commits", sha, "check-runs")
    runs = visit.get(f"{path}?check_name={CHECK}") or {"check_runs": []}
    if any(run["name"] == CHECK for run in runs["check_runs"]):
        return
    body = {
        "name": CHECK,
        "head_sha": sha,
        "status": "completed",
        "conclusion": "success" if visit.willing else "failure",
    } | details(visit, repository, sha, "details_url")
    visit.send("POST", github_path(repository, "check-runs"), body)


def details(visit: Visit, repository: str, sha: str, name: str) -> dict[str, Any]:
    """Where to read more."""
    return {name: f"{visit.client.url}/{repository}/commit/{sha}"}


CI = Part("ci", "ci", is_push, report)
