"""What many tests need: a journal, and a runner that shows nothing and never really sleeps."""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from runbook_lib.journal.journal import Journal
from runbook_lib.steps.phase import Phase, acting, looking
from runbook_lib.steps.step import Patience, Report, Runner
from tests.forking.started import REAL


class Quiet:
    """A display that keeps what it was told."""

    def __init__(self) -> None:
        self.reports: list[Report] = []

    def start(self, title: str) -> "Quiet":
        return self

    def progress(self, text: str, fraction: float | None = None) -> None:
        pass

    def finish(self, report: Report) -> None:
        self.reports.append(report)


MakeRunner = Callable[..., Runner]


def sit_down(monkeypatch: pytest.MonkeyPatch, login: str) -> None:
    """Let this process run under another account, by that name."""
    entry = pwd.getpwuid(os.getuid())
    other = pwd.struct_passwd((login, *entry[1:]))
    monkeypatch.setattr(pwd, "getpwuid", lambda _: other)


@pytest.fixture
def real_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the test starts is started anew, none is forked: it is about just that."""
    monkeypatch.setenv(REAL, "1")


@pytest.fixture
def make_runner(tmp_path: Path) -> MakeRunner:
    """Makes runners of sessions s1, s2, … of the run release/tidewatch/1.9."""
    made: list[Runner] = []

    def make(*, operator: str = "olive", plan: bool = False) -> Runner:
        name = f"s{len(made) + 1}"
        journal = Journal(
            tmp_path / "sessions" / name / "journal.jsonl", session=name, operator=operator
        )
        journal.join("release/tidewatch/1.9", tmp_path / "run" / "sessions")
        patience = Patience(settling=(0.0, 0.0), first_pause=0.0, waiting=0.0)
        made.append(Runner(journal, Quiet(), plan=plan, patience=patience, sleep=lambda _: None))
        return made[-1]

    return make


@contextmanager
def as_a_step_does() -> Iterator[None]:
    """What is done in the block is done by a step that acts."""
    phase = Phase("test")
    with looking(phase), acting(phase):
        yield


@pytest.fixture
def acts() -> Iterator[None]:
    """What the test does is done by a step that acts."""
    with as_a_step_does():
        yield
