"""Modules of one's own beside a notebook."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from runbook_lib.engine import is_runbook
from runbook_lib.errors import UsageError
from runbook_lib.notebook.beside import imported, modules_beside, refuse_hidden
from runbook_lib.run.working_copy import open_copy
from tests.recorder.front import Front, start_front, write_notebook
from tests.run.test_refusals import shown

MILL = "from runbook_lib import check\n\n@check\ndef grind(run):\n    return 'flour'\n"
CELLS = ("# Grind", "from mill import grind", "grind")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a notebook and its module, and another that is worked in."""
    (tmp_path / "runbooks").mkdir()
    (tmp_path / "project").mkdir()
    write_notebook(tmp_path / "runbooks" / "grind.ipynb", *CELLS)
    (tmp_path / "runbooks" / "mill.py").write_text(MILL)
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "runbooks"


@pytest.fixture
def front(folder: Path) -> Iterator[Front]:
    """A kernel of that notebook that works in another folder."""
    named = str(folder / "grind.ipynb")
    with start_front(folder.parent / "project", JPY_SESSION_NAME=named) as front:
        yield front


def ok(front: Front, cell: str) -> None:
    reply = front.run(cell)[-1]["content"]
    assert reply["status"] == "ok", reply


def test_a_kernel_imports_what_is_beside_its_notebook(front: Front) -> None:
    ok(front, "from mill import grind")


def test_a_module_in_the_folder_that_is_worked_in_is_nobodys(front: Front, folder: Path) -> None:
    (folder.parent / "project" / "tenacity.py").write_text("raise SystemExit('a stranger')")
    (folder.parent / "project" / "stranger.py").write_text("")
    (folder / "requests.py").write_text("raise SystemExit('hidden')")
    ok(front, "import runbook_lib, tenacity, requests")
    assert "no module 'stranger' is installed here" in shown(front.run("import stranger"))


def test_a_working_copy_has_the_modules_of_the_runbook_that_it_is_of(folder: Path) -> None:
    copy = open_copy(folder / "grind.ipynb").path
    with start_front(copy.parent, JPY_SESSION_NAME=str(copy)) as front:
        ok(front, "from mill import grind")


def test_papermill_imports_what_is_beside_the_notebook(folder: Path) -> None:
    command = [sys.executable, "-m", "papermill", str(folder / "grind.ipynb"), "out.ipynb"]
    done = subprocess.run(command, env={**os.environ}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x = (\n", "line 1: '(' was never closed"),
        ("import no_such_thing_here\n", "line 1: ModuleNotFoundError: No module named 'no_such"),
        ("a = 1\n\n1 / 0\n", "line 3: ZeroDivisionError: division by zero"),
    ],
)
def test_a_module_that_does_not_import_is_told_with_its_line(
    front: Front, folder: Path, text: str, said: str
) -> None:
    (folder / "mill.py").write_text(text)
    told = shown(front.run("from mill import grind"))
    assert told.startswith(f"Refused: {folder / 'mill.py'}, beside the notebook, can't be imported")
    assert said in told and "\n" not in told


def test_a_module_that_is_mistyped_gets_the_nearest(front: Front) -> None:
    assert "did you mean mill?" in shown(front.run("from mil import grind"))


def test_an_error_in_a_function_of_the_module_has_its_traceback(front: Front, folder: Path) -> None:
    (folder / "mill.py").write_text("def grind():\n    return 1 / 0\n")
    assert "Traceback" in shown(front.run("from mill import grind\ngrind()"))


def test_a_module_that_is_hidden_by_an_installed_one_is_refused(folder: Path) -> None:
    (folder / "requests.py").write_text("")
    with pytest.raises(UsageError, match=r"expected requests to be the module .* give yours"):
        refuse_hidden(["import requests"], folder)
    refuse_hidden(["import json"], folder)
    refuse_hidden(["from mill import grind"], folder)


def test_what_a_cell_imports_is_read_from_its_source(folder: Path) -> None:
    assert imported("import a.b, c as d\nfrom e.f import g\nfrom . import h") == {"a", "c", "e"}
    assert imported("!ls") == set()
    (folder / "store").mkdir()
    (folder / "store" / "__init__.py").write_text("")
    found = modules_beside(["import store, mill, json"], folder)
    assert found == {"mill": folder / "mill.py", "store": folder / "store" / "__init__.py"}


def test_papermill_knows_a_runbook_by_a_module_that_uses_the_library(folder: Path) -> None:
    notebook = nbformat.read(folder / "grind.ipynb", as_version=4)
    assert not is_runbook(notebook)
    notebook.metadata["papermill"] = {"input_path": str(folder / "grind.ipynb")}
    assert is_runbook(notebook)
    (folder / "mill.py").write_text("def grind(): ...")
    assert not is_runbook(notebook)
