"""A team's week on the page: its time, what runs where, and the notes of the push to come."""

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.page import rows
from runbook_lib.sandbox.samples.team.week import (
    DEPLOYED,
    ZONE,
    coming_push,
    day_of,
    document_path,
    full_name,
    has_team,
)
from runbook_lib.sandbox.services.calendar import on_duty
from runbook_lib.sandbox.services.dockerflow import ENVIRONMENTS, Deployment, find_deployment
from runbook_lib.sandbox.world.repositories import find_repository
from runbook_lib.sandbox.world.world import World

NOTES = full_name("notes")


@frozen
class Week:
    """The week: `running` is what runs of each repository, environment by environment.

    `notes` are those of the push, as they are at their `path`; empty where there are none yet.
    """

    now: str
    push: str
    hero: str
    running: dict[str, list[Deployment | None]]
    path: str
    notes: str
    environments: tuple[str, ...] = ENVIRONMENTS
    repository: str = NOTES


def week(world: World) -> Week | None:
    """The week; nothing in a world without a team."""
    if not has_team(world):
        return None
    push = coming_push(world.now())
    return Week(
        f"{world.now().astimezone(ZONE):%A, %Y-%m-%d %H:%M}",
        str(day_of(push)),
        on_duty(push),
        {name: [find_deployment(world, each, name) for each in ENVIRONMENTS] for name in DEPLOYED},
        document_path(push),
        notes(world, document_path(push)),
    )


def notes(world: World, path: str) -> str:
    """The notes of this week's push, where these are kept in their repository."""
    repository = find_repository(world, NOTES)
    if repository is None:
        return ""
    return "\n".join(rows.git_lines(world, repository, "show", f"main:{path}"))
