"""A working copy, opened by `runbook open`, in a real browser: what a person sees and leaves."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.sandbox.server.process import stop
from tests.browser.lab import LIMIT, RUNBOOKS, Lab, end, environment, find_url, wait_until
from tests.browser.notebook import Notebook
from tests.notebook.test_reference import git

RUNBOOK = "from runbook_lib.cli import main\nmain()"
PARAMETERS, OPEN, PREFLIGHT = "repository: str", "open_release(", "check_access()"
SETTINGS = {"ServerApp": {"allow_root": True, "port": 0, "ip": "127.0.0.1"}}
TOKEN = "a-token-of-the-tests"


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone that a team has its runbooks in."""
    folder = tmp_path / "clone"
    (folder / "runbooks").mkdir(parents=True)
    git(folder, "init", "-q")
    shutil.copy(RUNBOOKS / "release.ipynb", folder / "runbooks")
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "runbooks")
    return folder


@pytest.fixture
def told(tmp_path: Path) -> dict[str, str]:
    """The environment of a person with settings and data of their own, and no browser."""
    variables = environment(tmp_path, TOKEN, tmp_path / "home")
    (tmp_path / "config" / "jupyter_server_config.json").write_text(json.dumps(SETTINGS))
    return {**variables, "BROWSER": "true"}


@pytest.fixture
def lab(tmp_path: Path, clone: Path, told: dict[str, str]) -> Iterator[Lab]:
    """JupyterLab as `runbook open release` has started it."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed: pip install '.[lab]'")
    command = [sys.executable, "-c", RUNBOOK, "open", "release"]
    with (tmp_path / "lab.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=clone, env=told, stdout=log, stderr=log)
    home = tmp_path / "home"
    try:
        wait_until(lambda: list((tmp_path / "runtime").glob("jpserver-*.json")), "it has started")
        [card] = (tmp_path / "runtime").glob("jpserver-*.json")
        url = find_url(tmp_path, process, int(card.stem.partition("-")[2]))
        [copy] = home.glob("working/release-*/*/release.ipynb")
        # Under the name that JupyterLab opens by itself: to the sandbox's address another site.
        yield Lab(url.replace("127.0.0.1", "localhost"), TOKEN, copy, home)
    finally:
        end(process)
        for world in home.glob("sandbox/*"):
            stop(world)


def texts(notebook: Notebook) -> str:
    return " ".join(notebook.page.locator(".jp-OutputArea").all_inner_texts()).strip()


def test_a_working_copy_begins_empty_and_leaves_the_clone_as_it_was(
    lab: Lab, notebook: Notebook, clone: Path, told: dict[str, str], tmp_path: Path
) -> None:
    assert texts(notebook) == ""
    notebook.run(PREFLIGHT)
    notebook.output(PREFLIGHT).get_by_text("this kernel does not know 'run'").wait_for()
    notebook.picture(tmp_path / "restarted.png")
    for cell in (PARAMETERS, OPEN, PREFLIGHT):
        notebook.run(cell)
    notebook.output(PREFLIGHT).get_by_text("may push").wait_for()
    assert_its_links_open(notebook, tmp_path)
    before = lab.notebook.stat().st_mtime_ns
    notebook.save()
    wait_until(lambda: lab.saved_since(before), "the working copy is saved")
    assert lab.saved_outputs()
    assert git(clone, "status", "--porcelain", "--ignored") == ""
    [journal] = lab.world.glob("sessions/*/journal.jsonl")
    opened = json.loads(journal.read_text().partition("\n")[0])
    assert opened["notebook"] == str(clone / "runbooks" / "release.ipynb")
    assert opened["runbook_commit"] == git(clone, "rev-parse", "HEAD")
    assert_it_opens_again(lab, clone, told)


def assert_its_links_open(notebook: Notebook, tmp_path: Path) -> None:
    """The run's table leads into the sandbox, and then every link of a step does."""
    page = follow(notebook, notebook.output(OPEN).get_by_text("?key="))
    page.get_by_text("It stays while the kernel that uses it lives").wait_for()
    page.screenshot(path=tmp_path / "sandbox.png", full_page=True)
    assert "key=" not in page.url
    page = follow(notebook, notebook.output(PREFLIGHT).get_by_text("/harbor/tidewatch"))
    page.get_by_role("heading", name="harbor/tidewatch").wait_for()
    assert page.url.endswith("/#harbor/tidewatch")


def follow(notebook: Notebook, link: Any) -> Any:
    """Click a link of the notebook's; the page that it opens."""
    with notebook.page.context.expect_page() as opened:
        link.first.click()
    return opened.value


def assert_it_opens_again(lab: Lab, clone: Path, told: dict[str, Any]) -> None:
    """A second call leads to the JupyterLab that has it open, with what was saved."""
    command = [sys.executable, "-c", RUNBOOK, "open", "release"]
    again = subprocess.run(
        command, cwd=clone, env=told, capture_output=True, text=True, timeout=LIMIT
    )
    assert again.returncode == 0, again.stderr
    assert f"The working copy is {lab.notebook}" in again.stdout
    assert f":{lab.url.rpartition(':')[2]}lab/tree/release.ipynb" in again.stdout
    assert lab.saved_outputs()
