"""For all tests and notebooks: a data folder of their own, and no skipping in CI."""

import os
import tempfile
from collections.abc import Generator
from functools import cache
from pathlib import Path

import pytest

from tests.forking import started
from tests.forking.ports import KernelPorts
from tests.stuck import watched

TESTS = Path(__file__).parent / "tests"
SLOW = (
    "archive/test_remote.py",
    "archive/test_signed_approval.py",
    "browser",
    "deploy",
    "doctor/test_doctor.py",
    "docs/test_pages.py",
    "engine",
    "form/test_looking.py",
    "examples",
    "forking",
    "proof",
    "push",
    "reading",
    "record",
    "recorder",
    "release",
    "run",
    "runbooks",
    "sandbox/clients",
    "sandbox/test_clock.py",
    "sandbox/test_control.py",
    "sandbox/test_git.py",
    "sandbox/test_links.py",
    "sandbox/test_people.py",
    "sandbox/test_people_team.py",
    "sandbox/test_process.py",
    "services/git/test_cherry_picking.py",
    "services/git/test_hooks.py",
    "services/git/test_private_mirrors.py",
    "services/git/test_train.py",
    "services/github/test_github_forms.py",
    "services/test_changelog_tools.py",
    "services/test_etherpad.py",
    "services/git/test_publishing.py",
    "services/git/test_receiving.py",
    "services/test_extraction.py",
    "services/test_grafana.py",
    "services/test_grafana_prometheus.py",
    "services/test_jira.py",
    "services/test_matrix.py",
    "skeleton/test_carried_out.py",
    "steps/test_typed.py",
    "test_expected_outputs.py",
    "testing",
)
"""What is `slow`: it starts kernels, browsers or outside programs, carries out a whole procedure,
or is of one service alone and takes a quarter of a minute."""

skipped: list[str] = []
folder = Path()


def pytest_configure(config: pytest.Config) -> None:
    """Give each test process, and each kernel that it starts, a data folder of its own."""
    global folder
    KernelPorts.instance()
    folder = Path(tempfile.mkdtemp(prefix="runbook-tests-"))
    os.environ["RUNBOOK_HOME"] = str(folder)
    os.environ.pop("RUNBOOK_CONFIG", None)
    started.install()
    config.add_cleanup(lambda: remove(folder))
    config.add_cleanup(KernelPorts.clear_instance)  # a mutation tester runs pytest in one process


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what is slow; where several work, it begins first, so that none waits at the end."""
    for item in items:
        if is_slow(item.path):
            item.add_marker("slow")
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not is_slow(item.path))


@cache
def is_slow(path: Path) -> bool:
    """Whether the tests in a file, of any room, are among the slow ones."""
    return any(path.is_relative_to(TESTS / place) for place in SLOW)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Give each notebook's kernel worlds of its own: what it shows was shown in new ones."""
    if item.path.suffix == ".ipynb":
        os.environ["RUNBOOK_HOME"] = str(folder / item.path.stem)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Keep what a test that takes long is at, for its failure."""
    with watched(item):
        return (yield)


def pytest_runtest_teardown(item: pytest.Item) -> None:
    """Have the tests' own data folder again."""
    if item.path.suffix == ".ipynb":
        os.environ["RUNBOOK_HOME"] = str(folder)


def remove(folder: Path) -> None:
    """Stop what still serves a world in the folder, and remove it."""
    import shutil

    from runbook_lib.sandbox.server.process import stop

    for world in (*folder.glob("sandbox/*"), *folder.glob("*/sandbox/*")):
        stop(world)
    shutil.rmtree(folder, ignore_errors=True)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note what was skipped."""
    if report.skipped and not hasattr(report, "wasxfail"):
        skipped.append(f"{report.nodeid}: {report.longrepr}")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """In CI everything runs: a skip is a failure."""
    if skipped and os.environ.get("CI") and exitstatus == 0:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say why CI failed where nothing but a skip was wrong."""
    if skipped and os.environ.get("CI"):
        terminalreporter.section("skipped in CI, where nothing may be")
        for line in skipped:
            terminalreporter.line(line)
