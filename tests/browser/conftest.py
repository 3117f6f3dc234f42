"""JupyterLab and Chromium for the tests, or a reason why they can't run here."""

import secrets
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.sandbox.server.process import stop
from tests.browser.lab import LIMIT, Lab, command, end, environment, find_url
from tests.browser.notebook import Notebook

RUNBOOKS = Path(__file__).parent.parent.parent / "runbooks"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def runbook() -> str:
    """Which runbook is opened."""
    return "release"


@pytest.fixture
def lab(tmp_path: Path, runbook: str) -> Iterator[Lab]:
    """JupyterLab on a free port of this machine; it ends with the test, and its sandbox too."""
    if find_spec("jupyterlab") is None:
        pytest.skip("JupyterLab is not installed: pip install '.[lab]'")
    token, home = secrets.token_hex(16), tmp_path / "home"
    folder = tmp_path / "notebooks"
    folder.mkdir()
    notebook = Path(shutil.copy(RUNBOOKS / f"{runbook}.ipynb", folder))
    with (tmp_path / "lab.log").open("wb") as log:
        process = subprocess.Popen(
            command(folder), env=environment(tmp_path, token, home), stdout=log, stderr=log
        )
    try:
        yield Lab(find_url(tmp_path, process), token, notebook, home)
    finally:
        end(process)
        for world in home.glob("sandbox/*"):
            stop(world)


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
