"""The sandbox's Sentry, under `/sentry`: an organization, its projects, and their issues.

As https://docs.sentry.io/api/ describes it. Issues are planted with `POST /sandbox/sentry/issues`
(see `issues.plant_issue`); the world's setting `incident` plants one behind a push to production.

Read `issues` first.
"""

from collections.abc import Callable, Sequence
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import as_html
from runbook_lib.sandbox.server.control import Body, control, text_of
from runbook_lib.sandbox.server.tokens import known_account, token_in
from runbook_lib.sandbox.services.sentry.history import furnish, go_on
from runbook_lib.sandbox.services.sentry.issues import (
    PROJECTS,
    SCHEMA,
    Asked,
    find_issue,
    follow_incident,
    known_environments,
    known_releases,
    list_issues,
    plant_issue,
    search_issues,
)
from runbook_lib.sandbox.services.sentry.rows import issue_row, project_row, release_row, whole_row
from runbook_lib.sandbox.services.sentry.search import BadSearch, parse_search, read_time
from runbook_lib.sandbox.world.world import Account, World

ORGANIZATION = "pelican"
PAGE = 100
MOST = 100_000
"""So many events, users or seconds can be planted."""
DETAIL = "The requested resource does not exist"

Endpoint = Callable[[World, Request], Response]


def routes(world: World) -> list[BaseRoute]:
    """Everything under `/sentry`, and the control that plants issues."""
    world.add_tables(SCHEMA)
    furnish(world)
    return [
        api(world, "/", organization),
        api(world, "/projects/", projects),
        api(world, "/environments/", environments),
        api(world, "/releases/", releases),
        api(world, "/issues/", issues),
        api(world, "/issues/{id:int}/", issue),
        Route(f"/sentry/organizations/{ORGANIZATION}/issues/", list_page(world)),
        Route(f"/sentry/organizations/{ORGANIZATION}/issues/{{id:int}}/", page(world)),
        control(world, "POST", "/sentry/issues", plant, "admin"),
    ]


def api(world: World, path: str, work: Endpoint) -> Route:
    """One route of the organization's, for everybody whose token is one of the world's."""

    async def endpoint(request: Request) -> Response:
        try:
            let_in(world, request)
            return await run_in_threadpool(work, world, request)
        except HTTPException as error:
            return JSONResponse({"detail": error.detail}, error.status_code)
        except BadSearch as error:
            return JSONResponse({"detail": str(error)}, 400)

    return Route(f"/sentry/api/0/organizations/{{organization}}{path}", endpoint)


def let_in(world: World, request: Request) -> None:
    """Refuse whoever has no token of the team's, and another organization."""
    unknown = HTTPException(401, "Invalid token")
    missing = HTTPException(401, "Authentication credentials were not provided.")
    account = known_account(world, token_in(request.headers), unknown=unknown, missing=missing)
    if account.permission == "none":
        raise HTTPException(403, "You do not have permission to perform this action.")
    if request.path_params["organization"] != ORGANIZATION:
        raise HTTPException(404, DETAIL)


def organization(_world: World, _request: Request) -> Response:
    """The organization."""
    return JSONResponse({"id": "1", "slug": ORGANIZATION, "name": "Pelican"})


def projects(_world: World, request: Request) -> Response:
    """Its projects."""
    return page_of(request, [project_row(slug) for slug in PROJECTS])


def environments(world: World, _request: Request) -> Response:
    """The environments that events came from, or that deployments go to."""
    named = enumerate(known_environments(world), start=1)
    return JSONResponse([{"id": str(number), "name": name} for number, name in named])


def releases(world: World, request: Request) -> Response:
    """The releases of some projects, the newest first; a query is a part of their names."""
    wanted = (request.query_params.get("query") or "").lower()
    found = known_releases(world, read_asked(world, request).projects)
    named = [release_row(name) for name in found if wanted in name.lower()]
    return page_of(request, named, size="per_page")


def issues(world: World, request: Request) -> Response:
    """The issues with events in some time that a query finds, a page of them."""
    go_on(world)
    follow_incident(world)
    asked = read_asked(world, request)
    search = parse_search(request.query_params.get("query"))
    found = search_issues(world, asked, search, sort=request.query_params.get("sort", "date"))
    base = f"{request.base_url}sentry/organizations/{ORGANIZATION}"
    return page_of(request, [issue_row(each, asked, base) for each in found])


def issue(world: World, request: Request) -> Response:
    """One issue, with what happened to it, and its events of each day."""
    asked = read_asked(world, request)
    found = find_issue(world, request.path_params["id"], asked)
    if found is None:
        return JSONResponse({"detail": DETAIL}, 404)
    base = f"{request.base_url}sentry/organizations/{ORGANIZATION}"
    return JSONResponse(whole_row(found, asked, base))


def read_asked(world: World, request: Request) -> Asked:
    """Which projects, environments and time a request is about; the last 14 days by default."""
    numbers = request.query_params.getlist("project")
    known = {str(number): slug for number, slug in enumerate(PROJECTS, start=1)}
    if any(number not in known for number in numbers if number != "-1"):
        raise BadSearch("Invalid project parameter. Values must be numbers.")
    slugs = [known[number] for number in numbers if number in known] or list(PROJECTS)
    start, end = (request.query_params.get(name) for name in ("start", "end"))
    if bool(start) != bool(end):
        raise BadSearch("start and end are both required")
    environments = tuple(request.query_params.getlist("environment"))
    if not {*environments} <= {*known_environments(world)}:
        raise HTTPException(404, DETAIL)
    now = world.now()
    return Asked(
        tuple(slugs),
        environments,
        read_time(start) if start else None,
        min(now, read_time(end)) if end else now,
    )


def page_of(request: Request, rows: Sequence[dict[str, Any]], *, size: str = "limit") -> Response:
    """A page of a list, with the cursors of those around it (docs.sentry.io/api/pagination)."""
    limit, place = read_place(request, size)
    more = str(place + limit < len(rows)).lower()
    before = str(place > 0).lower()
    url = str(request.url.replace(query=""))
    links = (
        f'<{url}>; rel="previous"; results="{before}"; cursor="0:{max(0, place - limit)}:1"',
        f'<{url}>; rel="next"; results="{more}"; cursor="0:{place + limit}:0"',
    )
    shown = list(rows[place : place + limit])
    return JSONResponse(shown, headers={"Link": ", ".join(links)})


def read_place(request: Request, size: str) -> tuple[int, int]:
    """How many of a list are asked for, and from which place on."""
    try:
        limit = min(PAGE, max(1, int(request.query_params.get(size) or PAGE)))
        return limit, int((request.query_params.get("cursor") or "0:0:0").split(":")[1])
    except (ValueError, IndexError):
        raise BadSearch("Invalid cursor or limit parameter.") from None


def page(world: World) -> Callable[[Request], Response]:
    """Where an issue's link leads: its title."""

    def answer(request: Request) -> Response:
        everything = Asked(PROJECTS, (), None, world.now())
        found = find_issue(world, request.path_params["id"], everything)
        if found is None:
            raise HTTPException(404, "There is no such issue.")
        return HTMLResponse(
            f"<h1>{as_html(found.title)}</h1><p>{plural(len(found.events), 'event')}</p>"
        )

    return answer


def list_page(world: World) -> Callable[[Request], Response]:
    """Where the organization's link leads: the titles of its issues."""

    def answer(_: Request) -> Response:
        found = list_issues(world, Asked(PROJECTS, (), None, world.now()))
        items = "".join(
            f'<li><a href="{each.id}/">{as_html(each.title)}</a></li>' for each in found
        )
        return HTMLResponse(f"<h1>Issues</h1><ul>{items}</ul>")

    return answer


def plant(world: World, _account: Account, _request: Request, body: Body) -> Any:
    """Let an issue happen."""
    project = text_of(body, "project")
    if project not in PROJECTS:
        raise HTTPException(422, f"'project' is one of {', '.join(PROJECTS)}; found {project!r}.")
    number = plant_issue(
        world,
        project,
        text_of(body, "title"),
        events=number_of(body, "events", default=1),
        users=number_of(body, "users", default=1),
        every=number_of(body, "every", default=0),
        level=text_of(body, "level", default="error"),
        environment=text_of(body, "environment", default="production"),
        release=text_of(body, "release", default=""),
        regressed=bool(body.get("regressed", False)),
    )
    return {"id": number}


def number_of(body: Body, name: str, *, default: int) -> int:
    """A whole number of a body, not below 0; else 422."""
    value = body.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST:
        raise HTTPException(422, f"{name!r} is a number from 0 to {MOST}; found {value!r}.")
    return value
