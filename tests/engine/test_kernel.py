"""What the kernel is told: its notebook, its session, and which cell it executes."""

import json
import os
from pathlib import Path

import nbformat
import pytest
from papermill import execute_notebook

from runbook_lib.engine.output_file import replace_or_overwrite
from tests.engine.conftest import Papermill, end, notes, text_of, write_notebook

NOBODY = 65534
SLOW_END = """
import sys, threading, time
def later(do, named, sleep=time.sleep, thread=threading.current_thread):
    def slowly(*given, **told):
        if named in thread().name:
            sleep(0.3)
        return do(*given, **told)
    return slowly
loop = get_ipython().kernel.iopub_thread.io_loop
loop.close = later(later(loop.close, 'IOPub'), 'IOPub')
sys.stdout.flush = later(sys.stdout.flush, 'Control')
"""
"""A kernel whose last answer comes when what publishes it is at its end."""
TELL = "import json, os\nprint(json.dumps([os.environ.get('RUNBOOK_NOTEBOOK'), os.getcwd()]))"
CELL = "print(get_ipython().kernel.get_parent('shell')['metadata']['cellId'])"


def test_the_kernel_knows_its_notebook_wherever_it_works(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    path = write_notebook(tmp_path / "in.ipynb", TELL)
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        found = execute_notebook("in.ipynb", None, cwd="work", progress_bar=False)
    finally:
        os.chdir(before)
    assert json.loads(text_of(found)) == [str(path.resolve()), str(tmp_path / "work")]
    assert "RUNBOOK_NOTEBOOK" not in os.environ


STRANGE = "open('executed', 'w').close()"
"""A module of a stranger's project that says so when it is imported."""


def strangers(folder: Path) -> None:
    """Put modules into a folder that a kernel, or a library, would import."""
    folder.mkdir(exist_ok=True)
    for name in ("ipykernel_launcher", "ipykernel", "json", "tenacity", "debugpy", "simplejson"):
        (folder / f"{name}.py").write_text(STRANGE)


def test_no_module_of_the_folder_that_a_kernel_works_in_is_imported(papermill: Papermill) -> None:
    project = papermill.folder / "project"
    strangers(project)
    (project / "notes.py").write_text(STRANGE)
    papermill.write("import json, tenacity, subprocess, sys\nimport requests", "import notes")
    papermill.run("--cwd", str(project))
    assert papermill.statuses()[-2:] == ["completed", "failed"]
    assert not (project / "executed").exists()
    assert not (project / "__pycache__").exists()


def test_what_libraries_would_import_is_not_found_beside_the_notebook(papermill: Papermill) -> None:
    strangers(papermill.folder)
    papermill.write("import subprocess, sys\nimport requests")
    papermill.run()
    assert papermill.statuses()[-1] == "completed"
    assert not (papermill.folder / "executed").exists()
    assert not (papermill.folder / "__pycache__").exists()


def test_what_a_kernel_starts_finds_the_modules_of_its_folder(papermill: Papermill) -> None:
    (papermill.folder / "own.py").write_text("print('own')")
    papermill.write(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'own'], check=True)"
    )
    papermill.run()
    assert papermill.statuses()[-1] == "completed"


def test_a_kernel_that_is_not_ours_imports_nothing_of_its_folder_for_the_library(
    papermill: Papermill,
) -> None:
    (papermill.folder / "tenacity.py").write_text(STRANGE)
    papermill.write("from runbook_lib import open_run, decide_release\nimport tenacity")
    papermill.run("--engine", "nbclient")
    assert not (papermill.folder / "executed").exists()


def test_each_cell_is_known_by_its_id(papermill: Papermill) -> None:
    papermill.write(CELL, "# Prose", CELL)
    assert papermill.run().status == 0
    cells = [cell for cell in papermill.read().cells if cell.source == CELL]
    assert [cell.outputs[0].text.strip() for cell in cells] == [cell.id for cell in cells]


def test_a_kernel_publishes_its_last_answer_before_it_ends_what_publishes(
    papermill: Papermill,
) -> None:
    papermill.write(SLOW_END)
    ended = papermill.run()
    assert ended.status == 0
    assert "timed out" not in ended.said + ended.output


def test_the_session_has_a_name_before_it_begins(papermill: Papermill) -> None:
    papermill.write("import os\nprint(os.environ['RUNBOOK_SESSION'])")
    assert papermill.run().status == 0
    found = papermill.read()
    assert text_of(found).strip() == found.metadata.runbook["session"]


def test_a_notebook_from_no_file_is_executed_too(papermill: Papermill) -> None:
    papermill.write(TELL)
    notebook = nbformat.read(papermill.folder / "in.ipynb", as_version=4)
    found = execute_notebook(notebook, None, progress_bar=False)
    assert json.loads(text_of(found))[0] is None


def test_a_notebook_may_be_its_own_output(papermill: Papermill) -> None:
    papermill.write("print('a')")
    papermill.output.symlink_to(papermill.folder / "in.ipynb")
    (papermill.folder / "in.ipynb").chmod(0o640)
    assert papermill.run().status == 0
    assert papermill.output.is_symlink()
    assert papermill.statuses() == ["completed"]
    assert (papermill.folder / "in.ipynb").stat().st_mode & 0o777 == 0o640


def test_an_output_folder_that_is_not_there_is_told_in_a_line(papermill: Papermill) -> None:
    papermill.write("open('ran', 'w').close()")
    ended = end(papermill.start(output="nowhere/out.ipynb"))
    assert ended.status == 2
    assert "output folder" in ended.said
    assert "Nothing was run." in ended.said
    assert "Traceback" not in ended.said
    assert not (papermill.folder / "ran").exists()


def test_a_program_gets_what_the_system_says_of_the_output(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "in.ipynb", "1")
    with pytest.raises(FileNotFoundError, match="output folder"):
        execute_notebook(str(path), str(tmp_path / "nowhere" / "out.ipynb"), progress_bar=False)


def test_a_kernel_that_is_not_there_is_told_in_a_line_with_those_that_are(
    papermill: Papermill,
) -> None:
    papermill.write("1")
    ended = papermill.run("-k", "cobol")
    assert ended.status == 2
    assert "found 'cobol'" in ended.said
    assert "python3" in ended.said
    assert "Traceback" not in ended.said
    assert papermill.statuses() == ["not run"]
    found = papermill.read()
    assert found.metadata.runbook["outcome"] == "refused"
    assert "nothing was run" in notes(found)[0]
    assert "to go on" not in notes(found)[0]


def test_a_file_is_overwritten_where_its_folder_takes_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out.ipynb").touch()
    (tmp_path / "out.ipynb").chmod(0o666)
    tmp_path.chmod(0o555)
    monkeypatch.chdir(tmp_path)
    user = os.geteuid()
    os.seteuid(user or NOBODY)
    try:
        replace_or_overwrite(Path("out.ipynb"), "written")
    finally:
        os.seteuid(user)
        tmp_path.chmod(0o755)
    assert (tmp_path / "out.ipynb").read_text() == "written"
    assert [path.name for path in tmp_path.iterdir()] == ["out.ipynb"]
