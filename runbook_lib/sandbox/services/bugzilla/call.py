"""One request to the sandbox's Bugzilla: who calls, with what, in which dialect.

Bugzilla's versions differ. The world's setting `bugzilla_dialect` names, with spaces between them,
the ways in which this one is not like bugzilla.mozilla.org:

    code_as_text    an error's code is a text
    created_201     a creation answers 201
    anonymous       a wrong key is answered as if none had been sent, and whoami then names id 0
    header_ignored  the header X-BUGZILLA-API-KEY is not read, only the parameter
    echoes_key      the refusal of a wrong key repeats it
    alias_refused   nobody may set an alias (code 115)
    alias_dropped   an alias that is sent along with a new bug is silently left out
    alias_short     an alias has at most 20 characters
    alias_list      a bug's aliases are a list
    alias_400       an unknown alias answers 400, not 404
    no_whoami       there is no /rest/whoami, as in 5.2 and before
    no_needinfo     no flag type is called needinfo
    no_defaults     op_sys and platform have no default, as in an installation that is new
    type_required   a bug needs a type, as on bugzilla.mozilla.org
    disabled_qa     QA's account is disabled
    custom_field    a bug needs a field of the installation's own
    closed_product  nobody but its own people may file bugs in Cloud Services
"""

import json
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.server.tokens import known_account
from runbook_lib.sandbox.services.bugzilla.problem import Problem
from runbook_lib.sandbox.services.bugzilla.versions import spoken
from runbook_lib.sandbox.world.world import Account, World

KEY_HEADER = "X-BUGZILLA-API-KEY"
KEY_PARAMETERS = ("api_key", "Bugzilla_api_key")


@frozen
class Call:
    """What a request says; `account` is None for somebody who is not logged in."""

    world: World
    database: sqlite3.Connection
    account: Account | None
    path: dict[str, str]
    query: QueryParams
    said: dict[str, Any]
    dialect: frozenset[str]

    @property
    def caller(self) -> Account:
        """Who calls; raises a problem where nobody is logged in."""
        if self.account is None:
            raise Problem(
                "login_required",
                "You must log in before using this part of Bugzilla.",
            )
        return self.account

    @property
    def sees(self) -> bool:
        """Whether the caller may see any bug or product."""
        return self.account is not None and self.account.permission != "none"

    @property
    def created(self) -> int:
        """The status that the creation of a bug is answered with."""
        return 201 if "created_201" in self.dialect else 200


@frozen
class Answer:
    """What a request is answered with."""

    body: dict[str, Any]
    status: int = 200


Handler = Callable[[Call], Answer]
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(world: World, handler: Handler) -> Endpoint:
    """A handler as Starlette calls it: in a thread, in one transaction, problems answered."""

    async def answer(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(respond, world, handler, request, body)

    return answer


def respond(world: World, handler: Handler, request: Request, body: bytes) -> Response:
    """Carry out one request."""
    dialect = spoken(world, inside="authorization" in request.headers)
    if "no_rest" in dialect:
        return HTMLResponse("<html>Not Found</html>", 404)
    try:
        with world.transaction() as database:
            account = log_in(world, request, dialect)
            path, query = dict(request.path_params), request.query_params
            call = Call(world, database, account, path, query, read_object(body), dialect)
            answer = handler(call)
    except Problem as problem:
        return JSONResponse(problem.body(dialect), problem.status(dialect))
    return JSONResponse(answer.body, answer.status)


def log_in(world: World, request: Request, dialect: frozenset[str]) -> Account | None:
    """The account whose API key was sent, or None where none was."""
    header = None if "header_ignored" in dialect else request.headers.get(KEY_HEADER)
    sent = [header, *(request.query_params.get(name) for name in KEY_PARAMETERS)]
    key = next((value for value in sent if value is not None), None)
    if key is None:
        return None
    if "anonymous" in dialect:
        return world.account_by_token(key)
    named = f" {key}" if "echoes_key" in dialect else " you specified"
    said = f"The API key{named} is invalid. Please check that you typed it correctly."
    return known_account(world, key, unknown=Problem("api_key_not_valid", said))


def read_object(body: bytes) -> dict[str, Any]:
    """A request's body as an object; an empty one says nothing."""
    if not body:
        return {}
    try:
        said = json.loads(body)
    except ValueError as error:
        raise Problem("json_rpc_invalid_params", f"Error message: {error}") from error
    if not isinstance(said, dict):
        raise Problem("json_rpc_invalid_params", "Error message: the body is not an object")
    return said
