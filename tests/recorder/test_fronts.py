"""Whoever executes the notebook, the record is the same."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import papermill
import pytest
from nbclient import NotebookClient

from runbook_lib.record.record import write_record
from tests.browser.lab import Lab, command, end, environment, find_url, wait_until
from tests.browser.notebook import Notebook
from tests.recorder.front import SECRET, Left, opening, outputs, said, write_notebook


@pytest.fixture
def runbook(tmp_path: Path, folder: Path) -> Path:
    """A notebook that opens a session of itself, and ends it."""
    path = tmp_path / "tides.ipynb"
    return write_notebook(
        path,
        "# Tides",
        "version: str = '1'",
        "## Open",
        opening(folder, path, (SECRET,)),
        "## Look",
        "print('high')",
        "session.step('look', outcome='already'); version",
        "## Close",
        f"print('last', session.end(), {SECRET!r})",
    )


def check(left: Left, *, version: str = "'1'") -> None:
    """The record has every execution with what it showed, and the journal its hash."""
    assert left.events[-1]["record"] == left.digest
    statuses = [said(cell)["status"] for cell in left.code]
    before = [status for status in statuses if status == "not recorded"]
    assert before
    assert statuses == [*before, *["done"] * 4]
    *_, look, step, close = left.code
    assert outputs(look) == "high\n"
    assert outputs(step) == version
    assert outputs(close) == "last None •••\n"
    assert SECRET.encode() not in b"".join(
        path.read_bytes() for path in left.folder.iterdir() if path.is_file()
    )


@pytest.mark.parametrize("output", [None, "out.ipynb"])
def test_papermill_with_and_without_an_output_path(
    runbook: Path, left: Left, tmp_path: Path, output: str | None
) -> None:
    named = str(tmp_path / output) if output else None
    given = {"version": "2"}
    tag_parameters(runbook)
    # Where PYTHONPATH names the folder that a kernel works in, ipykernel drops it.
    papermill.execute_notebook(str(runbook), named, given, cwd=tmp_path, progress_bar=False)
    check(left, version="'2'")
    assert said(left.code[1])["marks"] == ["before the run", "parameters"]
    if named:
        written = json.loads(Path(named).read_text())["cells"][-1]["outputs"]
        assert "•••" in json.dumps(written, ensure_ascii=False)
        assert SECRET not in json.dumps(written)


def tag_parameters(path: Path) -> None:
    """Tag the first code cell as the one with the parameters."""
    whole = json.loads(path.read_text())
    whole["cells"][1]["metadata"]["tags"] = ["parameters"]
    path.write_text(json.dumps(whole))


def test_nbclient(runbook: Path, left: Left) -> None:
    NotebookClient(nbformat.read(runbook, as_version=4)).execute()
    check(left)


@pytest.mark.parametrize("turn", range(3))
def test_nbval_which_kills_its_kernels(runbook: Path, left: Left, turn: int) -> None:
    arguments = ("--nbval", "--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments, runbook.name],
        cwd=runbook.parent,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout
    check(left)


def test_nbval_leaves_a_session_that_is_not_closed_to_be_recovered(
    runbook: Path, left: Left
) -> None:
    whole = json.loads(runbook.read_text())
    del whole["cells"][-2:]
    runbook.write_text(json.dumps(whole))
    arguments = ("--nbval", "--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider")
    subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *arguments, runbook.name],
        cwd=runbook.parent,
        capture_output=True,
        timeout=300,
        check=True,
    )
    write_record(left.folder)
    assert outputs(left.code[-1]) == "'1'"
    assert [said(cell)["status"] for cell in left.code][-3:] == ["done"] * 3


def test_jupyterlab_with_cells_out_of_order_edited_and_run_again(
    browser: Any, runbook: Path, left: Left, tmp_path: Path
) -> None:
    settings = tmp_path / "lab"
    settings.mkdir()
    serving = tmp_path / "served"
    serving.mkdir()
    path = serving / runbook.name
    path.write_text(runbook.read_text())
    variables = environment(settings, "a-token", tmp_path / "home")
    with (tmp_path / "lab.log").open("wb") as log:
        process = subprocess.Popen(command(serving), env=variables, stdout=log, stderr=log)
    try:
        lab = Lab(find_url_of(settings, process), "a-token", path, tmp_path / "home")
        step_through(browser, lab, left)
    finally:
        end(process)
    assert "20" in outputs(left.ran[-1])


def find_url_of(settings: Path, process: subprocess.Popen[bytes]) -> str:
    """The address that JupyterLab says it listens at."""
    (settings / "lab.log").touch()
    return find_url(settings, process)


def step_through(browser: Any, lab: Lab, left: Left) -> None:
    """Run the cells as a person does: one twice, one before those above it, one edited."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    notebook = Notebook(context.new_page())
    notebook.open(lab.address)
    for text in ("version: str = '1'", "open_session", "session.step(", "print('high')"):
        notebook.run(text)
    notebook.run("print('high')")
    cell = notebook.cell("print('high')")
    cell.locator(".cm-content").click()
    notebook.page.keyboard.press("Control+End")
    notebook.page.keyboard.type("; print(10 * 2)")
    notebook.run("print('high')")
    wait_until(lambda: len(left.ran) == 6, "six executions are recorded")
    context.close()
    marks = [(said(cell)["cell"], said(cell)["marks"]) for cell in left.ran]
    assert marks == [
        ("cell-01", ["before the run"]),
        ("cell-03", []),
        ("cell-06", []),
        ("cell-05", ["out of order"]),
        ("cell-05", ["again"]),
        ("cell-05", ["again", "changed"]),
    ]
    assert said(left.code[-1])["status"] == "not run"


def test_an_output_of_five_megabytes_is_recorded_and_its_weight_is_not_paid_again(
    tmp_path: Path, folder: Path, left: Left
) -> None:
    from tests.recorder.front import start_front

    with start_front(tmp_path) as front:
        front.run(opening(folder, secrets=(SECRET,)))
        front.run("print('a line of the log\\n' * 300_000)")
        front.run(
            "import time\nfrom runbook_lib.record import record\n"
            "written = []\nencode = record.encode\n"
            "def count(value):\n    found = encode(value); written.append(len(found))\n"
            "    return found\nrecord.encode = count"
        )
        front.run("written.clear()")
        front.run("print(max(written))")
        sizes = [int(outputs(left.ran[-1]))]
    assert (folder / "record.ipynb").stat().st_size > 5_000_000
    assert max(sizes) < 100_000
    assert (folder / "messages.jsonl").stat().st_size > 5_000_000
