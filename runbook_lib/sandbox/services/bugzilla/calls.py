"""Bugzilla's JSON-RPC, up to 5.2, on the same handlers as its REST API.

https://bugzilla.readthedocs.io/en/5.0/integrating/apis.html, and
Bugzilla/WebService/Server/JSONRPC.pm: one object of parameters, which has the credentials in it; a
refusal answers 200, too.
"""

import sqlite3
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from runbook_lib.sandbox.services.bugzilla.call import Answer, Call, Handler, read_object
from runbook_lib.sandbox.services.bugzilla.desk import get_fields, get_parameters
from runbook_lib.sandbox.services.bugzilla.people import (
    account_by_email,
    get_enterable,
    get_products,
    get_users,
    valid_login,
    version,
)
from runbook_lib.sandbox.services.bugzilla.problem import Problem
from runbook_lib.sandbox.services.bugzilla.read import (
    get_bug,
    get_comments,
    get_history,
    search_bugs,
)
from runbook_lib.sandbox.services.bugzilla.update import update_bug
from runbook_lib.sandbox.services.bugzilla.versions import spoken
from runbook_lib.sandbox.services.bugzilla.write import create_bug
from runbook_lib.sandbox.world.world import Account, World

METHODS: dict[str, Handler] = {
    "Bug.search": search_bugs,
    "Bug.get": get_bug,
    "Bug.comments": get_comments,
    "Bug.history": get_history,
    "Bug.create": create_bug,
    "Bug.update": update_bug,
    "Bug.fields": get_fields,
    "Bugzilla.parameters": get_parameters,
    "Bugzilla.version": version,
    "Product.get": get_products,
    "Product.get_enterable_products": get_enterable,
    "User.get": get_users,
    "User.valid_login": valid_login,
}
SINCE_KEYS = ("User.valid_login",)
"""The methods that came with 5.0."""
SEARCHED = frozenset(
    {
        *("alias", "cc", "summary", "whiteboard", "product", "component", "version", "status"),
        *("resolution", "creator", "assigned_to"),
        *("include_fields", "exclude_fields", "limit", "offset"),
    }
)
"""What Bug.search takes: 4.4 refuses anything else."""


async def answer_call(world: World, request: Request) -> Response:
    """POST /jsonrpc.cgi."""
    body = await request.body()
    return await run_in_threadpool(respond, world, request, body)


def respond(world: World, request: Request, body: bytes) -> Response:
    """Carry out one call; there is none where the version has no JSON-RPC any more."""
    dialect = spoken(world)
    if "rpc" not in dialect:
        return PlainTextResponse("Not Found", 404)
    number: Any = None
    try:
        said = read_object(body)
        number = said.get("id")
        if not request.headers.get("content-type", "").startswith("application/json"):
            raise Problem("json_rpc_illegal_content_type", "You must use application/json.")
        result = carried_out(world, said, dialect)
    except Problem as problem:
        error = {"code": problem.code, "message": problem.message}
        return JSONResponse({"id": number, "error": error, "result": None})
    return JSONResponse({"id": number, "error": None, "result": result})


def carried_out(world: World, said: dict[str, Any], dialect: frozenset[str]) -> Any:
    """What a call comes to, all of it or nothing."""
    name = str(said.get("method"))
    given = dict(next(iter(said.get("params") or [{}])))
    handler = METHODS.get(name)
    if handler is None or ("no_keys" in dialect and name in SINCE_KEYS):
        raise Problem("unknown_method", f"No such a method : '{name}'.")
    if name == "Bug.search" and "no_keys" in dialect:
        check_searched(given)
    with world.transaction() as database:
        account = let_in(world, given, dialect)
        answer: Answer = handler(as_request(world, database, account, given, dialect))
    return answer.body.get("result", answer.body)


def check_searched(given: dict[str, Any]) -> None:
    """Refuse what 4.4 can't search by; later ones pass it over."""
    for name in given.keys() - SEARCHED:
        if not name.startswith("Bugzilla_"):
            said = f"{name} is not a valid parameter for the Bugzilla::Bug::match function."
            raise Problem("param_invalid", said)


def let_in(world: World, given: dict[str, Any], dialect: frozenset[str]) -> Account | None:
    """Whose credentials stand in a call, and are taken out of it; None where there are none."""
    key = given.pop("Bugzilla_api_key", None) or given.pop("api_key", None)
    login, password = given.pop("Bugzilla_login", None), given.pop("Bugzilla_password", None)
    if key and "no_keys" not in dialect:
        account = world.account_by_token(str(key))
        if account is None:
            named = f" {key}" if "echoes_key" in dialect else " you specified"
            raise Problem(
                "api_key_not_valid",
                f"The API key{named} is invalid. Please check that you typed it correctly.",
            )
        return account
    if login is None:
        return None
    account = account_by_email(world, str(login))
    if account is None or account.token != password:
        raise Problem(
            "invalid_username_or_password", "The username or password you entered is not valid."
        )
    return account


def as_request(
    world: World,
    database: sqlite3.Connection,
    account: Account | None,
    given: dict[str, Any],
    dialect: frozenset[str],
) -> Call:
    """A call as its handler reads a request: what it is about in the path, all in the query."""
    about = {"bug": given.get("ids"), "name": given.get("names")}
    path = {part: str(named[0]) for part, named in about.items() if named}
    pairs = [
        (name, str(one))
        for name, value in given.items()
        for one in (value if isinstance(value, list) else [value])
        if not isinstance(one, dict)
    ]
    return Call(world, database, account, path, QueryParams(pairs), given, dialect)
