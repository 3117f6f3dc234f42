"""The page at `/` that shows a world, and the links of GitHub's own pages, which lead into it."""

from secrets import compare_digest
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runbook_lib.sandbox.page.markup import Markup, document, text
from runbook_lib.sandbox.page.sections import world_sections
from runbook_lib.sandbox.tokens import COOKIE
from runbook_lib.sandbox.world import World

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
PLACES = (
    "/{owner}/{name}",
    "/{owner}/{name}/pull/{place:int}",
    "/{owner}/{name}/issues/{place:int}",
    "/{owner}/{name}/blob/{place:path}",
    "/{owner}/{name}/releases",
    "/{owner}/{name}/releases/tag/{place:path}",
    "/{owner}/{name}/compare/{place:path}",
    "/{owner}/{name}/tree/{place:path}",
    "/{owner}/{name}/commit/{place}",
    "/{owner}/{name}/commits/{place:path}",
)
"""GitHub's pages whose links open at their place on the sandbox's page."""


def routes(world: World) -> list[BaseRoute]:
    """The page, and the redirects into it."""

    def show(request: Request) -> Response:
        if given := request.query_params.get("token"):
            return let_in(world, given)
        if not is_operator(world, request.cookies.get(COOKIE, "")):
            return HTMLResponse(document("Sandbox", CLOSED), 401, HEADERS)
        return HTMLResponse(document("Sandbox", world_sections(world)), headers=HEADERS)

    redirects = [Route(path, lead_to_place) for path in PLACES]
    return [Route("/", show), *redirects]


def is_operator(world: World, token: str) -> bool:
    """Whether a token is the operator's."""
    operator = world.account("operator")
    return operator is not None and compare_digest(operator.token.encode(), token.encode())


def let_in(world: World, token: str) -> Response:
    """Take the token out of the address and into a cookie."""
    if not is_operator(world, token):
        return HTMLResponse(document("Sandbox", CLOSED), 401, HEADERS)
    response = RedirectResponse("/", 303, HEADERS)
    response.set_cookie(COOKIE, token, httponly=True, samesite="strict")
    return response


def lead_to_place(request: Request) -> Response:
    """A redirect from one of GitHub's addresses to its place on the page."""
    path = request.url.path.strip("/")
    place = "/".join(path.split("/")[:2]) if "/compare/" in path else path
    return RedirectResponse(f"/#{quote(place)}", 303, HEADERS)


CLOSED: Markup = text(
    "main",
    text("h1", "Sandbox"),
    text(
        "p",
        "This page needs the operator's token. Open it once with ?token=… behind its address; "
        "the token is in server.json in the world's folder.",
    ),
)
