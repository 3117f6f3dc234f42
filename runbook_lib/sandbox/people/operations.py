"""Operations: deploy what a ticket asks for, and bring out a team's pushes."""

import re
from collections.abc import Iterator

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.people.shift import Duty, Shift, github_path, part_of, tag_commit
from runbook_lib.sandbox.people.ticket import (
    Ticket,
    deployed_version,
    find_ticket,
    tag_names,
)
from runbook_lib.sandbox.people.train import (
    asks_for_production,
    is_push_tag,
    push_to_production,
    push_to_stage,
)
from runbook_lib.sandbox.world.world import Happening


@frozen
class Release:
    """The commit of a version, in a repository `owner/name`, under a tag."""

    repository: str
    tag: str
    sha: str


def is_new(happening: Happening) -> bool:
    """Whether a ticket was filed."""
    return bool(happening.data.get("action", "created") == "created")


def handle(shift: Shift) -> None:
    """Deploy a ticket's version and say so, or say why not.

    Production is left alone unless the world's setting says otherwise: the release procedure ends
    at stage.
    """
    ticket = find_ticket(shift)
    if ticket is None:
        return
    if ticket.environment == "production" and shift.setting("deploy_production") != "yes":
        return
    if not shift.willing:
        text = f"Not deployed: {ticket.environment} is frozen today. Please ask again tomorrow."
        ticket.desk.say(text)
        return
    release = find_release(shift, ticket)
    if release is None:
        ticket.desk.say(f"Not deployed: no tag of {ticket.project} {ticket.version}.")
        return
    deploy(shift, ticket, release)


def is_published(happening: Happening) -> bool:
    """Whether a release was published."""
    return happening.kind == "release" and happening.data["action"] == "published"


def follow_release(shift: Shift) -> None:
    """Put a release on stage as soon as it is published, where the world's setting says so.

    So it is with a team that asks nobody to deploy.
    """
    repository, tag = shift.job.data["repository"], shift.job.data["tag"]
    commit = tag_commit(shift, repository, tag)
    if shift.setting("deploy_stage") != "released" or commit is None or not shift.willing:
        return
    said = {"environment": "stage", "repository": repository, "version": tag, "commit": commit}
    shift.send("POST", "/sandbox/deployments", said)


def find_release(shift: Shift, ticket: Ticket) -> Release | None:
    """The tag of a ticket's version, in the repository that has the project's name."""
    for repository in shift.get("/sandbox/repositories"):
        full_name = repository["full_name"]
        if full_name.split("/")[1] != ticket.project:
            continue
        for tag in (*tag_names(ticket.version), *released_as(shift, full_name, ticket.version)):
            if sha := tag_commit(shift, full_name, tag):
                return Release(full_name, tag, sha)
    return None


def released_as(shift: Shift, repository: str, version: str) -> Iterator[str]:
    """The tags of published releases that end in a version, the newest first: `pier-1.9`."""
    ends = re.compile(rf"(?:.*[^0-9.])?(?:{'|'.join(map(re.escape, tag_names(version)))})")
    for release in shift.get(github_path(repository, "releases")):
        if ends.fullmatch(release["tag_name"]):
            yield release["tag_name"]


def deploy(shift: Shift, ticket: Ticket, release: Release) -> None:
    """Put a release on the ticket's environment where it is not there yet, and say so."""
    running = deployed_version(shift, ticket, ticket.environment)
    if (running.get("version"), running.get("commit")) != (ticket.version, release.sha):
        body = {
            "environment": ticket.environment,
            "repository": release.repository,
            "version": ticket.version,
            "commit": release.sha,
        }
        shift.send("POST", "/sandbox/deployments", body)
    text = (
        f"Deployed {ticket.project} {ticket.version} (tag {release.tag}, commit {release.sha}) "
        f"to {ticket.environment}."
    )
    ticket.desk.say(text)


OPERATIONS = part_of(
    "ops",
    "ops",
    {
        "bug": Duty(is_new, handle),
        "issue": Duty(is_new, handle),
        "jira_issue": Duty(is_new, handle),
        "release": Duty(is_published, follow_release),
        "push": Duty(is_push_tag, push_to_stage),
        "slack_message": Duty(asks_for_production, push_to_production),
        "matrix_message": Duty(asks_for_production, push_to_production),
    },
)
