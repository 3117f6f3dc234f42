"""GitHub's API of the sandbox, served in this process; each answer is held to the description."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runbook_lib.sandbox.world.world import World

from .description import problems
from .openapi import open_description
from .served import Served, Stage, furnish, serving

CLOCK = datetime(2026, 1, 15, 10, 0, tzinfo=UTC)
MASTER, RELEASE = "refs/heads/master", "refs/heads/release/1.9"


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Stage, str]]:
    stage = Stage()
    with serving(stage) as url:
        yield stage, url


@pytest.fixture
def empty(tmp_path: Path, stage: tuple[Stage, str]) -> Iterator[Served]:
    """A served world whose repository has no commit."""
    world = World(tmp_path / "world", clock=CLOCK)
    stage[0].show(world)
    yield Served(stage[1], world, stage[0], furnish(world))
    openapi = open_description()
    for exchange in stage[0].exchanges:
        found = problems(exchange) + (openapi.problems(exchange) if openapi else [])
        assert not found, "\n".join(found)
    world.close()


@pytest.fixture
def github(empty: Served) -> Served:
    """A served world with a project that has a release 1.8 and a branch for the next one."""
    empty.commit(
        MASTER, {"README.md": "# Tidewatch\n", "setup.py": "version='1.8'\n"}, "feat: begin"
    )
    empty.commit(MASTER, {"tides/table.py": "HIGH = 1\n"}, "fix: low tide\n\nCloses #3")
    empty.git("tag", "--annotate", "-m", "chore: tag 1.8", "1.8", "master")
    empty.commit(MASTER, {"tides/moon.py": "FULL = 1\n"}, "feat(moon): full moon")
    empty.commit(RELEASE, {"setup.py": "version='1.9'\n"}, "chore: tag 1.9", parent=MASTER)
    return empty
