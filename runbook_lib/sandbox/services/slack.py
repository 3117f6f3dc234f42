"""The sandbox's Slack, under `/slack/api`: one channel of a workspace, and what is said there.

As https://docs.slack.dev/reference/methods describes it: every answer is JSON with `ok`, and a
refusal is a 200 with `error`. A topic that is set posts a message.
"""

import sqlite3
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from runbook_lib.sandbox.server.tokens import known_account, token_in
from runbook_lib.sandbox.world.world import Account, World

CHANNEL, NAME = "C0REMORA1", "remora"
TOPIC = "Deploys & <alarms> | keep it short"
LIMIT = 250
LONGEST = 40_000
"""What Slack keeps of a message; what is beyond that is cut off without a word."""
PAGE, LARGEST = 100, 1000
SCHEMA = """
CREATE TABLE IF NOT EXISTS slack_message (
    id INTEGER PRIMARY KEY, ts TEXT NOT NULL UNIQUE, login TEXT NOT NULL, subtype TEXT NOT NULL,
    text TEXT NOT NULL, topic TEXT NOT NULL DEFAULT ''
);
"""
STEP = Decimal("0.000100")

Fields = dict[str, Any]
Method = Callable[[World, Account, Fields], Fields]


class Refusal(Exception):
    """What Slack says no with: the text is its code."""


def routes(world: World) -> list[BaseRoute]:
    """Every method, and the page of a channel."""
    world.add_tables(SCHEMA)

    async def call(request: Request) -> Response:
        fields = await read_fields(request)
        return await run_in_threadpool(answer, world, request, fields)

    async def page(_request: Request) -> Response:
        return PlainTextResponse(await run_in_threadpool(transcript, world))

    return [
        Route("/slack/api/{method}", call, methods=["GET", "POST"]),
        Route("/slack/archives/{rest:path}", page),
    ]


async def read_fields(request: Request) -> Fields:
    """A method's arguments: of the query, and of a form or a JSON object."""
    fields: Fields = dict(request.query_params)
    if request.method != "POST" or not await request.body():
        return fields
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            body = await request.json()
        except ValueError:
            return fields | {"": "invalid_json"}
        return fields | (body if isinstance(body, dict) else {"": "json_not_object"})
    return fields | dict(parse_qsl((await request.body()).decode(errors="replace")))


def answer(world: World, request: Request, fields: Fields) -> Response:
    """What a method answers."""
    token = token_in(request.headers) or str(fields.get("token") or "")
    try:
        if fields.get(""):
            raise Refusal(str(fields[""]))
        method = METHODS.get(request.path_params["method"])
        if method is None:
            raise Refusal("unknown_method")
        unknown, missing = Refusal("invalid_auth"), Refusal("not_authed")
        account = known_account(world, token, unknown=unknown, missing=missing)
        fields["base"] = f"{request.base_url}slack/"
        return JSONResponse({"ok": True, **method(world, account, fields)})
    except Refusal as refusal:
        return JSONResponse({"ok": False, "error": str(refusal)})


def auth_test(_world: World, account: Account, fields: Fields) -> Fields:
    """Who the token is."""
    return {
        "url": fields["base"],
        "team": "Pelican",
        "user": account.login,
        "team_id": "T0PELICAN",
        "user_id": user_id(account.login),
    }


def list_channels(world: World, account: Account, _fields: Fields) -> Fields:
    """The channels that there are: one."""
    return {"channels": [channel_row(world, account)], "response_metadata": {"next_cursor": ""}}


def channel_info(world: World, account: Account, fields: Fields) -> Fields:
    """One channel."""
    check_channel(fields)
    return {"channel": channel_row(world, account)}


def set_topic(world: World, account: Account, fields: Fields) -> Fields:
    """Set the topic, which posts a message about it; that happens even where it is the same."""
    check_member(account, fields)
    topic = text_of(fields, "topic")
    if len(plain(topic)) > LIMIT:
        raise Refusal("too_long")
    said = f"<@{user_id(account.login)}> set the channel topic: {topic}"
    post(world, account, said, subtype="channel_topic", topic=topic)
    return {"channel": channel_row(world, account)}


def post_message(world: World, account: Account, fields: Fields) -> Fields:
    """Say something in the channel; other people hear it."""
    check_member(account, fields)
    text = text_of(fields, "text")
    if not text.strip():
        raise Refusal("no_text")
    text = text[:LONGEST]
    row = post(world, account, text)
    said = f"says in #{NAME}: {plain(text)}"
    world.tell(account.login, "slack_message", said, channel=CHANNEL, text=plain(text))
    return {"channel": CHANNEL, "ts": row["ts"], "message": message_row(row)}


def delete_message(world: World, account: Account, fields: Fields) -> Fields:
    """Take back a message of one's own."""
    check_member(account, fields)
    ts, own = text_of(fields, "ts"), "ts = ? AND login = ? AND subtype = ''"
    with world.transaction() as database:
        if not database.execute("SELECT 1 FROM slack_message WHERE ts = ?", (ts,)).fetchone():
            raise Refusal("message_not_found")
        found = database.execute(f"DELETE FROM slack_message WHERE {own}", (ts, account.login))
    if not found.rowcount:
        raise Refusal("cant_delete_message")
    return {"channel": CHANNEL, "ts": ts}


def history(world: World, account: Account, fields: Fields) -> Fields:
    """What was said, newest first, a page of it."""
    check_member(account, fields)
    size = number_of(fields, "limit", PAGE, LARGEST)
    oldest, latest = str(fields.get("oldest") or "0"), str(fields.get("latest") or "9e12")
    inclusive = str(fields.get("inclusive")).lower() in ("true", "1")
    try:
        first, last = Decimal(oldest), Decimal(latest)
    except ArithmeticError:
        raise Refusal("invalid_ts_oldest") from None
    before = number_of(fields, "cursor", 2**60, 2**60)
    with world.transaction() as database:
        rows = database.execute(
            "SELECT * FROM slack_message WHERE id < ? ORDER BY id DESC", (before,)
        ).fetchall()
    found = [row for row in rows if within(Decimal(row["ts"]), first, last, inclusive=inclusive)]
    more = len(found) > size
    cursor = str(found[size - 1]["id"]) if more else ""
    return {
        "messages": [message_row(row) for row in found[:size]],
        "has_more": more,
        "response_metadata": {"next_cursor": cursor},
    }


def list_users(world: World, _account: Account, fields: Fields) -> Fields:
    """The people of the workspace, a page of them; who has left is among them."""
    size, after = number_of(fields, "limit", LARGEST, LARGEST), cursor_of(fields)
    found = [user_row(account) for account in members(world)]
    more = after + size < len(found)
    cursor = f"user:{after + size}" if more else ""
    return {
        "members": found[after : after + size],
        "response_metadata": {"next_cursor": cursor},
    }


def members(world: World) -> list[Account]:
    """Everybody with an account."""
    with world.transaction() as database:
        rows = database.execute("SELECT login FROM account ORDER BY id").fetchall()
    return [account for row in rows if (account := world.account(row["login"]))]


def cursor_of(fields: Fields) -> int:
    """Where a page of people begins."""
    kind, _, place = str(fields.get("cursor") or "user:0").partition(":")
    if kind != "user" or not place.isdecimal():
        raise Refusal("invalid_cursor")
    return int(place)


def user_info(world: World, _account: Account, fields: Fields) -> Fields:
    """One person."""
    wanted = text_of(fields, "user")
    found = [one for one in members(world) if user_id(one.login) == wanted]
    if not found:
        raise Refusal("user_not_found")
    return {"user": user_row(found[0])}


METHODS: dict[str, Method] = {
    "auth.test": auth_test,
    "conversations.list": list_channels,
    "conversations.info": channel_info,
    "conversations.setTopic": set_topic,
    "conversations.history": history,
    "chat.postMessage": post_message,
    "chat.delete": delete_message,
    "users.info": user_info,
    "users.list": list_users,
}


def post(
    world: World, account: Account, text: str, *, subtype: str = "", topic: str = ""
) -> sqlite3.Row:
    """Keep a message; its time is later than any other's, though time may stand still."""
    with world.transaction() as database:
        newest = database.execute("SELECT ts FROM slack_message ORDER BY id DESC").fetchone()
        now = Decimal(f"{world.now().timestamp():.6f}")
        ts = max(now, Decimal(newest["ts"]) + STEP) if newest else now
        cursor = database.execute(
            "INSERT INTO slack_message (ts, login, subtype, text, topic) VALUES (?, ?, ?, ?, ?)",
            (f"{ts:.6f}", account.login, subtype, text, topic),
        )
        found = database.execute("SELECT * FROM slack_message WHERE id = ?", (cursor.lastrowid,))
        row: sqlite3.Row = found.fetchone()
    return row


def channel_row(world: World, account: Account) -> Fields:
    """The channel as Slack's object."""
    with world.transaction() as database:
        last = database.execute(
            "SELECT topic, login, ts FROM slack_message WHERE subtype = 'channel_topic'"
            " ORDER BY id DESC"
        ).fetchone()
    topic = last["topic"] if last else escaped(TOPIC)
    return {
        "id": CHANNEL,
        "name": NAME,
        "is_channel": True,
        "is_archived": False,
        "is_private": False,
        "is_member": account.permission != "none",
        "topic": {
            "value": topic,
            "creator": user_id(last["login"] if last else "willow"),
            "last_set": int(Decimal(last["ts"])) if last else 0,
        },
    }


def message_row(row: sqlite3.Row) -> Fields:
    """A message as Slack's object."""
    kind = {"subtype": row["subtype"], "topic": row["topic"]} if row["subtype"] else {}
    user = user_id(row["login"])
    return {"type": "message", "user": user, "ts": row["ts"], "text": row["text"], **kind}


def user_row(account: Account) -> Fields:
    """A person as Slack's object: the login is both the handle and the display name."""
    profile = {
        "display_name": account.login,
        "display_name_normalized": account.login,
        "real_name": account.name,
        "real_name_normalized": account.name,
    }
    return {
        "id": user_id(account.login),
        "name": account.login,
        "real_name": account.name,
        "deleted": False,
        "is_bot": False,
        "profile": profile,
    }


def check_channel(fields: Fields) -> None:
    """There is one channel."""
    if fields.get("channel") != CHANNEL:
        raise Refusal("channel_not_found")


def check_member(account: Account, fields: Fields) -> None:
    """Who has no part in the team is not in its channel."""
    check_channel(fields)
    if account.permission == "none":
        raise Refusal("not_in_channel")


def text_of(fields: Fields, name: str) -> str:
    """One text of a method's arguments."""
    value = fields.get(name)
    if not isinstance(value, str):
        raise Refusal("invalid_arguments")
    return value


def number_of(fields: Fields, name: str, default: int, largest: int) -> int:
    """One number of a method's arguments."""
    value = str(fields.get(name) or default)
    if not value.isdecimal() or not 0 < int(value) <= largest:
        raise Refusal("invalid_cursor" if name == "cursor" else "invalid_limit")
    return int(value)


def within(ts: Decimal, first: Decimal, last: Decimal, *, inclusive: bool) -> bool:
    """Whether a message is of the time that was asked for."""
    return first <= ts <= last if inclusive else first < ts < last


def user_id(login: str) -> str:
    """What Slack would call somebody."""
    return f"U{login.upper():0<8}"[:9]


def escaped(text: str) -> str:
    """A text as Slack keeps it."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """A text as people wrote it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def transcript(world: World) -> str:
    """All that was said, to read."""
    with world.transaction() as database:
        rows = database.execute("SELECT * FROM slack_message ORDER BY id").fetchall()
    return "\n".join(f"{row['login']}: {plain(row['text'])}" for row in rows) + "\n"
