"""One request to the sandbox's Jira: who calls which kind, with what, of a project set up how.

The world's setting `jira_dialect` names, with spaces between them, what is otherwise in the
project:

    required_field  a Task needs a field of the project's own
    no_labels       labels are not on the screen on which an issue is created
    read_only       nobody may create issues or comment
    disabled_qa     QA's account is not active
    two_qas         the search for QA's address finds another account, too
    no_way_out      the workflow lets nobody close an issue
    old             nobody is told what an issue needs, as in a data center's before 8.4
"""

import json
import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.server.tokens import token_in
from runbook_lib.sandbox.world.world import Account, World

CLOUD, SERVER = "Cloud", "Server"
PLACES = {CLOUD: "/jira-cloud", SERVER: "/jira"}
"""Where each kind is."""


class Problem(Exception):
    """A refusal, in Jira's form: messages about the whole, and about fields."""

    def __init__(self, status: int, *messages: str, **fields: str) -> None:
        super().__init__(status, messages, fields)
        self.status = status
        self.body = {"errorMessages": list(messages), "errors": fields}


@frozen
class Call:
    """What a request says; `account` is None for somebody who is not logged in."""

    world: World
    database: sqlite3.Connection
    account: Account | None
    kind: str
    version: str
    base: str
    path: dict[str, str]
    query: QueryParams
    said: dict[str, Any]
    dialect: frozenset[str]

    @property
    def cloud(self) -> bool:
        """Whether it is the cloud's."""
        return self.kind == CLOUD

    @property
    def api(self) -> str:
        """The address of the version of the API that was asked."""
        return f"{self.base}/rest/api/{self.version}"

    @property
    def caller(self) -> Account:
        """Who calls; raises a problem where nobody is logged in."""
        if self.account is None:
            raise Problem(401, "Client must be authenticated to access this resource.")
        return self.account

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """What the database has."""
        return [dict(row) for row in self.database.execute(query, values).fetchall()]

    def account_of(self, number: int) -> Account:
        """The account of that number."""
        return Account(**self.rows("SELECT * FROM account WHERE id = ?", number)[0])

    def page(self, name: str, rows: list[Any]) -> dict[str, Any]:
        """A page of a list, from `startAt` on."""
        start, most = (int(self.query.get(key, default)) for key, default in PAGE)
        shown = rows[start : start + most]
        return {"startAt": start, "maxResults": most, "total": len(rows), name: shown}


PAGE = (("startAt", "0"), ("maxResults", "50"))


@frozen
class Answer:
    """What a request is answered with."""

    body: Any
    status: int = 200


Handler = Callable[[Call], Answer]
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(world: World, handler: Handler, kind: str, version: str) -> Endpoint:
    """A handler as Starlette calls it: in a thread, in one transaction, problems answered."""

    async def answer(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(respond, world, handler, request, body, kind, version)

    return answer


def respond(
    world: World, handler: Handler, request: Request, body: bytes, kind: str, version: str
) -> Response:
    """Carry out one request."""
    dialect = frozenset((world.setting("jira_dialect") or "").split())
    base = f"{str(request.base_url).rstrip('/')}{PLACES[kind]}"
    try:
        with world.transaction() as database:
            call = Call(
                world,
                database,
                log_in(world, request, kind),
                kind,
                version,
                base,
                dict(request.path_params),
                request.query_params,
                read_object(body),
                dialect,
            )
            answer = handler(call)
    except Problem as problem:
        return JSONResponse(problem.body, problem.status)
    if answer.status == 204:
        return Response(status_code=204)
    return JSONResponse(answer.body, answer.status)


def log_in(world: World, request: Request, kind: str) -> Account | None:
    """Whose token was sent, in the way that this kind takes it; None where none was.

    The cloud takes an address with a token, a data center a personal access token alone.
    """
    scheme = request.headers.get("authorization", "").partition(" ")[0].lower()
    token = token_in(request.headers)
    if not token:
        return None
    account = world.account_by_token(token)
    if account is None or scheme != ("basic" if kind == CLOUD else "bearer"):
        raise Problem(401, "Client must be authenticated to access this resource.")
    return account


def read_object(body: bytes) -> dict[str, Any]:
    """A request's body as an object; an empty one says nothing."""
    try:
        said = json.loads(body) if body else {}
    except ValueError as error:
        raise Problem(400, f"Unexpected character: {error}") from error
    if not isinstance(said, dict):
        raise Problem(400, "Can not deserialize the request's body")
    return said
