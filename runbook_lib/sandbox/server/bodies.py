"""How much a request may bring: little before it is known who asks, and nothing without an end."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runbook_lib.sandbox.server.tokens import token_in
from runbook_lib.sandbox.world.world import World

ANYBODYS = 1_000_000
"""Bytes of a request without a token that is known; some services take theirs in the body."""
LARGEST = 200_000_000


class BoundedBodies:
    """Answers 413 (401 where a token would help) to a request with a larger body, unread."""

    def __init__(self, app: ASGIApp, *, world: World) -> None:
        self.app = app
        self.world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its body bounded."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        headers = Headers(scope=scope)
        known = self.world.account_by_token(token_in(headers) or "") is not None
        limit, announced = LARGEST if known else ANYBODYS, headers.get("content-length", "0")
        if announced.isdecimal() and int(announced) > limit:
            refused = refusal(limit, known=known)
            body = JSONResponse({"message": refused.detail}, refused.status_code, refused.headers)
            return await body(scope, receive, send)
        left = limit

        async def bounded() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            if left < 0:
                raise refusal(limit, known=known)
            return message

        return await self.app(scope, bounded, send)


def refusal(limit: int, *, known: bool) -> HTTPException:
    """What is answered to a body that is too large."""
    if known:
        detail = f"Expected a body of {limit} bytes at most."
        return HTTPException(413, detail, {"Connection": "close"})
    detail = f"Expected a body of {limit} bytes at most, or a token."
    challenge = {"WWW-Authenticate": 'Basic realm="sandbox"', "Connection": "close"}
    return HTTPException(401, detail, challenge)
