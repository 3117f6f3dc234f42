"""A Grafana with large dashboards: `python -m benchmarks.grafana FOLDER DASHBOARDS PANELS`.

The sandbox's own, in a process of its own. What was asked once is answered at once from then on, so
that making up the figures counts on no side.
"""

import json
import socket
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from benchmarks.rows.monitoring import PUSHED, TAG, UNTIL, uid
from runbook_lib.sandbox import people  # noqa: F401  (imported first: its rooms import each other)
from runbook_lib.sandbox.services import dockerflow, grafana
from runbook_lib.sandbox.services.grafana import dashboards
from runbook_lib.sandbox.world.world import World

QUERIES = (dashboards.REQUESTS, dashboards.ERRORS, dashboards.LATENCY)


def main() -> None:
    """Serve the dashboards until the process is ended; the first line says where."""
    folder, number, panels = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    for each in range(number):
        graphs = [graph(panel) for panel in range(1, panels + 1)]
        dashboards.DASHBOARDS[uid(each)] = dashboards.made(uid(each), f"Board {each}", *graphs)
    with pushed_world(folder) as world, socket.create_server(("127.0.0.1", 0)) as listening:
        operator = world.account("operator")
        assert operator is not None, "every world has one"
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/grafana"
        print(json.dumps({"url": url, "token": operator.token}), flush=True)
        app = Remembering(Starlette(routes=grafana.routes(world)))
        uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off")).run([listening])


def graph(number: int) -> dict[str, Any]:
    """A panel, one of a few kinds."""
    return dashboards.graph(number, f"Panel {number}", QUERIES[number % len(QUERIES)])


def pushed_world(folder: Path) -> World:
    """A world in which the server was pushed to production 45 minutes ago."""
    world = World(folder, clock=PUSHED - timedelta(days=2))
    dockerflow.routes(world)
    world.move_clock(PUSHED)
    said = {"repository": "pelican/server", "version": TAG, "sha": "f" * 40, "who": "ops"}
    dockerflow.deploy(world, "production", "server", **said)
    world.move_clock(UNTIL)
    return world


class Remembering:
    """Gives each answer again to who asks the same."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.answers: dict[tuple[str, str, bytes], list[Message]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        request = Request(scope, receive)
        body = await request.body()
        key = (request.method, str(request.url), body)
        if key not in self.answers:
            self.answers[key] = await answer(self.app, scope, body)
        for message in self.answers[key]:
            await send(message)


async def answer(app: ASGIApp, scope: Scope, body: bytes) -> list[Message]:
    """What an application answers to a request."""
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


if __name__ == "__main__":
    main()
