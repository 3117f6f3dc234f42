"""The runbooks carry no outputs; the copies that nbval compares with carry those of the sandbox."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.notebooks import IGNORED, bare, expected, is_private, main
from tests.recorder.front import write_notebook

ROOT = Path(__file__).parent.parent
RUNBOOKS = sorted((ROOT / "runbooks").glob("*.ipynb"))
SOURCE = "total = 1 + 1\ntotal"


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text())
    return found


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_a_runbook_carries_nothing_that_could_be_taken_for_a_run(path: Path) -> None:
    assert read(path) == bare(read(path)), f"python -m tests.notebooks {path}"


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_what_is_compared_is_the_runbook_as_it_is(path: Path) -> None:
    again = f"python -m tests.notebooks --execute runbooks/{path.name}"
    assert bare(read(expected(path))) == read(path), again


def test_nothing_else_is_compared() -> None:
    copies = sorted((ROOT / "tests" / "runbooks").iterdir())
    assert [path.name for path in copies] == [path.name for path in RUNBOOKS]


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_every_output_is_compared_but_those_that_may_differ(path: Path) -> None:
    """NBVal compares no cell without an execution count."""
    copy = read(expected(path))
    shown = [cell for cell in copy["cells"] if cell.get("outputs")]
    assert bool(shown) != is_private(copy)
    assert all(cell["execution_count"] for cell in shown)
    assert not [cell for cell in shown if IGNORED in cell["metadata"].get("tags", ())]


def compare(path: Path) -> subprocess.CompletedProcess[str]:
    """Compare a notebook as the project's tests do."""
    settings = ("-c", str(ROOT / "pyproject.toml"), "--rootdir", str(path.parent))
    command = [sys.executable, "-m", "pytest", "-q", *settings, "-p", "no:cacheprovider", str(path)]
    return subprocess.run(command, capture_output=True, text=True, cwd=path.parent)


def test_an_output_that_is_another_one_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
    (tmp_path / "runbooks").mkdir()
    runbook = write_notebook(tmp_path / "runbooks" / "sum.ipynb", "# Sum", SOURCE)
    assert main(["--execute", str(runbook)]) == 1
    assert main(["--execute", str(runbook)]) == 0
    copy = expected(runbook)
    assert copy.parent == tmp_path / "tests" / "runbooks"
    assert not read(runbook)["cells"][1]["outputs"]
    same = compare(copy)
    assert same.returncode == 0, same.stdout
    said = read(copy)
    said["cells"][1]["outputs"][0]["data"]["text/plain"] = ["3"]
    copy.write_text(json.dumps(said))
    other = compare(copy)
    assert other.returncode == 1 and "mismatch 'text/plain'" in other.stdout, other.stdout
