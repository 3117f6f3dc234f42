"""A world in a folder of its own, and a sandbox that serves one."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.sandbox.samples.project import CLOCK
from runbook_lib.sandbox.world.world import ROLES, World
from tests.sandbox.accesses import is_write, read_accesses
from tests.sandbox.running import RunningSandbox, run_quick


@dataclass(frozen=True)
class Sandbox(RunningSandbox):
    """A running sandbox with the sample project, as its tests use it."""

    def git_url(self, login: str | None = "operator", full_name: str = "harbor/tidewatch") -> str:
        """The address of a repository, with somebody's token in it (in tests alone)."""
        credentials = f"{login}:{self.token(login)}@" if login else ""
        return self.url.replace("://", f"://{credentials}") + f"/{full_name}.git"

    def state(self) -> dict[str, Any]:
        """What the sandbox tells of its world."""
        return dict(self.get("/sandbox/state"))

    def people_off(self) -> None:
        """Send everybody away, so that nothing happens by itself."""
        for role in ROLES:
            self.set_person(role, mode="off")

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
    yield from run_quick(Sandbox, folder, clock=CLOCK, sample=True)
