"""In any project's folder a runbook is compared by nbval: fairly, and still compared."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import papermill
import pytest

from runbook_lib.testing.sanitising import PATTERNS, steady
from tests.recorder.front import write_notebook

OPENING = """from runbook_lib import open_run, step

run = open_run("mill", parameters=globals(), subject="flour")
run"""
STEP = """import secrets, time
from hashlib import sha256

@step
def grind(run, what):
    place = run.folder / what
    if place.exists():
        port = 7000 + secrets.randbelow(999)
        return f"{what} at http://localhost:{port}/, sha256 {place.read_text()}"
    yield f"grind {what}"
    time.sleep(0.05)
    place.write_text(sha256(secrets.token_bytes()).hexdigest())"""


@pytest.fixture
def mill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a runbook and its outputs, as papermill has executed it elsewhere."""
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "there"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
    folder = tmp_path / "project"
    folder.mkdir()
    notebook = write_notebook(
        folder / "mill.ipynb",
        "# Mill",
        OPENING,
        STEP,
        "ground = grind(run, 'rye')\nground",
        "gate = run.approve('flour', ground, title='Sell it')\nprint(gate)",
        "run.close()",
    )
    papermill.execute_notebook(str(notebook), str(notebook), progress_bar=False, cwd=str(folder))
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "here"))
    return notebook


def compare(notebook: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """What pytest says of a notebook in its own folder."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", *more]
    return subprocess.run(
        [*command, "-p", "no:cacheprovider", notebook.name],
        cwd=notebook.parent,
        capture_output=True,
        text=True,
        timeout=300,
    )


def edited(notebook: Path, old: str, new: str) -> str:
    """Change what the notebook expects; what it expected."""
    text = notebook.read_text()
    changed = re.sub(old, new, text)
    assert changed != text
    notebook.write_text(changed)
    return text


def test_what_differs_from_run_to_run_is_left_out_and_nothing_else(mill: Path) -> None:
    done = compare(mill)
    assert done.returncode == 0, done.stdout
    assert compare(mill, "-p", "no:runbook").returncode == 1, "it did differ"
    edited(mill, "rye at", "oats at")
    assert compare(mill).returncode == 1


def test_what_a_project_leaves_out_itself_is_left_out_besides(mill: Path) -> None:
    edited(mill, "rye at", "oats at")
    own = mill.with_name("own.cfg")
    own.write_text("[what is ground]\nregex: \\b(rye|oats) at\nreplace: GRAIN at\n")
    done = compare(mill, "--nbval-sanitize-with", "own.cfg")
    assert done.returncode == 0, done.stdout


def test_a_notebook_that_is_no_runbook_is_compared_as_it_is(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "plain.ipynb", "# Plain", "print('took 3 s')")
    whole: dict[str, Any] = json.loads(notebook.read_text())
    shown = {"output_type": "stream", "name": "stdout", "text": "took 4 s\n"}
    whole["cells"][-1] |= {"outputs": [shown], "execution_count": 1}
    notebook.write_text(json.dumps(whole))
    assert "took 4 s" in compare(notebook).stdout


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("took 3.1 s", "took 12 s"),
        ("http://127.0.0.1:8080/x", "http://127.0.0.1:41/x"),
        ("20261126T160844.990000Z-bf3ac0", "20261127T010203.000000Z-000000"),
        ("flour 0142e38c9f21 approved by olive", "flour 1142e38c9f21 approved by olive"),
        ("--digest 0142e38c9f21 --reason", "--digest 1142e38c9f21 --reason"),
        (
            "GitHub was called 31 times (12 not modified), Slack 1 time.",
            "GitHub was called 9 times, Slack 2 times (1 not modified).",
        ),
        (f"sha256 {'a' * 64}", f"sha256 {'b' * 64}"),
        (
            "/home/olive/runs/mill/1/sessions/20261126T160844.990000Z-bf3ac0",
            "/tmp/runs/mill/1/sessions/20261127T010203.000000Z-000000",
        ),
    ],
)
def test_what_is_only_of_this_moment_is_the_same(one: str, other: str) -> None:
    assert steady(f"<td>{one}</td>") == steady(f"<td>{other}</td>") != f"<td>{one}</td>"


@pytest.mark.parametrize("text", ["3 steps", "commit 0142e38c9", "1.9.0", "2026-03-12", "/a/b/c"])
def test_what_counts_is_compared(text: str) -> None:
    assert steady(text) == text


def test_nbval_reads_the_patterns_as_they_are_meant() -> None:
    from nbval.plugin import get_sanitize_patterns

    from runbook_lib.testing.sanitising import patterns

    assert dict(get_sanitize_patterns(PATTERNS.read_text())) == patterns()
