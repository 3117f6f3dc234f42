"""A running sandbox, as tests of any room ask it, change it and wait for its people."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from runbook_lib.sandbox.server import process
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.server.process import Running
from runbook_lib.sandbox.world.world import ROLES, World


@dataclass(frozen=True)
class RunningSandbox:
    """A sandbox that runs in a process of its own."""

    running: Running
    repository: str = "harbor/tidewatch"

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def folder(self) -> Path:
        return self.running.folder

    def token(self, login: str = "operator") -> str:
        """Anybody's token."""
        with World(self.folder) as world:
            account = world.account(login)
        assert account is not None
        return account.token

    def client(self, login: str = "operator") -> Client:
        """A JSON client with somebody's token."""
        return Client(self.url, self.token(login))

    def get(self, path: str) -> Any:
        """What a service answers the operator."""
        return self.client().expect("GET", path)

    def set_person(self, role: str, **change: Any) -> None:
        """Change one person's mode (on, off, slow, no) or delay (seconds)."""
        self.client().expect("PATCH", f"/sandbox/people/{role}", change)

    def hurry(self, delay: float = 0.02) -> None:
        """Let everybody act at once."""
        for role in ROLES:
            self.set_person(role, delay=delay)

    def wait_until(self, condition: Callable[[], Any], seconds: float = 60) -> Any:
        """Wait until a condition holds and return what it found; fails after some seconds."""
        limit = time.monotonic() + seconds
        while not (found := condition()):
            assert time.monotonic() < limit, f"still not, after {seconds} s: {self.story()}"
            time.sleep(0.02)
        return found

    def settle(self, seconds: float = 60) -> None:
        """Wait until nobody who is there has anything to do."""
        self.wait_until(lambda: not self.busy(), seconds)

    def busy(self) -> set[str]:
        """The people who have something to do, or to read, and are not away."""
        state = self.get("/sandbox/state")
        there = {role for role, person in state["people"].items() if person["mode"] != "off"}
        return there & (state["jobs"].keys() | state["unread"].keys())

    def story(self) -> list[str]:
        """What happened, in words."""
        return [
            f"{line['who']}: {line['what']}" for line in self.get("/sandbox/state")["happenings"]
        ]


Made = TypeVar("Made", bound=RunningSandbox)


def run_quick(made: Callable[[Running], Made], folder: Path, **said: Any) -> Iterator[Made]:
    """A sandbox whose people are quick, for as long as it is needed."""
    running = process.start(folder, **said)
    lease = process.hold(folder)
    sandbox = made(running)
    sandbox.hurry(0.01)
    try:
        yield sandbox
    finally:
        lease.close()
        process.stop(folder)
