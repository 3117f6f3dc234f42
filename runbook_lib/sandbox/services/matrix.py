"""The sandbox's Matrix homeserver, under `/matrix`: one room, its topic and its messages.

As https://spec.matrix.org/latest/client-server-api/ describes it, with Synapse's words.
"""

import json
import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from runbook_lib.sandbox.server.tokens import known_account, token_in
from runbook_lib.sandbox.world.world import Account, World

SERVER = "sandbox.example"
ALIAS = f"#pelican:{SERVER}"
ROOM = f"!pelican:{SERVER}"
TOPIC = "Counting seabirds · be kind"
LARGEST = 65_536
"""So many bytes an event may have."""
PAGE = 10
API = "/matrix/_matrix/client/v3"
SCHEMA = """
CREATE TABLE IF NOT EXISTS matrix_event (
    id INTEGER PRIMARY KEY, sender TEXT NOT NULL, type TEXT NOT NULL, state INTEGER NOT NULL,
    content TEXT NOT NULL, at TEXT NOT NULL, txn TEXT NOT NULL DEFAULT ''
);
"""

Body = dict[str, Any]


class Refusal(Exception):
    """What the server says no with: a status, a code and words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.body = {"errcode": code, "error": words}


Endpoint = Callable[[World, Account, Request, Body], Body]


def routes(world: World) -> list[BaseRoute]:
    """What a client needs of a room."""
    world.add_tables(SCHEMA)
    return [
        api(world, "GET", "/account/whoami", whoami),
        api(world, "GET", "/joined_rooms", joined_rooms),
        api(world, "GET", "/directory/room/{alias}", directory),
        api(world, "GET", "/rooms/{room}/state/m.room.topic", topic),
        api(world, "GET", "/rooms/{room}/state/m.room.topic/", topic),
        api(world, "PUT", "/rooms/{room}/state/m.room.topic", set_topic),
        api(world, "PUT", "/rooms/{room}/state/m.room.topic/", set_topic),
        api(world, "PUT", "/rooms/{room}/send/m.room.message/{txn}", send),
        api(world, "GET", "/rooms/{room}/joined_members", joined_members),
        api(world, "GET", "/rooms/{room}/messages", messages),
    ]


def api(world: World, method: str, path: str, work: Endpoint) -> Route:
    """One route, for everybody whose token is one of the world's."""

    async def endpoint(request: Request) -> Response:
        raw = await request.body()
        return await run_in_threadpool(answer, world, work, request, raw)

    return Route(f"{API}{path}", endpoint, methods=[method])


def answer(world: World, work: Endpoint, request: Request, raw: bytes) -> Response:
    """What an endpoint answers, or refuses."""
    try:
        account = account_of(world, request)
        return JSONResponse(work(world, account, request, read_body(raw)))
    except Refusal as refusal:
        return JSONResponse(refusal.body, refusal.status)


def account_of(world: World, request: Request) -> Account:
    """Who asks."""
    missing = Refusal(401, "M_MISSING_TOKEN", "Missing access token")
    unknown = Refusal(401, "M_UNKNOWN_TOKEN", "Invalid access token passed.")
    return known_account(world, token_in(request.headers), unknown=unknown, missing=missing)


def read_body(raw: bytes) -> Body:
    """A request's JSON object."""
    if len(raw) > LARGEST:
        raise Refusal(413, "M_TOO_LARGE", "event too large")
    try:
        body = json.loads(raw) if raw else {}
    except ValueError:
        raise Refusal(400, "M_NOT_JSON", "Content not JSON.") from None
    if not isinstance(body, dict):
        raise Refusal(400, "M_BAD_JSON", "Content must be a JSON object.")
    return body


def user_id(login: str) -> str:
    """What Matrix calls somebody."""
    return f"@{login}:{SERVER}"


def whoami(_world: World, account: Account, _request: Request, _body: Body) -> Body:
    """Who the token is."""
    return {"user_id": user_id(account.login), "is_guest": False}


def joined_rooms(_world: World, account: Account, _request: Request, _body: Body) -> Body:
    """The rooms that somebody has joined."""
    return {"joined_rooms": [ROOM] if account.permission != "none" else []}


def joined_members(world: World, account: Account, request: Request, _body: Body) -> Body:
    """Who has joined the room; a name that nobody has set is the id's own."""
    check_joined(account, request)
    with world.transaction() as database:
        query = "SELECT login FROM account WHERE permission != 'none' ORDER BY id"
        logins = [row["login"] for row in database.execute(query).fetchall()]
    nothing = {"avatar_url": None}
    return {"joined": {user_id(login): {"display_name": login, **nothing} for login in logins}}


def directory(_world: World, _account: Account, request: Request, _body: Body) -> Body:
    """The room of an alias."""
    alias = request.path_params["alias"]
    if alias != ALIAS:
        raise Refusal(404, "M_NOT_FOUND", f"Room alias {alias} not found")
    return {"room_id": ROOM, "servers": [SERVER]}


def topic(world: World, account: Account, request: Request, _body: Body) -> Body:
    """The room's topic."""
    check_joined(account, request)
    found = newest(world, "m.room.topic")
    return dict(json.loads(found["content"])) if found else {"topic": TOPIC}


def set_topic(world: World, account: Account, request: Request, body: Body) -> Body:
    """Set the topic; that of the same again makes no event, as on a real server."""
    check_joined(account, request)
    if account.permission not in ("admin", "write"):
        words = "You don't have permission to post that to the room. user_level (0) < send_level"
        raise Refusal(403, "M_FORBIDDEN", f"{words} (50)")
    found = newest(world, "m.room.topic")
    if found and json.loads(found["content"]) == body and found["sender"] == account.login:
        return {"event_id": event_id(found["id"])}
    return {"event_id": add(world, account, "m.room.topic", body, state=True)}


def send(world: World, account: Account, request: Request, body: Body) -> Body:
    """Send a message, which people hear; a transaction's id that was seen already sends nothing."""
    check_joined(account, request)
    txn = request.path_params["txn"]
    with world.transaction() as database:
        seen = database.execute(
            "SELECT id FROM matrix_event WHERE txn = ? AND sender = ?", (txn, account.login)
        ).fetchone()
    if seen:
        return {"event_id": event_id(seen["id"])}
    sent = add(world, account, "m.room.message", body, txn=txn)
    text = str(body.get("body") or "")
    world.tell(account.login, "matrix_message", f"says in {ALIAS}: {text}", text=text)
    return {"event_id": sent}


def messages(world: World, account: Account, request: Request, _body: Body) -> Body:
    """The room's events from some place on, backwards, a page of them."""
    check_joined(account, request)
    if request.query_params.get("dir") != "b":
        raise Refusal(400, "M_MISSING_PARAM", "Missing string query parameter 'dir'")
    size = request.query_params.get("limit", str(PAGE))
    begin = request.query_params.get("from", f"t{2**60}").removeprefix("t")
    if not (size.isdecimal() and begin.isdecimal()):
        raise Refusal(400, "M_INVALID_PARAM", "Query parameter must be an integer")
    with world.transaction() as database:
        rows = database.execute(
            "SELECT * FROM matrix_event WHERE id < ? ORDER BY id DESC LIMIT ?",
            (int(begin), int(size) + 1),
        ).fetchall()
    found, more = rows[: int(size)], len(rows) > int(size)
    end = {"end": f"t{found[-1]['id']}"} if more else {}
    return {"chunk": [event_row(row) for row in found], "start": f"t{begin}", **end}


def check_joined(account: Account, request: Request) -> None:
    """There is one room, and who has no part in the team is not in it."""
    if request.path_params["room"] != ROOM or account.permission == "none":
        who = user_id(account.login)
        room = request.path_params["room"]
        raise Refusal(403, "M_FORBIDDEN", f"User {who} not in room {room}, and room previews are")


def newest(world: World, kind: str) -> sqlite3.Row | None:
    """The newest event of a kind."""
    with world.transaction() as database:
        found: sqlite3.Row | None = database.execute(
            "SELECT * FROM matrix_event WHERE type = ? ORDER BY id DESC", (kind,)
        ).fetchone()
    return found


def add(
    world: World, account: Account, kind: str, content: Body, *, state: bool = False, txn: str = ""
) -> str:
    """Keep an event; its id."""
    row = (account.login, kind, state, json.dumps(content), world.now().isoformat(), txn)
    with world.transaction() as database:
        cursor = database.execute(
            "INSERT INTO matrix_event (sender, type, state, content, at, txn)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            row,
        )
    return event_id(cursor.lastrowid or 0)


def event_id(number: int) -> str:
    """What Matrix calls an event."""
    return f"$event{number}"


def event_row(row: sqlite3.Row) -> Body:
    """An event as a client sees it."""
    state = {"state_key": ""} if row["state"] else {}
    return {
        "type": row["type"],
        "event_id": event_id(row["id"]),
        "sender": user_id(row["sender"]),
        "origin_server_ts": int(datetime.fromisoformat(row["at"]).timestamp() * 1000),
        "content": json.loads(row["content"]),
        "room_id": ROOM,
        **state,
    }
