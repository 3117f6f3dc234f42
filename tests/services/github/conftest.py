"""The sandbox's GitHub over real HTTP, in a thread of its own, with faults put in its way."""

import json
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn import Config, Server

from runbook_lib.journal.journal import Journal
from runbook_lib.sandbox.server.server import build_app
from runbook_lib.sandbox.world.git_objects import run_git
from runbook_lib.sandbox.world.grants import Kind, grant
from runbook_lib.sandbox.world.world import World
from runbook_lib.services.github import GitHub
from runbook_lib.steps.step import Patience, Report, Runner
from tests.sandbox.accesses import is_write, read_accesses
from tests.sandbox.repositories import create_repository

REPOSITORY = "harbor/tidewatch"

HISTORY = """\
commit refs/heads/master
mark :1
committer Olive <olive@sandbox.example> 1700000000 +0000
data 5
first
M 100644 inline README.md
data 6
hello

commit refs/heads/release/1.9
mark :2
committer Olive <olive@sandbox.example> 1700000100 +0000
data 14
chore: tag 1.9
from :1
M 100644 inline CHANGELOG.md
data 4
1.9

tag 1.9
from :2
tagger Olive <olive@sandbox.example> 1700000100 +0000
data 14
chore: tag 1.9
reset refs/tags/1.8
from :1
"""
"""A master of one commit with the plain tag 1.8, a release branch with the annotated tag 1.9."""


class Silent:
    """A display and a line that keep what they were told."""

    def __init__(self) -> None:
        self.progressed: list[str] = []

    def start(self, title: str) -> "Silent":
        return self

    def progress(self, text: str, fraction: float | None = None) -> None:
        self.progressed.append(text)

    def finish(self, report: Report) -> None:
        pass


@dataclass
class Fault:
    """What becomes of the next requests of one kind.

    `answer` is given instead of GitHub's own; without one, GitHub does what it was asked to and
    its answer is cut off on the way. `times` says how often.
    """

    method: str
    path: str
    times: int = 1
    answer: tuple[int, dict[str, str], Any] | None = None

    def fits(self, scope: Scope) -> bool:
        """Whether it is for this request, one more time."""
        return bool(
            self.times
            and scope["type"] == "http"
            and scope["method"] == self.method
            and re.search(self.path, scope["path"])
        )


class Faults:
    """Stands before the sandbox, and spoils the requests that it was told to."""

    def __init__(self) -> None:
        self.app: ASGIApp = nothing
        self.faults: list[Fault] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = next((fault for fault in self.faults if fault.fits(scope)), None)
        if fault is None:
            await self.app(scope, receive, send)
            return
        fault.times -= 1
        if fault.answer is None:
            await self.app(scope, receive, cut_off(send))
            return
        status, headers, body = fault.answer
        content = body if isinstance(body, str) else json.dumps(body)
        kind = "text/html" if isinstance(body, str) else "application/json; charset=utf-8"
        pairs = {"content-type": kind, "content-length": str(len(content.encode())), **headers}
        raw = [(key.lower().encode(), value.encode()) for key, value in pairs.items()]
        await send({"type": "http.response.start", "status": status, "headers": raw})
        await send({"type": "http.response.body", "body": content.encode()})


async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
    """The application before the first test has brought its own."""
    raise AssertionError("no test is running")


def cut_off(send: Send) -> Send:
    """Sends an answer's head and the first half of what it promises."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.body":
            half = message.get("body", b"")[: len(message.get("body", b"")) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            raise ConnectionResetError("the answer is cut off here, on purpose")
        await send(message)

    return sending


@dataclass
class Hub:
    """A running sandbox with one repository, and what the tests know of it."""

    url: str
    world: World
    folder: Path
    faults: Faults
    sleeps: list[float] = field(default_factory=list)
    meanwhile: list[Callable[[], object]] = field(default_factory=list)
    display: Silent = field(default_factory=Silent)
    opened: int = 0

    @property
    def bare(self) -> Path:
        """The repository itself."""
        return self.world.git_folder(REPOSITORY)

    def commit(self, ref: str) -> str:
        """The commit that a ref stands for."""
        return run_git(self.bare, "rev-parse", f"{ref}^{{commit}}").strip()

    def token(self, login: str) -> str:
        account = self.world.account(login)
        assert account is not None
        return account.token

    def ask(self, login: str, method: str, path: str, body: Any = None, *, status: int = 0) -> Any:
        """Ask the sandbox's GitHub as somebody, about the repository; the answer as JSON."""
        answer = requests.request(
            method,
            f"{self.url}/api/v3/repos/{REPOSITORY}{path}",
            json=body,
            headers={"Authorization": f"token {self.token(login)}"},
            timeout=60,
        )
        assert (answer.status_code == status) if status else answer.ok, answer.text
        return answer.json() if answer.content else None

    def runner(self, *, plan: bool = False) -> Runner:
        """Who carries out steps: a new session, which never really sleeps."""
        self.opened += 1
        journal = Journal(
            self.folder / f"session-{self.opened}" / "journal.jsonl",
            session=str(self.opened),
            operator="operator",
        )
        patience = Patience(settling=(0.0, 0.0), first_pause=0.01, longest_pause=90.0)
        return Runner(journal, self.display, plan=plan, patience=patience, sleep=self.sleep)

    def sleep(self, seconds: float) -> None:
        """Keep how long it would have been, and let the world move meanwhile."""
        self.sleeps.append(seconds)
        if self.meanwhile:
            self.meanwhile.pop(0)()

    def github(self, login: str = "operator", *, plan: bool = False, **change: Any) -> GitHub:
        """A GitHub as a notebook would open it."""
        own = {"runner": change.get("runner") or self.runner(plan=plan)}
        settings = {"token": self.token(login), "throttle": False, **change, **own}
        return GitHub(f"{self.url}/api/v3", REPOSITORY, web_url=self.url, **settings)

    def granted(self, login: str, kind: Kind, permissions: dict[str, str]) -> GitHub:
        """A GitHub under a token that has just these permissions."""
        return self.github(token=grant(self.world, login, kind, permissions).token)

    def hide(self) -> None:
        """Make the repository a private one."""
        with self.world.transaction() as database:
            database.execute("UPDATE repository SET private = 1")

    def spoil(self, method: str, path: str, *, times: int = 1, answer: Any = None) -> None:
        """Put a fault in the way of the next requests."""
        self.faults.faults.append(Fault(method, path, times, answer))

    def grow(self, branch: str) -> str:
        """One more commit on a branch, which is made where it is not there."""
        ref = f"refs/heads/{branch}"
        there = run_git(self.bare, "for-each-ref", "--format=%(objectname)", ref).strip()
        parent = there or self.commit("refs/heads/master")
        if not there:
            self.ask("operator", "POST", "/git/refs", {"ref": ref, "sha": parent})
        body = {"message": "a fix", "content": "eA==", "branch": branch}
        made = self.ask("operator", "PUT", f"/contents/fix-{parent:.9}", body)
        return str(made["commit"]["sha"])

    def writes(self) -> int:
        """How many writes have reached the sandbox."""
        return len(read_accesses(self.world.folder, wanted=is_write))

    def outcome(self, github: GitHub) -> str:
        """How the last step ended."""
        return github.runner.reports[-1].outcome


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Faults, str]]:
    """One server for all tests, each of which puts its own world behind it; and its address."""
    faults = Faults()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(Config(faults, log_config=None, lifespan="off", http="h11"))
        run = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        run.start()
        yield faults, f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        run.join(timeout=60)


@pytest.fixture(scope="session")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world with the repository in it, to be copied."""
    folder = tmp_path_factory.mktemp("seed") / "world"
    world = World(folder)
    create_repository(world, REPOSITORY)
    run_git(world.git_folder(REPOSITORY), "fast-import", "--quiet", text=HISTORY.encode())
    world.close()
    return folder


@pytest.fixture
def hub(stage: tuple[Faults, str], seed: Path, tmp_path: Path) -> Iterator[Hub]:
    faults, url = stage
    world = World(Path(shutil.copytree(seed, tmp_path / "world")))
    faults.app, faults.faults = build_app(world), []
    yield Hub(url, world, tmp_path, faults)
    world.close()
