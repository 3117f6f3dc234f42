"""Faults on demand: tests break the sandbox's answers, to see what its clients make of it.

A fault is made with POST /sandbox/faults, seen with GET and cleared with DELETE, by an admin:

    method         the request's method, or "*"
    path_pattern   a regular expression that the whole path matches
    times          how many requests it strikes (1)
    kind           "status"       answer `status`, and do nothing
                   "drop-before"  as a gateway that never reached the service: 502, and nothing done
                   "drop-after"   as a gateway that lost the answer: it is carried out, then 502
                   "delay"        carry it out after `seconds`
    status         the status to answer with (503 for "status", 502 for the others)
    headers        headers of the answer, such as Retry-After
    body           the answer's JSON (for 403 and 429 GitHub's words on its secondary limit)
"""

import json
import re
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import asdict, field, fields
from typing import Any, Literal, get_args

from anyio import sleep
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.server.tokens import require_account
from runbook_lib.sandbox.world.world import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS fault (
    id INTEGER PRIMARY KEY, method TEXT NOT NULL, path_pattern TEXT NOT NULL,
    times INTEGER NOT NULL, kind TEXT NOT NULL, status INTEGER NOT NULL, headers TEXT NOT NULL,
    body TEXT NOT NULL, seconds REAL NOT NULL);
"""

PATH = "/sandbox/faults"
Kind = Literal["status", "drop-before", "drop-after", "delay"]

SECONDARY_LIMIT = {
    "message": "You have exceeded a secondary rate limit. Please wait a few minutes before you "
    "try again.",
    "documentation_url": "https://docs.github.com/rest/using-the-rest-api/"
    "rate-limits-for-the-rest-api#about-secondary-rate-limits",
}


@frozen
class Fault:
    """How the next `times` requests of a method and path go wrong; `seconds` is a delay."""

    path_pattern: str
    kind: Kind = "status"
    method: str = "*"
    times: int = 1
    status: int = 503
    headers: dict[str, str] = field(default_factory=dict)
    body: Any = None
    seconds: float = 0.0

    def strikes(self, method: str, path: str) -> bool:
        """Whether a request is one of those that go wrong."""
        return self.method in ("*", method) and bool(re.fullmatch(self.path_pattern, path))

    def answer(self) -> Response:
        """What is answered in the service's place."""
        limited = self.status in (403, 429)
        body = self.body or (SECONDARY_LIMIT if limited else {"message": "Server Error"})
        return JSONResponse(body, self.status, self.headers)


def routes(world: World) -> list[BaseRoute]:
    """The control of faults."""
    world.add_tables(SCHEMA)
    return [Route(PATH, control(world), methods=["GET", "POST", "DELETE"])]


def middleware(app: ASGIApp, world: World) -> ASGIApp:
    """An application whose requests go wrong as the world's faults say; the control never does."""
    world.add_tables(SCHEMA)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/sandbox/"):
            return await app(scope, receive, send)
        fault = await run_in_threadpool(take_fault, world, scope["method"], scope["path"])
        if fault is None:
            return await app(scope, receive, send)
        return await suffer(fault, app, scope, receive, send)

    return serve


async def suffer(fault: Fault, app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Carry out one request with its fault."""
    if fault.kind == "delay":
        await sleep(fault.seconds)
        return await app(scope, receive, send)
    if fault.kind == "drop-after":
        await app(scope, receive, lose)
    return await fault.answer()(scope, receive, send)


async def lose(_: MutableMapping[str, Any]) -> None:
    """Where the answers go that never arrive."""


def control(world: World) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint that makes, lists and clears faults, for admins."""

    async def answer(request: Request) -> Response:
        require_account(world, request, "admin")
        if request.method == "DELETE":
            clear_faults(world)
            return Response(status_code=204)
        if request.method == "POST":
            add_fault(world, read_fault(await request.body()))
        found = [asdict(fault) for _, fault in list_faults(world)]
        return JSONResponse(found, 201 if request.method == "POST" else 200)

    return answer


def read_fault(body: bytes) -> Fault:
    """A fault from its JSON; raises HTTP's 422 where it is none."""
    try:
        said = json.loads(body)
        fault = Fault(**{"status": 503 if said.get("kind") == "status" else 502, **said})
        re.compile(fault.path_pattern)
    except (ValueError, TypeError, AttributeError, re.error) as error:
        known = ", ".join(one.name for one in fields(Fault))
        raise HTTPException(422, f"expected a fault with {known}; found {error}") from error
    if fault.kind not in get_args(Kind):
        raise HTTPException(422, f"a fault's kind is one of {get_args(Kind)}; found {fault.kind!r}")
    return fault


def add_fault(world: World, fault: Fault) -> None:
    """Let requests go wrong from now on."""
    values = asdict(fault) | {
        "headers": json.dumps(fault.headers),
        "body": json.dumps(fault.body),
    }
    with world.transaction() as database:
        database.execute(
            "INSERT INTO fault (path_pattern, kind, method, times, status, headers, body, seconds)"
            " VALUES (:path_pattern, :kind, :method, :times, :status, :headers, :body, :seconds)",
            values,
        )


def list_faults(world: World) -> list[tuple[int, Fault]]:
    """The faults that still strike, the oldest first, with their numbers."""
    with world.transaction() as database:
        rows = database.execute("SELECT * FROM fault WHERE times > 0 ORDER BY id").fetchall()
    kept = [dict(row) for row in rows]
    return [
        (
            row.pop("id"),
            Fault(**row | {"headers": json.loads(row["headers"]), "body": json.loads(row["body"])}),
        )
        for row in kept
    ]


def clear_faults(world: World) -> None:
    """Let all requests go well again."""
    with world.transaction() as database:
        database.execute("DELETE FROM fault")


def take_fault(world: World, method: str, path: str) -> Fault | None:
    """The oldest fault that strikes a request, counted; None where it goes well."""
    with world.transaction() as database:
        for number, fault in list_faults(world):
            if fault.strikes(method, path):
                database.execute("UPDATE fault SET times = times - 1 WHERE id = ?", (number,))
                return fault
    return None
