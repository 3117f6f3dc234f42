"""A data folder, a sandbox's world in it, and a team's profile that takes it for the outside."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.release.rehearsal import LOAD_TEST, TEST
from tests.conftest import sit_down
from tests.release import carried_out
from tests.release.carried_out import Executed, leave, step_through
from tests.release.world import World, start_world, stop_worlds

Execute = Callable[..., Executed]
WriteProfile = Callable[..., Path]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data folder of the test's own, in which nothing goes on when the test is over."""
    with data_folder(tmp_path / "home", monkeypatch) as folder:
        yield folder


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder for all tests of a module."""
    folder = tmp_path_factory.mktemp("shared") / "home"
    with pytest.MonkeyPatch.context() as patch, data_folder(folder, patch):
        yield folder


@contextmanager
def data_folder(folder: Path, patch: pytest.MonkeyPatch) -> Iterator[Path]:
    """`RUNBOOK_HOME` while it lasts; then its session is ended, and its worlds are stopped."""
    patch.setenv("RUNBOOK_HOME", str(folder))
    patch.delenv("RUNBOOK_CONFIG", raising=False)
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        leave()
        stop_worlds(folder)


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a release of the sample project leaves in a new world when nothing goes wrong."""
    folder = tmp_path_factory.mktemp("undisturbed") / "home"
    with pytest.MonkeyPatch.context() as patch, data_folder(folder, patch):
        world = start_world(folder / "sandbox" / "sample")
        step_through().went_well()
        return world.result()


@pytest.fixture
def world(home: Path) -> World:
    """The sample project's world, running; `profile sandbox` works in it, too."""
    return start_world(home / "sandbox" / "sample")


@pytest.fixture
def execute(home: Path, tmp_path: Path) -> Execute:
    """Runs the runbook by papermill: `execute(version="1.9.0")`."""
    made: list[Path] = []

    def run(**parameters: Any) -> Executed:
        made.append(tmp_path / f"executed-{len(made) + 1}.ipynb")
        return carried_out.execute(made[-1], parameters)

    return run


@pytest.fixture
def clone(world: World, tmp_path: Path) -> Path:
    """The operator's own clone of the sample project."""
    return world.clone(tmp_path / "clone")


@pytest.fixture
def write_profile(
    world: World, clone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> WriteProfile:
    """Writes a runbook.toml whose profile `team` takes the sandbox for the real world outside.

    `write_profile({"wait.limit": 1})` changes or adds keys; None leaves one out. The secrets of
    the operator are in the environment.
    """
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    sit_down(monkeypatch, "olive")
    monkeypatch.setenv("GITHUB_TOKEN", world.token())
    monkeypatch.setenv("BUGZILLA_API_KEY", world.token())
    monkeypatch.setenv("RUNBOOK_CONFIG", str(tmp_path / "runbook.toml"))

    def write(changes: Mapping[str, Any] | None = None) -> Path:
        keys = {**team(world, clone), **(changes or {})}
        lines = [f"{key} = {json.dumps(value)}" for key, value in keys.items() if value is not None]
        path = tmp_path / "runbook.toml"
        path.write_text("\n".join(["[profiles.team]", *lines, ""]))
        return path

    return write


@pytest.fixture
def team_profile(write_profile: WriteProfile) -> Path:
    """The runbook.toml with the profile `team` as it is without changes."""
    return write_profile()


def team(world: World, clone: Path) -> dict[str, Any]:
    """The keys of the profile `team`."""
    return {
        "project": "tidewatch",
        "repository.url": world.git_url,
        "repository.clone": str(clone),
        "github.repository": world.repository,
        "github.api_url": f"{world.url}/api/v3",
        "github.web_url": world.url,
        "github.throttle": False,
        "bugzilla.url": f"{world.url}/bugzilla",
        "bugzilla.qa": "qa@sandbox.example",
        "bugzilla.cc": ["ops@sandbox.example"],
        "stage.url": f"{world.url}/stage/tidewatch",
        "test.command": list(TEST),
        "load_test.command": list(LOAD_TEST),
        "signing.format": "ssh",
        "signing.key": str(world.running.keys / "operator"),
        "signing.allowed_signers": str(world.allowed_signers),
        "wait.limit": 60,
        "wait.pause": 0.05,
        "wait.longest_pause": 0.2,
    }
