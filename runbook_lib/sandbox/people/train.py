"""Operations and a team's pushes: tags to stage as they come, to production when asked.

https://mozilla.github.io/addons-server/topics/development/push_duty.html has the procedure.
"""

from datetime import datetime, timedelta

from runbook_lib.sandbox.people.approvals import is_of_quality
from runbook_lib.sandbox.people.chat import say_once
from runbook_lib.sandbox.people.ci import IMAGE
from runbook_lib.sandbox.people.shift import Shift, TooEarly, github_path, tag_commit
from runbook_lib.sandbox.samples.team.week import (
    MONITORING_TIME,
    TAGS,
    TRAIN_TIME,
    Train,
    full_name,
    is_deployed,
    read_train,
    tag_key,
)
from runbook_lib.sandbox.world.git_objects import ZEROS
from runbook_lib.sandbox.world.world import Happening


def is_push_tag(happening: Happening) -> bool:
    """Whether a push's tag was pushed, of a repository that is deployed."""
    data = happening.data
    tag = data["ref"].removeprefix("refs/tags/")
    made = data["before"] == ZEROS and data["after"] != ZEROS
    return made and is_deployed(data["repository"]) and bool(TAGS.find(tag))


def push_to_stage(shift: Shift) -> None:
    """Deploy a tag to stage once its image is built, and say so; an older one is left."""
    data = shift.job.data
    name, tag = data["repository"].split("/")[1], data["ref"].removeprefix("refs/tags/")
    sha = tag_commit(shift, data["repository"], tag)
    if sha is None or is_older(tag, running_tag(shift, "stage", name)):
        return
    if not image_is_built(shift, data["repository"], sha, tag):
        raise TooEarly(f"the image of {data['repository']} {tag} is not built")
    deploy(shift, "stage", name, tag, sha)


def image_is_built(shift: Shift, repository: str, sha: str, tag: str) -> bool:
    """Whether CI has built a tag's image."""
    path = github_path(repository, "commits", sha, "check-runs")
    runs = shift.get(f"{path}?check_name={IMAGE}&filter=all&per_page=100")["check_runs"]
    mine = [run for run in runs if tag in run["external_id"].split()]
    return bool(mine) and mine[-1]["conclusion"] == "success"


def running_tag(shift: Shift, environment: str, name: str) -> str:
    """The tag that runs on an environment; empty before the first deployment."""
    found = shift.get(f"/{environment}/{name}/__version__") or {}
    return str(found.get("version", ""))


def is_older(tag: str, running: str) -> bool:
    """Whether a tag would take an environment back: nobody here deploys such a one."""
    return tag_key(running) > tag_key(tag)


def deploy(shift: Shift, environment: str, name: str, tag: str, sha: str) -> None:
    """Deploy where it does not run yet, and say so; or say that it failed."""
    said = f"{full_name(name)} {tag} ({sha[:9]}) to {environment}"
    if not shift.willing:
        say_once(shift, f"failed to deploy {said}")
        return
    body = {
        "environment": environment,
        "repository": full_name(name),
        "version": tag,
        "commit": sha,
    }
    shift.send("POST", "/sandbox/deployments", body)
    say_once(shift, f"deployed {said}")


def asks_for_production(happening: Happening) -> bool:
    """Whether somebody asks in the chat for a push to production."""
    text = happening.data.get("text", "").lower()
    return happening.who != "ops" and "production" in text and bool(read_train(text).tags)


def push_to_production(shift: Shift) -> None:
    """Deploy the tags that a message names, once QA has approved just these; production is never
    taken back to an older one.
    """
    train = read_train(shift.job.data["text"])
    if not is_approved(shift, train):
        raise TooEarly("QA has not approved this push")
    running = {name: running_tag(shift, "production", name) for name, _ in train.tags}
    left = [(name, tag) for name, tag in train.tags if running[name] != tag]
    for name, tag in train.tags:
        sha = tag_commit(shift, full_name(name), tag)
        if sha is None:
            say_once(shift, f"failed to deploy {full_name(name)} {tag}: there is no such tag")
        elif is_older(tag, running[name]):
            newer = f"production has {running[name]}, which came after it"
            say_once(shift, f"did not deploy {full_name(name)} {tag}: {newer}")
        else:
            if (name, tag) in left and shift.willing:
                take_time(shift, TRAIN_TIME / len(train.tags))
            deploy(shift, "production", name, tag, sha)
    if left and shift.willing:
        pass_time(shift, MONITORING_TIME)


def is_approved(shift: Shift, train: Train) -> bool:
    """Whether an approved question to QA names all of a train's tags."""
    approved = (
        read_train(f"{one['title']}\n{one['text']}")
        for one in shift.get("/sandbox/approvals")
        if one["state"] == "approved" and is_of_quality(one["gate"])
    )
    return any(set(train.tags) <= set(one.tags) for one in approved)


def take_time(shift: Shift, much: timedelta) -> None:
    """Let a deployment to production take its time: by a clock that runs, since the one before.

    Raises TooEarly where that is not over.
    """
    clock, last = shift.get("/sandbox/clock"), last_deployment(shift)
    if clock["stands_still"]:
        pass_time(shift, much)
    elif last and datetime.fromisoformat(clock["now"]) < last + much:
        raise TooEarly("the deployment before is not through")


def last_deployment(shift: Shift) -> datetime | None:
    """When something was last brought to production."""
    found = [
        one["at"]
        for one in shift.get("/sandbox/state")["deployments"]
        if one["environment"] == "production"
    ]
    return datetime.fromisoformat(max(found)) if found else None


def pass_time(shift: Shift, much: timedelta) -> None:
    """Let time pass in a world where it stands still."""
    clock = shift.get("/sandbox/clock")
    if clock["stands_still"]:
        to = datetime.fromisoformat(clock["now"]) + much
        shift.send("PUT", "/sandbox/clock", {"to": to.isoformat()})
