"""The page at `/` that shows a world, and the links of GitHub's own pages, which lead into it.

Read `sections` first; the templates stand beside it.
"""

from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from secrets import compare_digest
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from runbook_lib.policy.pages import render
from runbook_lib.sandbox.page.sections import option, world_sections
from runbook_lib.sandbox.services.jira.tables import SCHEMA
from runbook_lib.sandbox.world.world import World

SCRIPT = Path(__file__).with_name("live.js").read_text(encoding="utf-8")
DIGEST = b64encode(sha256(SCRIPT.encode()).digest()).decode()
"""What lets the browser run this script, and no other."""
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; script-src 'sha256-{DIGEST}'; "
    "connect-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
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
    world.add_tables(SCHEMA)

    def show(request: Request) -> Response:
        cookie = f"sandbox_{request.url.port}"
        if given := request.query_params.get("key"):
            return let_in(world, given, cookie)
        if not opens(world, request.cookies.get(cookie, "")):
            return HTMLResponse(document(closed(world)), 401, HEADERS)
        return HTMLResponse(document(world_sections(world)), headers=HEADERS)

    redirects = [Route(path, lead_to_place) for path in PLACES]
    return [Route("/", show), *redirects]


def opens(world: World, key: str) -> bool:
    """Whether a key lets in to the page."""
    return compare_digest(world.page_key.encode(), key.encode())


def let_in(world: World, key: str, cookie: str) -> Response:
    """Take the key out of the address and into a cookie.

    Lax, so that a link in a notebook, which is another site, opens too; and by the port, which
    cookies do not know, so that each world has its own.
    """
    if not opens(world, key):
        return HTMLResponse(document(closed(world)), 401, HEADERS)
    response = RedirectResponse("/", 303, HEADERS)
    response.set_cookie(cookie, key, httponly=True, samesite="lax")
    return response


def lead_to_place(request: Request) -> Response:
    """A redirect from one of GitHub's addresses to its place on the page."""
    path = request.url.path.strip("/")
    place = "/".join(path.split("/")[:2]) if "/compare/" in path else path
    return RedirectResponse(f"/#{quote(place)}", 303, HEADERS)


def document(content: str) -> str:
    """A whole page, which brings what is new by itself."""
    return render(__package__, "page.html.j2", content=content, script=SCRIPT)


def closed(world: World) -> str:
    """What is shown to those who have not come in."""
    return render(__package__, "closed.html.j2", option=option(world))
