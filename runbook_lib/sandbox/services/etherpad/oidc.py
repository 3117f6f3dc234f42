"""The OAuth2 provider of an Etherpad 2.x: access tokens for clients that have a secret.

A client is an account of the world, its secret the account's token. It answers as oidc-provider
does, with the configuration that Etherpad has for it; a resource has to be named, for whether
Etherpad finds its own hangs on the version of a library below.
"""

import json
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runbook_lib.sandbox.world.world import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS etherpad_token (token TEXT PRIMARY KEY, expires TEXT NOT NULL);
"""
LIFE = timedelta(hours=1)


def route(world: World, path: str) -> Route:
    """Where a token is asked for."""

    async def token(request: Request) -> Response:
        form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
        return answer(world, form)

    return Route(f"/{path}/oidc/token", token, methods=["POST"])


def answer(world: World, form: dict[str, str]) -> Response:
    """A token, or why there is none."""
    if not form.get("client_id"):
        return refused("invalid_request", "no client authentication mechanism provided")
    account = world.account(form["client_id"])
    if account is None or not account.token or account.token != form.get("client_secret"):
        return refused("invalid_client", "client authentication failed", status=401)
    if "grant_type" not in form:
        return refused("invalid_request", "missing required parameter 'grant_type'")
    if form["grant_type"] != "client_credentials":
        return refused("unsupported_grant_type", "unsupported grant_type requested")
    if not urlsplit(form.get("resource", "")).scheme:
        return refused("invalid_target", "resource indicator must be an absolute URI")
    given = {"access_token": make_token(world, account.login), "token_type": "Bearer"}
    return JSONResponse({**given, "expires_in": int(LIFE.total_seconds())})


def refused(error: str, description: str, *, status: int = 400) -> Response:
    """A refusal in OAuth2's form (RFC 6749, 5.2)."""
    return JSONResponse({"error": error, "error_description": description}, status)


def make_token(world: World, client: str) -> str:
    """A JSON web token, as long as it holds; nobody but this server reads its signature."""
    expires = world.now() + LIFE
    head = {"alg": "RS256", "typ": "at+jwt"}
    said = {"sub": client, "admin": "true", "exp": int(expires.timestamp()), "aud": "account"}
    parts = (urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (head, said))
    token = ".".join([*(part.decode() for part in parts), secrets.token_urlsafe(64)])
    with world.transaction() as database:
        database.execute("INSERT INTO etherpad_token VALUES (?, ?)", (token, expires.isoformat()))
    return token


def is_accepted(world: World, token: str) -> bool:
    """Whether a token was given, and holds still."""
    query = "SELECT expires FROM etherpad_token WHERE token = ?"
    with world.transaction() as database:
        row = database.execute(query, (token,)).fetchone()
    return row is not None and world.now() < datetime.fromisoformat(row["expires"])
