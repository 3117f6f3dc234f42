"""A served world for the tests of GitHub's API: in this process, with every answer written down."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from github import Github
from github.Auth import Token
from github.Commit import Commit
from github.Repository import Repository as RemoteRepository
from requests import Response, Session
from starlette.applications import Starlette
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config, Server

from runbook_lib.sandbox.server import faults
from runbook_lib.sandbox.services import git, github
from runbook_lib.sandbox.world.git_objects import git as run
from runbook_lib.sandbox.world.repositories import Repository
from runbook_lib.sandbox.world.world import World
from tests.sandbox.repositories import create_repository

from .description import Exchange

NAME = "harbor/tidewatch"


class Stage:
    """An application that can be changed while it is served, and that writes down each exchange."""

    def __init__(self) -> None:
        self.app: ASGIApp = Starlette()
        self.exchanges: list[Exchange] = []

    def show(self, world: World) -> None:
        """Serve a world from now on."""
        routes = [*github.routes(world), *git.routes(world), *faults.routes(world)]
        self.exchanges = []
        self.app = faults.middleware(Witness(Starlette(routes=routes), self.exchanges), world)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


class Witness:
    """Writes down each exchange of an application."""

    def __init__(self, app: ASGIApp, exchanges: list[Exchange]) -> None:
        self.app, self.exchanges = app, exchanges

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        rest = ("/api/v3", "/api/uploads")
        if scope["type"] != "http" or not scope["path"].startswith(rest):
            await self.app(scope, receive, send)
            return
        sent: list[Message] = []

        async def note(message: Message) -> None:
            sent.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                self.exchanges.append(exchange_of(scope, sent))
            await send(message)

        await self.app(scope, receive, note)


def exchange_of(scope: Scope, sent: list[Message]) -> Exchange:
    """A request and the messages that answered it, as one exchange."""
    body = b"".join(message.get("body", b"") for message in sent[1:])
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Exchange(scope["method"], scope["path"], sent[0]["status"], headers, body)


@contextmanager
def serving(app: ASGIApp) -> Iterator[str]:
    """Serve an application on a free port of this machine; its address."""
    with socket.socket(proto=socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server = Server(Config(app, lifespan="off", log_level="warning", access_log=False))
        serve = server.serve([listener])
        thread = threading.Thread(target=lambda: asyncio.run(serve), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(5)


@dataclass
class Served:
    """A served world with one repository, as the tests use it."""

    url: str
    world: World
    stage: Stage
    repository: Repository
    session: Session = field(default_factory=Session)

    def token(self, login: str) -> str:
        account = self.world.account(login)
        assert account is not None
        return account.token

    def ask(
        self, method: str, path: str, said: Any = None, *, who: str = "operator", **more: Any
    ) -> Response:
        """Ask the API as somebody; a path that begins with `:` is one of the repository."""
        path = path.replace(":", f"/repos/{NAME}", 1) if path.startswith(":") else path
        headers = more.pop("headers", {})
        if who and "Authorization" not in headers:
            headers["Authorization"] = f"Bearer {self.token(who)}"
        self.session.trust_env = False
        address = path if path.startswith("http") else f"{self.url}/api/v3{path}"
        return self.session.request(
            method, address, json=said, headers=headers, timeout=60, allow_redirects=False, **more
        )

    def get(self, path: str, **more: Any) -> Response:
        return self.ask("GET", path, **more)

    def post(self, path: str, said: Any = None, **more: Any) -> Response:
        return self.ask("POST", path, said or {}, **more)

    def client(self, login: str = "operator") -> Github:
        """PyGithub, without the patience it has by default."""
        return Github(
            auth=Token(self.token(login)),
            base_url=f"{self.url}/api/v3",
            retry=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
        )

    def remote(self, login: str = "operator") -> RemoteRepository:
        return self.client(login).get_repo(NAME)

    def remote_commit(self, sha: str, login: str = "operator") -> Commit:
        """A commit of PyGithub's, which has asked nobody yet."""
        remote = self.remote(login)
        known = {"url": f"{remote.url}/commits/{sha}", "sha": sha}
        return Commit(remote.requester, {}, known)

    def git(self, *words: str, text: bytes = b"", name: str = NAME) -> str:
        """What git says of the bare repository."""
        return run(self.world.git_folder(name), *words, text=text).decode().strip()

    def commit(self, ref: str, files: dict[str, str], message: str, *, parent: str = "") -> str:
        """Commit files on top of a ref, as somebody would push them; the new commit's id."""
        start = f"from {parent or ref}^0\n" if parent or self.has(ref) else ""
        person = "Pat Pusher <pat@example.org> 1768471200 +0000"
        changes = "".join(
            f"M 100644 inline {path}\ndata {len(text.encode())}\n{text}\n"
            for path, text in files.items()
        )
        stream = (
            f"commit {ref}\nauthor {person}\ncommitter {person}\n"
            f"data {len(message.encode())}\n{message}\n{start}{changes}"
        )
        self.git("fast-import", "--quiet", "--force", text=stream.encode())
        return self.git("rev-parse", ref)

    def has(self, ref: str) -> bool:
        return bool(self.git("for-each-ref", "--format=%(refname)", ref))

    def told(self, kind: str) -> list[dict[str, Any]]:
        """What was told of a kind."""
        return [one.data for one in self.world.happenings() if one.kind == kind]


def furnish(world: World) -> Repository:
    """A repository to make releases of."""
    return create_repository(world, NAME, description="Tide tables")
