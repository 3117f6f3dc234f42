"""A module beside the notebook: found in every front end, last of all; where broken, explained."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
import runbook_kernel
from papermill import execute_notebook

import runbook_lib
from runbook_lib.errors import UsageError
from runbook_lib.run.working_copy import make_copy
from tests.engine.conftest import Papermill, text_of
from tests.engine.opened import CLOSE, OPEN, PARAMETERS
from tests.recorder.front import start_front, write_notebook

pytestmark = pytest.mark.usefixtures("real_processes")

PUBLISH = (
    "import os\n"
    "from runbook_lib import open_run\n"
    "from helping import word\n"
    "def begin(namespace):\n"
    "    print(word)\n"
    "    return open_run('publish', parameters=namespace)\n"
)
BEGIN = "from publish import begin\nrun = begin(globals())"


@pytest.fixture
def beside(papermill: Papermill) -> Papermill:
    """A runbook whose own module opens its run, and imports another one."""
    (papermill.folder / "publish.py").write_text(PUBLISH)
    (papermill.folder / "helping.py").write_text("word = 'helped'\n")
    write(papermill.folder / "in.ipynb", BEGIN, CLOSE)
    return papermill


def write(path: Path, *cells: str) -> Path:
    """A notebook with a parameters cell above those."""
    write_notebook(path, PARAMETERS, *cells)
    found = nbformat.read(path, as_version=4)
    found.cells[0].metadata["tags"] = ["parameters"]
    nbformat.write(found, path)
    return path


def journal(home: Path) -> list[dict[str, Any]]:
    [path] = home.glob("**/journal.jsonl")
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_papermill_finds_it_wherever_it_works_and_journals_what_was_imported(
    beside: Papermill, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    ended = beside.run("--cwd", "/", RUNBOOK_HOME=str(home))
    assert ended.status == 0, ended.said
    assert text_of(beside.read()).startswith("helped\n")
    opened, *later = journal(home)
    assert "closed" in [event["event"] for event in later]
    names = {Path(path).name for path in opened["modules"]}
    assert names == {"publish.py", "helping.py"}


def test_runbook_run_finds_it(beside: Papermill, tmp_path: Path) -> None:
    code = "from runbook_lib.cli import main; main()"
    command = [sys.executable, "-P", "-c", code, "run", str(beside.folder / "in.ipynb")]
    home = {"RUNBOOK_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"}
    said = subprocess.run(command, cwd="/", env=home, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    assert "done" in said.stdout.splitlines()[-1]


def test_nbval_finds_it(beside: Papermill, tmp_path: Path) -> None:
    write(beside.folder / "in.ipynb", OPEN, "import helping\nhelping.word")
    command = [sys.executable, "-P", "-m", "pytest", "--nbval-lax", "-q", "-p", "no:cacheprovider"]
    said = subprocess.run(
        [*command, "--rootdir", str(beside.folder), str(beside.folder / "in.ipynb")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert said.returncode == 0, said.stdout


def test_jupyterlab_finds_it_last_and_only_for_the_notebook(tmp_path: Path) -> None:
    write(tmp_path / "in.ipynb", BEGIN)
    (tmp_path / "helping.py").write_text("word = 'helped'\n")
    (tmp_path / "simplejson.py").write_text("open('executed', 'w').close()")
    names = {"JPY_SESSION_NAME": str(tmp_path / "in.ipynb")}
    with start_front(tmp_path, RUNBOOK_HOME=str(tmp_path / "home"), **names) as front:
        for cell in ("import runbook_lib", "import requests", "import helping\nhelping.word"):
            reply = front.run(cell)[-1]["content"]
            assert reply["status"] == "ok", reply
        assert front.run("import absent")[-1]["content"]["ename"] == "ModuleNotFoundError"
    assert not (tmp_path / "executed").exists()


def test_any_jupyterlab_finds_it_before_the_library_is_imported(
    beside: Papermill, tmp_path: Path
) -> None:
    """Such a notebook names nothing of the library: its module does."""
    installed = Path(runbook_kernel.__file__).read_text()
    ours = Path(runbook_lib.__file__).parent / "jupyter" / "runbook_kernel.py"
    assert installed == ours.read_text(), "pip install -e . again: it brings it"
    names = {"JPY_SESSION_NAME": str(beside.folder / "in.ipynb")}
    with start_front(Path("/"), RUNBOOK_HOME=str(tmp_path / "home"), **names) as front:
        for cell in (PARAMETERS, BEGIN, CLOSE):
            reply = front.run(cell)[-1]["content"]
            assert reply["status"] == "ok", reply


def test_a_working_copy_finds_what_is_beside_its_runbook(
    beside: Papermill, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
    copy = make_copy(beside.folder / "in.ipynb").path
    with start_front(copy.parent, JPY_SESSION_NAME=str(copy)) as front:
        for cell in (PARAMETERS, "import runbook_lib", BEGIN, CLOSE):
            reply = front.run(cell)[-1]["content"]
            assert reply["status"] == "ok", reply


BROKEN = [
    ("word = = 1\n", "SyntaxError: invalid syntax (", "line 1): mend the module"),
    ("\nimport absent_package\n", "No module named 'absent_package'", "install absent_package, or"),
    ("a = 1\nb = a / 0\n", "found ZeroDivisionError: division by zero", "line 2): mend"),
    ("import sys\n\nsys.exit('no')\n", "found SystemExit: no", "line 3): mend"),
]


@pytest.mark.parametrize(("source", "found", "hint"), BROKEN)
def test_a_module_that_does_not_import_is_named_with_its_line_and_what_to_do(
    beside: Papermill, source: str, found: str, hint: str
) -> None:
    (beside.folder / "helping.py").write_text(source)
    with pytest.raises(Exception, match="expected that helping.py, a module beside the") as raised:
        execute_notebook(str(beside.folder / "in.ipynb"), str(beside.output), progress_bar=False)
    said = str(raised.value)
    assert found in said
    assert str(beside.folder / "helping.py") in said
    assert hint in said
    assert "Traceback" not in said


def test_a_module_that_is_no_python_ends_before_a_kernel_is_started(beside: Papermill) -> None:
    (beside.folder / "helping.py").write_text("word = = 1\n")
    ended = beside.run()
    assert ended.status == 2
    assert "expected that helping.py, a module beside the runbook, can be imported" in ended.said
    assert beside.read().metadata.runbook["outcome"] == "refused"


def test_a_module_that_fails_after_the_opening_is_in_the_record(
    beside: Papermill, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    (beside.folder / "late.py").write_text("1 / 0\n")
    write(beside.folder / "in.ipynb", BEGIN, "import late", CLOSE)
    assert beside.run(RUNBOOK_HOME=str(home)).status == 1
    [record] = home.glob("**/sessions/*/record.ipynb")
    assert "expected that late.py, a module beside the runbook" in record.read_text()


@pytest.mark.parametrize("name", ["yaml", "statistics"])
def test_a_module_whose_name_something_else_has_is_refused(beside: Papermill, name: str) -> None:
    (beside.folder / f"{name}.py").write_text("")
    write(beside.folder / "in.ipynb", f"import {name}\n{BEGIN}", CLOSE)
    ended = beside.run()
    assert ended.status == 2
    assert f"found {beside.folder / name}.py and" in ended.said
    assert "would import the second in silence; rename the first" in ended.said


def test_it_is_refused_where_a_kernel_opens_its_run_too(beside: Papermill, tmp_path: Path) -> None:
    (beside.folder / "statistics.py").write_text("")
    path = write(beside.folder / "in.ipynb", "import statistics", BEGIN)
    names = {"JPY_SESSION_NAME": str(path), "RUNBOOK_HOME": str(tmp_path / "home")}
    with start_front(beside.folder, **names) as front:
        for cell in (PARAMETERS, "import runbook_lib, statistics"):
            assert front.run(cell)[-1]["content"]["status"] == "ok"
        said = front.run(BEGIN)[-1]["content"]
        assert said["ename"] == UsageError.__name__
        assert "and Python's own statistics" in said["evalue"]


def test_a_module_that_has_changed_since_it_was_imported_keeps_a_run_from_being_opened(
    beside: Papermill, tmp_path: Path
) -> None:
    path = beside.folder / "in.ipynb"
    names = {"JPY_SESSION_NAME": str(path), "RUNBOOK_HOME": str(tmp_path / "home")}
    with start_front(beside.folder, **names) as front:
        for cell in (PARAMETERS, "import runbook_lib", "from publish import begin"):
            assert front.run(cell)[-1]["content"]["status"] == "ok"
        (beside.folder / "helping.py").write_text("word = 'otherwise'\n")
        said = front.run(BEGIN)[-1]["content"]
        assert "helping.py as this kernel has imported it" in said["evalue"]
        assert "restart the kernel" in said["evalue"]
