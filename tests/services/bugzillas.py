"""A Bugzilla of the sandbox's, asked over a connection that breaks."""

import asyncio
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from runbook_lib.journal.journal import Journal
from runbook_lib.sandbox.services.bugzilla import routes
from runbook_lib.sandbox.world.world import World
from runbook_lib.services.bugzilla.service import Bugzilla
from runbook_lib.services.bugzilla.values import Bug
from runbook_lib.steps.step import Patience, Runner
from tests.conftest import Quiet

PRODUCT, COMPONENT = "Cloud Services", "Operations: Deployment Requests"
TITLE = "Please deploy server-syncstorage 1.9 to STAGE"
ALIAS = "server-syncstorage-1.9-stage"
MARK = f"[runbook:{ALIAS}]"
QA = "qa@sandbox.example"
OPS = "ops@sandbox.example"
QUESTION = "Please run the load test."
SLOW = "lost: slow"
LIMIT, SILENCE = 60.0, 2.0
"""Seconds that an answer is waited for, and where none comes."""


@dataclass
class Line:
    """The line to Bugzilla: troubles come in turn, one to each write; reads may be troubled too."""

    app: ASGIApp
    troubles: list[str] = field(default_factory=list)
    reading: list[str] = field(default_factory=list)
    writes: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def begin(self, app: ASGIApp) -> None:
        """Lead to another world, with nothing said yet."""
        self.app = app
        for kept in (self.troubles, self.reading, self.writes, self.addresses):
            kept.clear()
        self.headers.clear()
        self.bodies.clear()

    @property
    def waits(self) -> tuple[float, float]:
        """Seconds that a client waits for an answer: not long where one never comes."""
        return LIMIT, SILENCE if SLOW in self.troubles else LIMIT

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        request = Request(scope, receive)
        body = await request.body()
        self.addresses.append(str(request.url))
        self.headers.append(dict(request.headers))
        self.bodies.append(body)
        writing = writes(request, body)
        queue = self.troubles if writing else self.reading
        if writing:
            self.writes.append(writing)
        trouble = queue.pop(0) if queue else ""
        return await self.pass_on(trouble, scope, again(body), send)

    async def pass_on(self, trouble: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry a request out, or not, and answer it, or not."""
        if trouble.startswith("lost"):
            await self.app(scope, receive, swallow)
        if trouble == "":
            await self.app(scope, receive, send)
        elif trouble in ("lost: cut", "cut"):
            # Less is sent than was promised: the server closes the connection.
            await answer(send, 200, b"{", length=100)
        elif trouble == SLOW:
            await asyncio.sleep(SILENCE + 1)
        elif trouble in ("lost: 502", "502"):
            await answer(send, 502, b"<html>Bad Gateway</html>", kind="text/html")
        elif trouble in ("lost: page", "page"):
            await answer(send, 200, b"<html>Log in first</html>", kind="text/html")
        elif trouble == "403 page":
            await answer(send, 403, b"<html>Forbidden</html>", kind="text/html")
        elif trouble == "404 page":
            await answer(send, 404, b"<html>Not here</html>", kind="text/html")
        elif trouble == "429":
            await answer(send, 429, b"{}", more=[(b"retry-after", b"0")])
        elif trouble == "429 for an hour":
            await answer(send, 429, b"{}", more=[(b"retry-after", b"3600")])
        elif trouble == "redirect":
            await answer(send, 302, b"", more=[(b"location", b"http://127.0.0.1:9/stolen")])
        else:
            raise AssertionError(trouble)


def writes(request: Request, body: bytes) -> str:
    """What a request changes: its method and path, or the method that it calls; else nothing."""
    if request.url.path.endswith("/jsonrpc.cgi"):
        called = str(json.loads(body).get("method"))
        return called if called in ("Bug.create", "Bug.update") else ""
    return "" if request.method == "GET" else f"{request.method} {request.url.path}"


def again(body: bytes) -> Receive:
    """A request's body, to be received once more."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    return receive


async def swallow(message: Message) -> None:
    """What was answered never arrives."""


async def answer(
    send: Send,
    status: int,
    body: bytes,
    *,
    kind: str = "application/json",
    length: int | None = None,
    more: list[tuple[bytes, bytes]] | None = None,
) -> None:
    size = str(len(body) if length is None else length).encode()
    headers = [(b"content-type", kind.encode()), (b"content-length", size), *(more or [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": length is not None})


@dataclass(frozen=True)
class Desk:
    """A Bugzilla that is running, the line to it, and a journal's folder."""

    world: World
    line: Line
    url: str
    folder: Path

    def token(self, who: str) -> str:
        account = self.world.account(who)
        assert account is not None
        return account.token

    def runner(self, who: str = "operator", *, plan: bool = False) -> Runner:
        number = len(list(self.folder.glob("*/journal.jsonl")))
        journal = Journal(
            self.folder / str(number) / "journal.jsonl", session=str(number), operator=who
        )
        patience = Patience(
            attempts=3, settling=(0.01, 0.02), first_pause=0.01, waiting=0.3, longest_poll=0.05
        )
        return Runner(journal, Quiet(), plan=plan, patience=patience)

    def bugzilla(
        self, who: str = "operator", *, key: str = "", plan: bool = False, account: str = ""
    ) -> Bugzilla:
        return Bugzilla(
            self.url,
            key=key or self.token(who),
            account=account,
            runner=self.runner(who, plan=plan),
            timeout=self.line.waits,
        )

    def speak(self, *names: str) -> None:
        self.world.set_setting("bugzilla_dialect", " ".join(names))

    def ask(self, method: str, path: str, *, who: str = "operator", **request: Any) -> Any:
        """A request of one of the people, by another line."""
        answer = requests.request(
            method,
            f"{self.url}/rest{path}",
            headers={
                "X-BUGZILLA-API-KEY": self.token(who),
                "Authorization": "from inside",
            },
            timeout=60,
            **request,
        )
        assert answer.ok, answer.text
        return answer.json()

    def bugs(self) -> list[dict[str, Any]]:
        return list(self.ask("GET", "/bug", params={"product": PRODUCT})["bugs"])

    def comments(self, number: int) -> list[str]:
        said = self.ask("GET", f"/bug/{number}/comment")["bugs"][str(number)]["comments"]
        return [str(comment["text"]) for comment in said]

    def say(self, number: int, who: str, text: str, status: str = "X") -> None:
        """Answer the open question to somebody, as they do."""
        said = {
            "comment": {"body": text},
            "flags": [{"name": "needinfo", "status": status}],
        }
        self.ask("PUT", f"/bug/{number}", who=who, json=said)


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[Line, str]]:
    """A server, its line without anybody at the end yet, and its address."""
    line = Line(Starlette())
    # asyncio sends small answers at once only on a socket that is known to be TCP's.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    config = uvicorn.Config(line, log_level="critical", lifespan="off")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, args=([listening],))
    thread.start()
    yield line, f"http://127.0.0.1:{listening.getsockname()[1]}"
    running.should_exit = True
    thread.join()


@pytest.fixture
def desk(server: tuple[Line, str], tmp_path: Path) -> Iterator[Desk]:
    line, url = server
    with World(tmp_path / "world") as world:
        line.begin(Starlette(routes=routes(world)))
        yield Desk(world, line, f"{url}/bugzilla", tmp_path / "run")


def file_bug(bugzilla: Bugzilla, **change: Any) -> Bug:
    said: dict[str, Any] = {
        "product": PRODUCT,
        "component": COMPONENT,
        "title": TITLE,
        "description": "## 1.9\n\n* a <b>fix</b>",
        "cc": (OPS,),
        "alias": ALIAS,
    }
    return bugzilla.file_bug(**(said | change))
