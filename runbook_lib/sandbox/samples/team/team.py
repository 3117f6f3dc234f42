"""The sample team `pelican`: what it pushes each week, and everything around that.

It is the same each time it is planted, to the commit ids. It is Tuesday; last week's push is in
production, and this week's is to be tagged.
"""

import threading
from collections.abc import Callable

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.samples.team import issue_rows as team_issue_rows
from runbook_lib.sandbox.samples.team import pulls as team_pulls
from runbook_lib.sandbox.samples.team import rows as team_rows
from runbook_lib.sandbox.samples.team.code_manager import CODE_MANAGER
from runbook_lib.sandbox.samples.team.frontend import frontend_history
from runbook_lib.sandbox.samples.team.git import Built, Change, build_repository
from runbook_lib.sandbox.samples.team.issues import SECURITY_PULLS
from runbook_lib.sandbox.samples.team.linter import LINTER
from runbook_lib.sandbox.samples.team.locales import frontend_locales, server_locales
from runbook_lib.sandbox.samples.team.notes import last_tag, notes_history, picked
from runbook_lib.sandbox.samples.team.rows import Planted, Rows
from runbook_lib.sandbox.samples.team.server import security_history, server_history
from runbook_lib.sandbox.samples.team.week import (
    CLOCK,
    DEPLOYED,
    LAST_PUSHES,
    PLANTED,
    full_name,
    has_team,
)
from runbook_lib.sandbox.services import dockerflow
from runbook_lib.sandbox.world.repositories import Repository, find_repository, register
from runbook_lib.sandbox.world.world import World

__all__ = ["CLOCK", "plant_team"]

Histories = dict[str, tuple[Built, ...]]
"""What was built before, by the repository's name: the notes name the server's commits."""

planting = threading.Lock()


@frozen
class Part:
    """A repository to plant, and what is known of it beside git."""

    name: str
    description: str
    history: Callable[[Histories], tuple[Change, ...]]
    private: bool = False


PARTS = (
    Part("server", "Counts seabirds", lambda _: server_history(server_locales())),
    Part("frontend", "The pages on which seabirds are counted",
         lambda _: frontend_history(frontend_locales())),
    Part("code-manager", "Shows what was uploaded, file by file", lambda _: CODE_MANAGER),
    Part("server-security", "Where fixes are kept until they are pushed",
         lambda _: security_history(server_locales()), private=True),
    Part("linter", "Looks for mistakes in what is uploaded", lambda _: LINTER),
    Part("notes", "The notes of the pushes", lambda built: notes_history(picked(built["server"]))),
)  # fmt: skip


def plant_team(world: World) -> list[Repository]:
    """Put the team into a world, last week's push deployed; once. Returns its repositories."""
    with planting:
        if not has_team(world):
            plant(world)
    found = [find_repository(world, full_name(part.name)) for part in PARTS]
    return [repository for repository in found if repository]


def plant(world: World) -> None:
    """Plant all of it; what is seen of it is there at once, or not at all."""
    team_rows.furnish(world)
    world.add_tables(dockerflow.SCHEMA)
    built: Histories = {}
    for part in PARTS:
        folder = world.git_folder(full_name(part.name))
        built[part.name] = build_repository(folder, part.history(built))
    with world.transaction():
        world.add_accounts()
        rows = Rows(world)
        for part in PARTS:
            name = full_name(part.name)
            repository = register(world, name, part.private, "main", part.description)
            describe(rows, Planted(repository, built[part.name]))
        team_issue_rows.add_bugs(rows, world.now())
        world.set_setting(PLANTED, "planted")


def describe(rows: Rows, planted: Planted) -> None:
    """Plant what GitHub knows of a repository, and what of it is deployed."""
    name = planted.repository.name
    if name != "notes":
        team_rows.add_checks(rows, planted)
    team_pulls.add_merged_pulls(rows, planted)
    if name == "server":
        team_issue_rows.add_issues(rows, planted.repository, team_rows.time_of(rows.world.now()))
    if name == "server-security":
        for pull in SECURITY_PULLS:
            team_pulls.add_open_pull(rows, planted, pull)
    if name == "linter":
        team_rows.add_releases(rows, planted)
    if name in DEPLOYED:
        deploy_last(rows.world, planted)


def deploy_last(world: World, planted: Planted) -> None:
    """Last week's tag runs on stage and in production."""
    name, tag = planted.repository.name, last_tag(planted.repository.name, LAST_PUSHES[-1])
    commit = next(one for one in planted.commits if tag in team_rows.tags_of(one))
    for environment in dockerflow.ENVIRONMENTS:
        dockerflow.deploy(
            world,
            environment,
            name,
            repository=planted.repository.full_name,
            version=tag,
            sha=commit.sha,
            who="ops",
        )
