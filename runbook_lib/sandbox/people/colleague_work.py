"""What colleagues do each week by the world's clock, whoever has push duty.

Code lands, a fix is reviewed in private, bugs are closed and found. Each thing is done once,
through the sandbox's own services; so a world lives on from week to week.
"""

import base64
import threading
import time
from datetime import date, timedelta

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.people.jobs import Job
from runbook_lib.sandbox.people.shift import Shift, github_path
from runbook_lib.sandbox.samples.team.issues import NOBODY, PRODUCT
from runbook_lib.sandbox.samples.team.later_weeks import (
    Landing,
    blocker,
    branch_of,
    error,
    landings,
    private_fix,
)
from runbook_lib.sandbox.samples.team.week import (
    PUSH,
    WEEK,
    coming_push,
    full_name,
    has_team,
    tag_of,
    tagging_of,
)
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.services.sentry.issues import plant_issue
from runbook_lib.sandbox.world.world import World

BEGUN = "week"
"""The setting with the push for which colleagues have done their work."""
CHECK_SECONDS, LOOK_SECONDS = 10.0, 0.1
WHITEBOARD = "[push-blocker]"
SERVER, PRIVATE = full_name("server"), full_name("server-security")

beginning = threading.Lock()


@frozen
class Found:
    """A file on a repository's main; no id and no text where there is none."""

    text: str = ""
    sha: str = ""


def caller(world: World, url: str, login: str) -> Shift:
    """One of the people, as a caller of the world's services."""
    account = world.account(login)
    assert account is not None, f"the team's world has an account {login}"
    return Shift(Client(url, account.token), login, Job(0, login, "week", {}, 0.0, 0, 0), "on")


def is_begun(world: World) -> bool:
    """Whether the work before the coming push is done, or is the new world's own."""
    push = coming_push(world.now())
    return push <= PUSH or world.setting(BEGUN) == push.isoformat()


def begin_week(world: World, url: str) -> None:
    """Have done what colleagues do before the coming push; once in each week."""
    with beginning:
        if not has_team(world) or is_begun(world):
            return
        push = coming_push(world.now())
        for one in landings(push):
            land(caller(world, url, one.who), one)
        keep_private(caller(world, url, private_fix(push).who), push)
        sort_bugs(caller(world, url, "edith"), push)
        project, title = error(push)
        plant_issue(world, project, title, at=tagging_of(push) - timedelta(days=1), events=3)
        world.set_setting(BEGUN, push.isoformat())
    if all(world.people()[role].mode == "on" for role in ("ci", "reviewer")):
        await_checks(caller(world, url, "edith"), push, {one.repository for one in landings(push)})


def read_file(shift: Shift, repository: str, path: str, *, branch: str = "main") -> Found:
    """A file as a branch of one of the team's repositories has it."""
    place = github_path(full_name(repository), "contents", *path.split("/"))
    found = shift.get(f"{place}?ref={branch}")
    return Found(base64.b64decode(found["content"]).decode(), found["sha"]) if found else Found()


def commit_file(
    shift: Shift, repository: str, path: str, text: str, message: str, sha: str = "", **said: str
) -> str:
    """Commit a file to main, or to the branch that is said; returns the commit."""
    body = {"message": message, "content": base64.b64encode(text.encode()).decode(), **said}
    body |= {"sha": sha} if sha else {}
    place = github_path(full_name(repository), "contents", *path.split("/"))
    return str(shift.send("PUT", place, body)["commit"]["sha"])


def land(shift: Shift, one: Landing) -> None:
    """Bring a file to main, where it is not there."""
    found = read_file(shift, one.repository, one.path)
    if one.text not in found.text:
        text = found.text + one.text if one.more else one.text
        commit_file(shift, one.repository, one.path, text, one.message, found.sha)


def keep_private(shift: Shift, push: date) -> None:
    """Put a fix on a branch of the private mirror, and ask for its review there."""
    fix, branch = private_fix(push), branch_of(push)
    if shift.get(github_path(PRIVATE, "git/ref/heads", branch)) is None:
        head = shift.get(github_path(PRIVATE, "git/ref/heads/main"))["object"]["sha"]
        made = {"ref": f"refs/heads/{branch}", "sha": head}
        shift.send("POST", github_path(PRIVATE, "git/refs"), made)
    found = read_file(shift, fix.repository, fix.path, branch=branch)
    if not found.sha:
        commit_file(shift, fix.repository, fix.path, fix.text, fix.message, branch=branch)
    if not pulls_of(shift, branch):
        said = {"title": fix.message, "head": branch, "base": "main"}
        shift.send("POST", github_path(PRIVATE, "pulls"), said)


def pulls_of(shift: Shift, branch: str) -> list[int]:
    """The numbers of a branch's pull requests in the private mirror."""
    pulls = shift.get(f"{github_path(PRIVATE, 'pulls')}?state=all&per_page=100")
    return [int(one["number"]) for one in pulls if one["head"]["ref"] == branch]


def sort_bugs(shift: Shift, push: date) -> None:
    """Close what somebody has mended for the push before, move the rest on, and find one more."""
    last, coming, _ = (milestone(shift, push + weeks * WEEK) for weeks in (-1, 0, 1))
    issues = github_path(SERVER, "issues")
    left = shift.get(f"{issues}?labels=blocker&milestone={last}&per_page=100")
    for issue in left:
        change = {"state": "closed"} if issue["assignees"] else {"milestone": coming}
        shift.send("PATCH", github_path(SERVER, "issues", issue["number"]), change)
    found = shift.get(f"{issues}?milestone={coming}&state=all&per_page=100")
    if blocker(push) not in [issue["title"] for issue in found]:
        said = {"title": blocker(push), "milestone": coming, "labels": ["blocker"]}
        shift.send("POST", issues, {**said, "assignees": ["matteo"]})
    sort_bugzilla(shift, push)


def milestone(shift: Shift, push: date) -> int:
    """The number of a push's milestone, made where there is none."""
    place = github_path(SERVER, "milestones")
    known = {one["title"]: one["number"] for one in shift.get(f"{place}?state=all&per_page=100")}
    title = tag_of(push)
    return int(known.get(title) or shift.send("POST", place, {"title": title})["number"])


def sort_bugzilla(shift: Shift, push: date) -> None:
    """The same in Bugzilla, whose bugs have no milestones: what nobody works on stays."""
    bugs = shift.get(f"/bugzilla/rest/bug?product={PRODUCT}&whiteboard=push-blocker")["bugs"]
    for bug in bugs:
        if bug["is_open"] and bug["assigned_to"] != NOBODY and bug["summary"] != blocker(push):
            done = {"status": "RESOLVED", "resolution": "FIXED"}
            shift.send("PUT", f"/bugzilla/rest/bug/{bug['id']}", done)
    if blocker(push) not in [bug["summary"] for bug in bugs]:
        said = {"product": PRODUCT, "component": "Server", "version": "unspecified"}
        said |= {"summary": blocker(push), "whiteboard": WHITEBOARD}
        shift.send("POST", "/bugzilla/rest/bug", {**said, "assigned_to": "matteo@sandbox.example"})


def await_checks(shift: Shift, push: date, repositories: set[str]) -> None:
    """Give CI and the reviewer their moment, as they have it in life long before the tags."""
    limit = time.monotonic() + CHECK_SECONDS
    while not is_checked(shift, push, repositories) and time.monotonic() < limit:
        time.sleep(LOOK_SECONDS)


def is_checked(shift: Shift, push: date, repositories: set[str]) -> bool:
    """Whether CI has tested the mains, and the reviewer has read the private fix."""
    heads = (github_path(full_name(name), "commits/main/status") for name in repositories)
    if any(shift.get(head)["state"] == "pending" for head in heads):
        return False
    pulls = pulls_of(shift, branch_of(push))
    return all(shift.get(github_path(PRIVATE, "pulls", number, "reviews")) for number in pulls)
