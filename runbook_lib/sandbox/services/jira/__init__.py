"""Jira's REST API on the sandbox's world: at `/jira` a data center's, at `/jira-cloud` the cloud's.

As https://developer.atlassian.com/server/jira/platform/rest/ and
https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/ describe them. The world's
setting `jira_lag` says after how many seconds a search shows a new issue, as an index is behind;
`call` lists the ways in which a project can be set up otherwise.

Read `call` first, then `read` and `write`.
"""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from runbook_lib.sandbox.services.jira.call import CLOUD, PLACES, Handler, endpoint
from runbook_lib.sandbox.services.jira.meta import (
    get_fields,
    get_myself,
    get_permissions,
    get_project,
    get_types,
    get_user,
    list_fields,
    no_resource,
    search_users,
    server_info,
)
from runbook_lib.sandbox.services.jira.read import (
    fetch_issues,
    get_comments,
    get_issue,
    get_transitions,
    search_cloud,
    search_server,
)
from runbook_lib.sandbox.services.jira.tables import SCHEMA
from runbook_lib.sandbox.services.jira.write import add_comment, create_issue, make_transition
from runbook_lib.sandbox.world.world import World

ISSUE = "/issue/{issue}"
TYPES = "/issue/createmeta/{project}/issuetypes"
RESOURCES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/serverInfo", server_info),
    ("GET", "/myself", get_myself),
    ("GET", "/mypermissions", get_permissions),
    ("GET", "/project/{project}", get_project),
    ("GET", "/user", get_user),
    ("GET", "/user/search", search_users),
    ("GET", "/field", list_fields),
    ("GET", TYPES, get_types),
    ("GET", f"{TYPES}/{{type}}", get_fields),
    ("POST", "/issue", create_issue),
    ("GET", ISSUE, get_issue),
    ("GET", f"{ISSUE}/comment", get_comments),
    ("POST", f"{ISSUE}/comment", add_comment),
    ("GET", f"{ISSUE}/transitions", get_transitions),
    ("POST", f"{ISSUE}/transitions", make_transition),
)
OWN: dict[str, tuple[tuple[str, str, Handler], ...]] = {
    "Cloud": (
        ("GET", "/search/jql", search_cloud),
        ("POST", "/issue/bulkfetch", fetch_issues),
    ),
    "Server": (("GET", "/search", search_server),),
}
"""What only one of the two kinds has."""
METHODS = ("GET", "POST", "PUT", "DELETE")


def routes(world: World) -> list[BaseRoute]:
    """All of Jira's paths, of both kinds."""
    world.add_tables(SCHEMA)
    return [route for kind in PLACES for route in routes_of(world, kind)]


def routes_of(world: World, kind: str) -> list[BaseRoute]:
    """The paths of one kind: a data center has no version 3."""
    place, versions = PLACES[kind], ("2", "3") if kind == CLOUD else ("2",)
    known: list[BaseRoute] = [
        Route(
            f"{place}/rest/api/{version}{path}",
            endpoint(world, handler, kind, version),
            methods=[method],
        )
        for version in versions
        for method, path, handler in (*OWN[kind], *RESOURCES)
    ]
    rest = endpoint(world, no_resource, kind, "2")
    return [
        *known,
        Route(f"{place}/rest/{{path:path}}", rest, methods=METHODS),
        Route(f"{place}/browse/{{key}}", browse),
        Route(place, browse),
    ]


def browse(request: Request) -> RedirectResponse:
    """An issue's link leads to its place on the sandbox's page."""
    place, _, key = request.url.path.strip("/").partition("/browse/")
    return RedirectResponse(f"/#{place}-{quote(key)}" if key else "/#jira")
