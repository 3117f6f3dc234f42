"""CI: tests what is pushed, builds the images of a team's tags, and says so on the commit."""

from typing import Any

from runbook_lib.sandbox.people.shift import Part, Shift, TooEarly, github_path, tag_commit
from runbook_lib.sandbox.samples.team.week import TAGS, is_deployed
from runbook_lib.sandbox.world.git_objects import ZEROS
from runbook_lib.sandbox.world.world import Happening

CONTEXT = "ci/tests"
CHECK = "build"
IMAGE = "image"
"""The check run of a tag's image."""


JOB = "github-actions[bot]"
"""Whose pushes start no workflow: those of a job, by its own token.

https://docs.github.com/en/actions/concepts/security/github_token
"""


def is_push(happening: Happening) -> bool:
    """Whether a branch or a tag was pushed, and not deleted; or CI was started on one by hand."""
    data = happening.data
    if happening.kind == "workflow_dispatch":
        return True
    known = happening.kind == "push" and data["ref"].startswith(("refs/heads/", "refs/tags/"))
    return known and data["after"] != ZEROS and happening.who != JOB


def report(shift: Shift) -> None:
    """Say first that tests run on the commit, then how they ended; on each commit once."""
    repository = shift.job.data["repository"]
    sha = pushed_commit(shift)
    if sha is None:
        return
    state = last_state(shift, repository, sha)
    if state is None:
        post_status(shift, repository, sha, "pending", "The tests are running.")
        raise TooEarly(f"the tests of {sha} are running")
    if state == "pending":
        result = "success" if shift.willing else "failure"
        post_status(shift, repository, sha, result, f"The tests ended: {result}.")
    post_check(shift, repository, sha)
    if tag := push_tag(shift):
        build_image(shift, repository, sha, tag)


def push_tag(shift: Shift) -> str:
    """The pushed tag, where an image is to be built of it: a push's, of what is deployed."""
    data = shift.job.data
    tag = data["ref"].removeprefix("refs/tags/")
    return tag if is_deployed(data["repository"]) and TAGS.find(tag) else ""


def build_image(shift: Shift, repository: str, sha: str, tag: str) -> None:
    """Say first that the tag's image is being built, then how that ended; for each tag once."""
    path = github_path(repository, "commits", sha, "check-runs")
    runs = shift.get(f"{path}?check_name={IMAGE}&filter=all&per_page=100")["check_runs"]
    mine = [run for run in runs if tag in run["external_id"].split()]
    if not mine:
        body = {"name": IMAGE, "head_sha": sha, "status": "in_progress", "external_id": tag}
        body |= details(shift, repository, sha, "details_url")
        shift.send("POST", github_path(repository, "check-runs"), body)
        raise TooEarly(f"the image of {repository} {tag} is being built")
    if mine[-1]["status"] != "completed":
        result = "success" if shift.willing else "failure"
        path = github_path(repository, "check-runs", mine[-1]["id"])
        shift.send("PATCH", path, {"status": "completed", "conclusion": result})


def pushed_commit(shift: Shift) -> str | None:
    """The commit that was pushed, or None where it is not there any more."""
    data = shift.job.data
    if data["ref"].startswith("refs/tags/"):
        return tag_commit(shift, data["repository"], data["ref"].removeprefix("refs/tags/"))
    found = shift.get(github_path(data["repository"], "git/commits", data["after"]))
    return None if found is None else str(data["after"])


def last_state(shift: Shift, repository: str, sha: str) -> str | None:
    """What was last said about the tests of a commit, or None."""
    statuses = shift.get(github_path(repository, "commits", sha, "statuses")) or []
    states = [status["state"] for status in statuses if status["context"] == CONTEXT]
    return states[0] if states else None


def post_status(shift: Shift, repository: str, sha: str, state: str, text: str) -> None:
    """Set the commit's status."""
    body = {"context": CONTEXT, "state": state, "description": text} | details(
        shift, repository, sha, "target_url"
    )
    shift.send("POST", github_path(repository, "statuses", sha), body)


def post_check(shift: Shift, repository: str, sha: str) -> None:
    """Add the finished check run where the commit has none; complete the one that is queued."""
    conclusion = "success" if shift.willing else "failure"
    if number := shift.job.data.get("run"):
        done = {"status": "completed", "conclusion": conclusion}
        shift.send("PATCH", github_path(repository, "check-runs", number), done)
        return
    path = github_path(repository, "commits", sha, "check-runs")
    runs = shift.get(f"{path}?check_name={CHECK}") or {"check_runs": []}
    if any(run["name"] == CHECK for run in runs["check_runs"]):
        return
    body = {
        "name": CHECK,
        "head_sha": sha,
        "status": "completed",
        "conclusion": conclusion,
    } | details(shift, repository, sha, "details_url")
    shift.send("POST", github_path(repository, "check-runs"), body)


def details(shift: Shift, repository: str, sha: str, name: str) -> dict[str, Any]:
    """Where to read more."""
    return {name: f"{shift.client.url}/{repository}/commit/{sha}"}


CI = Part("ci", "ci", is_push, report)
