"""A team's week on the page: its time, what runs where, and the notes of the push to come."""

from runbook_lib.sandbox.page import rows
from runbook_lib.sandbox.page.markup import Content, Markup, badge, html, link, section, table, text
from runbook_lib.sandbox.samples.team.week import (
    DEPLOYED,
    PUSH,
    ZONE,
    day_of,
    document_path,
    full_name,
    has_team,
    hero,
)
from runbook_lib.sandbox.services.dockerflow import ENVIRONMENTS, find_deployment
from runbook_lib.sandbox.world.repositories import find_repository
from runbook_lib.sandbox.world.world import World

NOTES = full_name("notes")


def week(world: World) -> Markup:
    """The week; nothing in a world without a team."""
    if not has_team(world):
        return html("")
    now = world.now().astimezone(ZONE)
    return section(
        "This week",
        text(
            "p", f"{now:%A, %Y-%m-%d %H:%M} in Los Angeles · push on {day_of(PUSH)}, {hero(PUSH)}"
        ),
        table(
            ("Repository", *map(str.capitalize, ENVIRONMENTS)), environment_lines(world), empty=""
        ),
        text("h3", "Notes of the push"),
        notes(world),
        place="week",
    )


def environment_lines(world: World) -> list[list[Content]]:
    """What runs on each environment, by repository."""
    return [[name, *(running(world, each, name) for each in ENVIRONMENTS)] for name in DEPLOYED]


def running(world: World, environment: str, name: str) -> Content:
    """The tag that runs, as a link to what the service tells of itself."""
    found = find_deployment(world, environment, name)
    return link(found.version, f"/{environment}/{name}/__version__") if found else None


def notes(world: World) -> Markup:
    """The notes of this week's push as they are, where these are kept in their repository."""
    repository, path = find_repository(world, NOTES), document_path(PUSH)
    lines = rows.git_lines(world, repository, "show", f"main:{path}") if repository else []
    if not lines:
        return text("p", f"There is no {path} yet.", class_="empty")
    return text("pre", "\n".join(lines), id=f"{NOTES}/blob/main/{path}")


def issues(world: World, repository: int, full_name: str) -> Markup:
    """The issues of a repository, newest first; nothing where it has none."""
    lines = [
        (
            text("span", f"#{row['number']}", id=f"{full_name}/issues/{row['number']}"),
            row["title"],
            row["labels"],
            row["milestone"],
            badge(row["state"]),
        )
        for row in rows.read(world, rows.ISSUES, repository)
    ]
    if not lines:
        return html("")
    heads = ("Number", "Title", "Labels", "Milestone", "State")
    return text("div", text("h3", "Issues"), table(heads, lines, empty=""))
