"""GitHub's REST API on the sandbox's world, as api.github.com answers.

https://docs.github.com/en/rest describes it. What is told here of git is read from the bare
repositories each time; what GitHub knows beside git is in the tables.

Read `call` first, then any table of endpoints, such as `tags`.
"""

from collections.abc import Iterable

from starlette.routing import BaseRoute, Route

from runbook_lib.sandbox.services.github import (
    accounts,
    assets,
    check_suites,
    checks,
    commits,
    contents,
    deployments,
    environments,
    graph,
    immutable,
    issue_comments,
    issues,
    milestones,
    protection,
    pull_merges,
    pulls,
    refs,
    releases,
    repositories,
    reviews,
    rulesets,
    search,
    statuses,
    tags,
    workflows,
)
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.limits import Limits
from runbook_lib.sandbox.services.github.links import API, GRAPH, UPLOADS
from runbook_lib.sandbox.services.github.refusal import not_found
from runbook_lib.sandbox.services.github.requests import endpoint
from runbook_lib.sandbox.services.github.tables import furnish
from runbook_lib.sandbox.world.world import World

ROOMS = (
    accounts,
    assets,
    check_suites,
    checks,
    contents,
    deployments,
    environments,
    immutable,
    issue_comments,
    issues,
    milestones,
    protection,
    pull_merges,
    pulls,
    refs,
    releases,
    repositories,
    reviews,
    rulesets,
    search,
    statuses,
    tags,
    workflows,
    commits,
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(world: World) -> list[BaseRoute]:
    """All of GitHub's paths: the API, the uploads, and the files that releases link to."""
    furnish(world)
    limits = Limits(world)
    api = [one for room in ROOMS for one in room.ENDPOINTS]
    return [
        *mount(world, limits, API, [*api, *repositories.BY_NUMBER]),
        *mount(world, limits, UPLOADS, assets.UPLOADS),
        *mount(world, limits, GRAPH, graph.ENDPOINTS),
        *mount(world, limits, "", assets.WEB),
        *(unknown(world, limits, method) for method in METHODS),
    ]


def mount(
    world: World, limits: Limits, prefix: str, operations: Iterable[Endpoint]
) -> list[BaseRoute]:
    """Routes for some operations, below a prefix."""
    return [
        Route(prefix + one.path, endpoint(world, limits, one), methods=[one.method])
        for one in operations
    ]


def unknown(world: World, limits: Limits, method: str) -> Route:
    """What answers below the API where nothing is."""
    operation = Endpoint(method, "/{rest:path}", no_operation, "", "anyone")
    return Route(f"{API}/{{rest:path}}", endpoint(world, limits, operation), methods=[method])


def no_operation(_: Call) -> Answer:
    """No operation has this path."""
    raise not_found()
