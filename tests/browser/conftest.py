"""JupyterLab and Chromium for the tests, or a reason why they can't run here."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.browser.lab import FLAGS, LIMIT, Lab, Server, open_lab, serve
from tests.browser.notebook import Notebook


@pytest.fixture
def runbook() -> str:
    """Which runbook is opened."""
    return "release"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """JupyterLab for all tests that ask nothing of it that others could see."""
    need_jupyterlab()
    with serve(tmp_path_factory.mktemp("jupyterlab")) as server:
        yield server


@pytest.fixture
def lab(server: Server, tmp_path: Path, runbook: str) -> Iterator[Lab]:
    """The runbook, in a folder, a data folder and a workspace that are this test's."""
    with server.open(tmp_path.name, runbook) as lab:
        yield lab


@pytest.fixture
def own_lab(tmp_path: Path, runbook: str) -> Iterator[Lab]:
    """A JupyterLab that has this test's environment; it ends with the test."""
    need_jupyterlab()
    with open_lab(tmp_path, runbook) as lab:
        yield lab


def need_jupyterlab() -> None:
    """Leave out what can't be tried here."""
    if find_spec("jupyterlab") is None:
        pytest.skip("JupyterLab is not installed: pip install '.[lab]'")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    playwright.expect.set_options(timeout=LIMIT * 1000)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("Chromium is not installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def notebook(browser: Any, lab: Lab) -> Iterator[Notebook]:
    """The runbook, open in the browser, its kernel idle."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(LIMIT * 1000)
    notebook = Notebook(context.new_page())
    notebook.open(lab.address)
    yield notebook
    context.close()


@pytest.fixture(scope="module")
def axe() -> str:
    """The program that finds what some people could not use."""
    found = Path(os.environ.get("RELEASE_CLIENTS", "")) / "axe-core" / "axe.min.js"
    if not found.is_file():
        pytest.skip("axe-core is not installed: RELEASE_CLIENTS names no folder that has it")
    return found.read_text()
