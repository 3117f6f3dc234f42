"""A kernel with a front end that keeps what it is sent."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tests
from tests.browser.conftest import FLAGS
from tests.recorder.front import SECRET, Front, Left, opening, start_front


@pytest.fixture(autouse=True)
def kernels_find_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    root = str(Path(tests.__file__).parent.parent)
    monkeypatch.setenv("PYTHONPATH", root, prepend=os.pathsep)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions" / "20261123T090712.123456Z-abc123"


@pytest.fixture
def left(folder: Path) -> Left:
    return Left(folder)


@pytest.fixture
def front(tmp_path: Path) -> Iterator[Front]:
    """A kernel in which no run is opened yet."""
    with start_front(tmp_path) as front:
        yield front


@pytest.fixture
def opened(front: Front, folder: Path) -> Front:
    """A kernel in which a session is open, without a runbook, that knows a secret."""
    front.run(opening(folder, secrets=(SECRET,)))
    return front


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
