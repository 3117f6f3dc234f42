"""A world in a folder of its own, and a sandbox that serves one."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.sandbox.samples.project import CLOCK
from runbook_lib.sandbox.server import process
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.server.process import Running
from runbook_lib.sandbox.world.world import ROLES, World
from tests.sandbox.accesses import is_write, read_accesses


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox with the sample project, as its tests use it."""

    running: Running

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def folder(self) -> Path:
        return self.running.folder

    @property
    def repository(self) -> str:
        return "harbor/tidewatch"

    def token(self, login: str = "operator") -> str:
        """Anybody's token."""
        with World(self.folder) as world:
            account = world.account(login)
        assert account is not None
        return account.token

    def client(self, login: str = "operator") -> Client:
        """A JSON client with somebody's token."""
        return Client(self.url, self.token(login))

    def git_url(self, login: str | None = "operator", full_name: str = "harbor/tidewatch") -> str:
        """The address of a repository, with somebody's token in it (in tests alone)."""
        credentials = f"{login}:{self.token(login)}@" if login else ""
        return self.url.replace("://", f"://{credentials}") + f"/{full_name}.git"

    def state(self) -> dict[str, Any]:
        """What the sandbox tells of its world."""
        state: dict[str, Any] = self.client().expect("GET", "/sandbox/state")
        return state

    def set_person(self, role: str, **change: Any) -> None:
        """Change one person's mode or delay."""
        self.client().expect("PATCH", f"/sandbox/people/{role}", change)

    def people_off(self) -> None:
        """Send everybody away, so that nothing happens by itself."""
        for role in ROLES:
            self.set_person(role, mode="off")

    def wait_until(self, condition: Callable[[], Any], seconds: float = 15) -> Any:
        """Wait until a condition holds and return what it found; fails after some seconds."""
        limit = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < limit, f"still not, after {seconds} s: {self.story()}"
            time.sleep(0.02)
        return found

    def settle(self) -> None:
        """Wait until nobody who is there has anything to do."""
        self.wait_until(lambda: not self.busy())

    def busy(self) -> set[str]:
        """The people who have something to do, or to read, and are not away."""
        state = self.state()
        there = {role for role, person in state["people"].items() if person["mode"] != "off"}
        return there & (state["jobs"].keys() | state["unread"].keys())

    def story(self) -> list[str]:
        """What happened, in words."""
        return [f"{line['who']}: {line['what']}" for line in self.state()["happenings"]]

    def writes(self, login: str | None = None) -> list[dict[str, object]]:
        """The writes that reached any service, of one account or of all."""
        return read_accesses(
            self.folder,
            wanted=lambda line: is_write(line) and login in (None, line["account"]),
        )


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with World(tmp_path / "world", clock=CLOCK) as made:
        yield made


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox of one's own, whose people are quick."""
    yield from run_sandbox(tmp_path / "world")


@pytest.fixture(scope="module")
def shared_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One sandbox for tests that change nothing in it; everybody is away."""
    for made in run_sandbox(tmp_path_factory.mktemp("shared") / "world"):
        made.settle()
        made.people_off()
        yield made


def run_sandbox(folder: Path) -> Iterator[Sandbox]:
    """A sandbox with the sample project, for as long as it is needed."""
    running = process.start(folder, clock=CLOCK, sample=True)
    lease = process.hold(folder)
    made = Sandbox(running)
    for role in ROLES:
        made.set_person(role, delay=0.01)
    try:
        yield made
    finally:
        lease.close()
        process.stop(folder)
