"""JupyterLab and Chromium for the tests, or a reason why they can't run here."""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from tests.browser.lab import FLAGS, LIMIT, Lab, open_lab
from tests.browser.notebook import Notebook


@pytest.fixture
def runbook() -> str:
    """Which runbook is opened."""
    return "release"


@pytest.fixture
def lab(tmp_path: Path, runbook: str) -> Iterator[Lab]:
    """JupyterLab on a free port of this machine; it ends with the test, and its sandbox too."""
    if find_spec("jupyterlab") is None:
        pytest.skip("JupyterLab is not installed: pip install '.[lab]'")
    with open_lab(tmp_path, runbook) as lab:
        yield lab


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, driven by Playwright."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
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
