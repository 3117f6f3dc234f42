"""Bugzilla's REST API on the sandbox's world, as bugzilla.mozilla.org answers.

https://bmo.readthedocs.io/en/latest/api/ describes it; `call` lists the dialects of other versions.

Read `call` first, then `read` and `write`.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Route

from runbook_lib.sandbox.services.bugzilla.call import Handler, endpoint
from runbook_lib.sandbox.services.bugzilla.calls import answer_call
from runbook_lib.sandbox.services.bugzilla.desk import get_fields, get_parameters
from runbook_lib.sandbox.services.bugzilla.people import (
    get_products,
    get_users,
    no_resource,
    valid_login,
    version,
    whoami,
)
from runbook_lib.sandbox.services.bugzilla.read import (
    get_bug,
    get_comments,
    get_history,
    search_bugs,
)
from runbook_lib.sandbox.services.bugzilla.tables import furnish
from runbook_lib.sandbox.services.bugzilla.update import update_bug
from runbook_lib.sandbox.services.bugzilla.write import create_bug, post_comment
from runbook_lib.sandbox.world.world import World

RESOURCES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/bug", search_bugs),
    ("POST", "/bug", create_bug),
    ("GET", "/bug/{bug}", get_bug),
    ("PUT", "/bug/{bug}", update_bug),
    ("GET", "/bug/{bug}/comment", get_comments),
    ("GET", "/bug/{bug}/history", get_history),
    ("POST", "/bug/{bug}/comment", post_comment),
    ("GET", "/whoami", whoami),
    ("GET", "/valid_login", valid_login),
    ("GET", "/user", get_users),
    ("GET", "/product", get_products),
    ("GET", "/version", version),
    ("GET", "/parameters", get_parameters),
    ("GET", "/field/bug", get_fields),
    ("GET", "/field/bug/{name}", get_fields),
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes(world: World) -> list[BaseRoute]:
    """All of Bugzilla's paths, below /bugzilla."""
    furnish(world)
    known = [
        Route(f"/bugzilla/rest{path}", endpoint(world, handler), methods=[method])
        for method, path, handler in RESOURCES
    ]
    rest = Route("/bugzilla/rest/{path:path}", endpoint(world, no_resource), methods=METHODS)
    calls = Route("/bugzilla/jsonrpc.cgi", partial(answer_call, world), methods=["POST"])
    pages = [Route(path, bugs_page) for path in ("/bugzilla", "/bugzilla/")]
    return [*known, rest, calls, *pages, Route("/bugzilla/show_bug.cgi", show_bug_page)]


def bugs_page(_: Request) -> RedirectResponse:
    """Bugzilla's own address leads to the bugs on the sandbox's page."""
    return RedirectResponse("/#bugs")


def show_bug_page(request: Request) -> RedirectResponse:
    """A bug's link leads to its place on the sandbox's page."""
    number = request.query_params.get("id", "")
    return RedirectResponse(f"/#bug-{number}" if number.isdecimal() else "/")
