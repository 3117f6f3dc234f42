"""A world with a push to production, and its Grafana and Sentry served over HTTP."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware

from runbook_lib.journal.journal import Journal
from runbook_lib.sandbox.server import faults
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.services import dockerflow, grafana, sentry
from runbook_lib.sandbox.world.world import World
from runbook_lib.steps.step import Patience, Runner
from tests.conftest import Quiet

ZONE = ZoneInfo("America/Los_Angeles")
TUESDAY = datetime(2026, 3, 10, 9, 5, tzinfo=ZONE)
PUSHED = datetime(2026, 3, 12, 9, 40, tzinfo=ZONE)
"""Four days after the clocks in Los Angeles were put forward."""
WATCHED = timedelta(minutes=45)
TAG = "2026.03.12"


@dataclass(frozen=True)
class Monitored:
    """A world whose push is 45 minutes old, and the address that it is served at."""

    world: World
    url: str

    def token(self, login: str = "operator") -> str:
        account = self.world.account(login)
        assert account is not None
        return account.token

    def control(self, method: str, path: str, **body: Any) -> Any:
        """Use one of the sandbox's controls."""
        return Client(self.url, self.token()).expect(method, f"/sandbox/{path}", body or None)

    def fault(self, path_pattern: str, **fault: Any) -> None:
        """Let the next request to a path go wrong."""
        self.control("POST", "faults", path_pattern=path_pattern, **fault)

    @property
    def until(self) -> datetime:
        return PUSHED + WATCHED


@contextmanager
def serve_monitored(folder: Path) -> Iterator[Monitored]:
    """A world on the day of a push, for as long as it is needed."""
    world = World(folder, clock=TUESDAY)
    rooms = (dockerflow, faults, grafana, sentry)
    app = Starlette(
        routes=[route for room in rooms for route in room.routes(world)],
        middleware=[Middleware(faults.middleware, world=world)],
    )
    world.move_clock(PUSHED)
    deployed = {"repository": "pelican/server", "version": TAG, "sha": "f" * 40, "who": "ops"}
    dockerflow.deploy(world, "production", "server", **deployed)
    world.move_clock(PUSHED + WATCHED)
    with world, serve(app) as url:
        yield Monitored(world, url)


@contextmanager
def serve(app: Any) -> Iterator[str]:
    """An application, served in a thread; yields its address."""
    listening = socket.create_server(("127.0.0.1", 0))
    running = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=running.run, args=([listening],))
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        running.should_exit = True
        thread.join()


def make_watcher(folder: Path) -> Runner:
    """A runner that never really sleeps."""
    journal = Journal(folder / "session" / "journal.jsonl", session="s", operator="o")
    patience = Patience(settling=(0.0, 0.0), first_pause=0.0, waiting=0.0)
    return Runner(journal, Quiet(), patience=patience, sleep=lambda _: None)
