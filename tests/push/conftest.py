"""A data folder, the team's world in it, and a profile that takes it for the outside."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.run.services import RunServices
from tests.conftest import sit_down
from tests.push.world import TeamWorld, profile_keys, start_team, toml
from tests.release.conftest import data_folder

WriteProfile = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test's own, in which nothing goes on when the test is over."""
    with data_folder(tmp_path / "home", monkeypatch) as folder:
        yield folder


@pytest.fixture
def world(home: Path) -> TeamWorld:
    """The team's world, running; `profile sandbox` works in it, too."""
    return start_team(home)


@pytest.fixture
def write_profile(
    world: TeamWorld, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> WriteProfile:
    """Writes a runbook.toml whose profile `team` takes the sandbox for the real world outside.

    `write_profile(people=["edith"])` changes keys of its push duty. The secrets of the operator
    are in the environment, and the time is the world's: a push of its week is not past.
    """
    monkeypatch.setattr(RunServices, "now", lambda _: world.now())
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    sit_down(monkeypatch, "olive")
    for name in ("GITHUB_TOKEN", "BUGZILLA_API_KEY", "SLACK_BOT_TOKEN", "MATRIX_ACCESS_TOKEN"):
        monkeypatch.setenv(name, world.token())
    for name in ("SENTRY_AUTH_TOKEN", "GRAFANA_TOKEN", "ETHERPAD_API_KEY"):
        monkeypatch.setenv(name, world.token())
    monkeypatch.setenv("RUNBOOK_CONFIG", str(tmp_path / "runbook.toml"))

    def write(**changes: Any) -> Path:
        keys = profile_keys(world, changes)
        path = tmp_path / "runbook.toml"
        lines = [f"{key} = {toml(value)}" for key, value in keys.items()]
        path.write_text("\n".join(["[profiles.team]", *lines, ""]))
        return path

    return write
