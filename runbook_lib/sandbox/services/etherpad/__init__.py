"""Etherpads: pads with all their revisions, over the HTTP API 1.2.15.

`/etherpad` answers as 1.8.14 does (https://etherpad.org/doc/v1.8.14/#index_http_api), `/etherpad2`
as 2.5.3 with its OAuth2 provider, `/etherpad2-apikey` as 2.5.3 where `authenticationMethod` is
`apikey`. They have the same pads.

Read `pads` first.
"""

from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.server.tokens import known_account
from runbook_lib.sandbox.services.etherpad import oidc
from runbook_lib.sandbox.services.etherpad.pads import (
    FUNCTIONS,
    SCHEMA,
    Form,
    Wrong,
    get_text,
    newest,
)
from runbook_lib.sandbox.world.world import World


@frozen
class Kind:
    """One of the Etherpads: its path, whether it has a provider, and how it tells an old text."""

    path: str
    provider: bool
    attributed: bool


KINDS = (
    Kind("etherpad", provider=False, attributed=True),
    Kind("etherpad2", provider=True, attributed=False),
    Kind("etherpad2-apikey", provider=False, attributed=False),
)


def routes(world: World) -> list[BaseRoute]:
    """`…/api/1.2.15/{function}` of each, the pads' pages as plain text, and the provider."""
    world.add_tables(SCHEMA + oidc.SCHEMA)
    pads = [route for kind in KINDS for route in routes_of(world, kind)]
    return [*pads, *(oidc.route(world, kind.path) for kind in KINDS if kind.provider)]


def routes_of(world: World, kind: Kind) -> list[BaseRoute]:
    """The API and the pads of one Etherpad."""

    async def call(request: Request) -> Response:
        form = {**request.query_params}
        body = (await request.body()).decode("utf-8", "replace")
        form |= dict(parse_qsl(body, keep_blank_values=True))
        return envelope(world, kind, request, form)

    def page(request: Request) -> Response:
        text = newest(world, request.path_params["pad"])
        return PlainTextResponse(text[1] if text else "", 200 if text else 404)

    return [
        Route(f"/{kind.path}/api/1.2.15/{{function}}", call, methods=["GET", "POST"]),
        Route(f"/{kind.path}/p/{{pad}}", page),
    ]


def envelope(world: World, kind: Kind, request: Request, form: Form) -> Response:
    """A function's answer, or its refusal, as Etherpad wraps it."""
    try:
        data = dispatch(world, kind, request, form)
    except Wrong as wrong:
        said = {"code": wrong.code, "message": wrong.message, "data": None}
        return JSONResponse(said, STATUS.get(wrong.code, 200))
    return JSONResponse({"code": 0, "message": "ok", "data": data})


STATUS = {3: 404, 4: 401}
"""The status that goes with an error's code, where it is not 200."""


def dispatch(world: World, kind: Kind, request: Request, form: Form) -> Any:
    """Carry out a function for whoever is let in."""
    function = FUNCTIONS.get(request.path_params["function"])
    if function is None:
        raise Wrong(3, "no such function")
    let_in(world, kind, request, form)
    with world.transaction():
        data = function(world, form)
    plain = function is get_text and not kind.attributed and isinstance(data["text"], dict)
    return {"text": data["text"]["text"]} if plain else data


def let_in(world: World, kind: Kind, request: Request, form: Form) -> None:
    """Refuse whoever has no key (any account's token is one), or none of the provider's tokens."""
    nobody = Wrong(4, "no or wrong API Key")
    if not kind.provider:
        known_account(world, form.get("apikey"), unknown=nobody)
        return
    said = request.headers.get("authorization")
    if not said:
        raise nobody
    if not oidc.is_accepted(world, said.replace("Bearer ", "")):
        raise Wrong(4, "no or wrong OAuth token")
