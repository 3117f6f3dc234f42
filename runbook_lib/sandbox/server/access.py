"""The access log: one JSON line for each request, with who asked, and never with a secret."""

import json
import time
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runbook_lib.sandbox.server.tokens import token_in
from runbook_lib.sandbox.world.world import World

UNLOGGED = ("/sandbox/alive",)


class AccessLog:
    """Writes `access.jsonl` beside a world's data, each line before its answer goes out.

    A line has `at` (seconds since 1970), `method`, `path` (without the query), `status`, `account`
    (a login, or null) and `seconds`.
    """

    def __init__(self, app: ASGIApp, *, world: World) -> None:
        self.app = app
        self.logins: dict[str, str] = {}
        self.world = world
        self.file = (world.folder / "access.jsonl").open("a", buffering=1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and note its answer."""
        if scope["type"] != "http" or scope["path"] in UNLOGGED:
            return await self.app(scope, receive, send)
        began = time.monotonic()

        async def note(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.write(scope, message["status"], time.monotonic() - began)
            await send(message)

        return await self.app(scope, receive, note)

    def write(self, scope: Scope, status: int, seconds: float) -> None:
        """Note one request."""
        line = {
            "at": round(time.time(), 3),
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "account": self.login(Headers(scope=scope)),
            "seconds": round(seconds, 4),
        }
        self.file.write(json.dumps(line) + "\n")

    def login(self, headers: Mapping[str, str]) -> str | None:
        """Whose token a request carries, or None."""
        token = token_in(headers)
        if not token:
            return None
        if token not in self.logins and (account := self.world.account_by_token(token)):
            self.logins[token] = account.login
        return self.logins.get(token)
