"""The sandbox's server: all rooms behind one address on this machine."""

import fcntl
import json
import os
import secrets
import shutil
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route
from uvicorn import Config, Server

from runbook_lib.errors import Failed
from runbook_lib.sandbox.people.work import People
from runbook_lib.sandbox.server import clock, control, faults
from runbook_lib.sandbox.server.access import AccessLog
from runbook_lib.sandbox.server.bodies import BoundedBodies
from runbook_lib.sandbox.server.later import Later
from runbook_lib.sandbox.services import bugzilla, dockerflow, git, github
from runbook_lib.sandbox.world.keys import make_signing_key
from runbook_lib.sandbox.world.leases import in_use, locked, try_lock
from runbook_lib.sandbox.world.world import World

ROOMS = (control, clock, faults, github, bugzilla, dockerflow, git)
"""What every world is served by; of two rooms with the same path the first answers."""

TEAM = (
    "samples.team.control",
    *(f"services.{name}" for name in ("calendar", "etherpad", "slack", "matrix", "sentry")),
    "services.grafana",
)
"""What a team's world has besides; its week is in several of them at once."""
TEAMS = (
    *(f"/sandbox/{name}" for name in ("team", "sentry/", "prometheus", "incident")),
    *(f"/{name}" for name in ("calendar/", "etherpad", "slack/", "matrix/", "sentry/", "grafana/")),
)
"""Where these are."""

HOSTS = ["127.0.0.1", "localhost"]
LOOK_SECONDS = 0.5
KEEP_ALIVE_SECONDS = 75


def build_app(world: World, *, instance: str = "") -> Starlette:
    """The application that serves a world: every room's routes, behind the access log."""
    rooms: list[BaseRoute] = [Route("/sandbox/alive", alive(instance))]
    rooms.append(Later(world, *TEAM, places=TEAMS))
    rooms.append(Later(world, "services.jira", places=("/jira",)))
    for room in ROOMS:
        rooms += room.routes(world)
    rooms.append(Later(world, "page", places=("/",)))
    middleware = [
        Middleware(AccessLog, world=world),
        Middleware(TrustedHostMiddleware, allowed_hosts=HOSTS),
        Middleware(BoundedBodies, world=world),
        Middleware(faults.middleware, world=world),
    ]
    return Starlette(routes=rooms, middleware=middleware)


def serve(folder: Path, *, clock: datetime | None = None) -> None:
    """Serve the world in `folder` until it is stopped or, unless it is kept, nobody holds it."""
    os.umask(0o077)
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with only_server(folder):
        world = World(folder, clock=clock)
        if shutil.which("ssh-keygen"):
            make_signing_key(world.keys)
        with listening(int(world.setting("port") or 0)) as listener:
            world.set_setting("port", str(listener.getsockname()[1]))
            serve_world(world, listener)


def serve_world(world: World, listener: socket.socket) -> None:
    """Serve a world on a socket that listens already, with its people at work."""
    instance = secrets.token_hex(8)
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    server = make_server(build_app(world, instance=instance))
    end_quietly(server)
    write_card(world, url, instance)
    people = People(world, url)
    people.start()
    threading.Thread(target=end_unused, args=(world.folder, server), daemon=True).start()
    try:
        server.run(sockets=[listener])
    finally:
        (world.folder / "server.json").unlink(missing_ok=True)
        people.stop()
        world.close()


def make_server(app: Starlette) -> Server:
    """The HTTP server; it logs nothing of requests itself, for their queries may hold a token."""
    return Server(
        Config(
            app,
            access_log=False,
            log_level="warning",
            lifespan="off",
            loop="asyncio",
            http="h11",
            ws="none",
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=2,
            server_header=False,
            headers=[("Keep-Alive", f"timeout={KEEP_ALIVE_SECONDS}")],
        )
    )


def end_quietly(server: Server) -> None:
    """Let SIGTERM and SIGINT end the server and not the process, which has to clean up first."""

    def end(*_: object) -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)


def alive(instance: str) -> Callable[[Request], Response]:
    """The endpoint that tells which server answers."""

    def answer(_: Request) -> Response:
        return JSONResponse({"pid": os.getpid(), "instance": instance})

    return answer


@contextmanager
def listening(port: int) -> Iterator[socket.socket]:
    """A socket that listens on this machine alone: on that port, or a free one where it is taken.

    A world keeps its port, so that the links in its records still open when it runs again.
    """
    # The protocol is named because asyncio sets TCP_NODELAY only where it is: 40 ms a request.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            listener.bind(("127.0.0.1", 0))
        listener.listen(128)
        yield listener


@contextmanager
def only_server(folder: Path) -> Iterator[None]:
    """Hold the world for this server alone; raises Failed where another one keeps it."""
    try:
        with locked(folder / "serving.lock", within=5) as file:
            file.truncate(0)
            file.write(str(os.getpid()))
            file.flush()
            yield
    except TimeoutError as error:
        raise Failed(
            f"another process serves the world in {folder} already; stop it first"
        ) from error


def write_card(world: World, url: str, instance: str) -> None:
    """Write server.json, for those who look for this server, whole or not at all."""
    operator = world.account("operator")
    assert operator is not None, "every world is made with an operator"
    card = {
        "url": url,
        "pid": os.getpid(),
        "instance": instance,
        "token": operator.token,
        "page_key": world.page_key,
    }
    new = world.folder / "server.json.new"
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(card, file)
    new.rename(world.folder / "server.json")


def end_unused(folder: Path, server: Server) -> None:
    """End the server as soon as it is not kept and nobody holds it."""
    pause = threading.Event()
    while not server.should_exit:
        pause.wait(LOOK_SECONDS)
        if not (folder / "keep").exists() and not in_use(folder):
            server.should_exit = still_unused(folder)


def still_unused(folder: Path) -> bool:
    """Whether nobody holds the world while none can start it; if so, it can't be found any more."""
    with (folder / "lock").open("a") as file:
        if not try_lock(file):
            return False
        unused = not (folder / "keep").exists() and not in_use(folder)
        if unused:
            (folder / "server.json").unlink(missing_ok=True)
        fcntl.flock(file, fcntl.LOCK_UN)
        return unused
