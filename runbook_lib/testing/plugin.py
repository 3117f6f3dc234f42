"""pytest's plugin: fixtures for steps of one's own, and runbooks that nbval compares fairly."""

import json
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from runbook_lib.notebook.reference import NOTEBOOK_VARIABLE
from runbook_lib.testing.sanitising import patterns

if TYPE_CHECKING:
    from runbook_lib.testing.trial import Trial


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(file_path: Path) -> Generator[None, list[Any], list[Any]]:
    """Have nbval leave out of a runbook's outputs what changes from run to run.

    What `--nbval-sanitize-with` names comes on top. Other notebooks are compared as they are.
    """
    found = yield
    for collector in found:
        if hasattr(collector, "sanitize_patterns") and "runbook" in file_path.read_text():
            collector.sanitize_patterns.update(patterns())
    return found


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None]:
    """Say to a kernel that nbval starts which notebook it is to execute, as papermill does."""
    with pytest.MonkeyPatch.context() as patched:
        if item.path.suffix == ".ipynb":
            patched.setenv(NOTEBOOK_VARIABLE, str(item.path))
        yield


@pytest.fixture
def open_trial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "Iterator[Callable[..., Trial]]":
    """Opens trials: `open_trial({"index": {"url": …}}, plan=False)`, with a profile's tables.

    Without tables the run is in the sandbox. What it keeps is in the test's own folder.
    """
    from runbook_lib.testing.trial import Trial

    made: list[Trial] = []

    def opened(tables: Mapping[str, Any] | None = None, *, plan: bool = False) -> Trial:
        name = "sandbox" if tables is None else "trial"
        told = {} if tables is None else {name: {"project": "trial", **tables}}
        monkeypatch.setenv("RUNBOOK_SETTING_PROFILES", json.dumps(told))
        made.append(Trial(name, plan=plan))
        return made[-1]

    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "runs"))
    (tmp_path / "runbook.toml").touch()
    monkeypatch.setenv("RUNBOOK_CONFIG", str(tmp_path / "runbook.toml"))
    yield opened
    for trial in made:
        trial.leave()


@pytest.fixture
def trial(open_trial: "Callable[..., Trial]") -> "Trial":
    """A trial in the sandbox."""
    return open_trial()
