"""The output file says of each cell what is known of it, whatever ended the notebook."""

import nbformat
import pytest
from papermill import execute_notebook
from papermill.exceptions import PapermillExecutionError

from tests.engine.conftest import Papermill, notes, statuses, text_of, write_notebook

KILL = "import os\nos.kill(os.getpid(), 9)"
# What a kernel has not sent yet when it is killed is lost: it is given the time to send.
PRINTED = "print('before', flush=True)\nimport time; time.sleep(1)\n"
AT_THE_END = (
    f"import os\n{PRINTED}"
    "get_ipython().events.register('post_run_cell', lambda _: os.kill(os.getpid(), 9))"
)


@pytest.mark.parametrize(
    ("cell", "printed"),
    [
        (KILL, ""),
        (f"{PRINTED}{KILL}\nprint(1)", "before"),
        (AT_THE_END, "before"),
    ],
    ids=["start", "middle", "end"],
)
def test_a_kernel_that_is_killed_leaves_its_cell_unknown_and_the_rest_not_run(
    papermill: Papermill, cell: str, printed: str
) -> None:
    papermill.write("# Title", "print('first')", cell, "# Then", "print('never')", "2")
    ended = papermill.run()
    found = papermill.read()
    assert ended.status == 138
    assert statuses(found) == ["completed", "unknown", "not run", "not run"]
    assert [line for line in text_of(found).split() if line != "first"] == printed.split()
    top, under_way, rest = notes(found)
    assert "its kernel died" in top
    assert "unknown" in under_way
    assert "not run" in rest
    assert found.metadata.runbook["outcome"] == "unknown"
    assert found.metadata.papermill.exception is True


def test_a_note_stands_right_above_the_cell_that_it_is_about(papermill: Papermill) -> None:
    papermill.write("# Title", "1", KILL, "# Then", "2")
    papermill.run()
    below = {"? unknown": KILL, "not run:": "2"}
    cells = papermill.read().cells
    for text, source in below.items():
        [place] = [number for number, cell in enumerate(cells) if f"{text}" in cell.source[:20]]
        assert cells[place + 1].source == source


def test_a_kernel_that_is_gone_before_a_cell_leaves_that_one_not_run(papermill: Papermill) -> None:
    between = (
        "import os, subprocess, time\n"
        "process = os.getpid()\n"
        "subprocess.Popen(['sh', '-c', f'sleep 0.1; kill -9 {process}'])"
    )
    waits = "# a cell that takes papermill no kernel" + "\n\nwords" * 200_000
    papermill.write(between, *[waits] * 4, "print('never')")
    ended = papermill.run()
    assert ended.status == 138
    found = papermill.read()
    assert statuses(found)[0] == "completed"
    assert statuses(found)[1] in ("not run", "unknown")
    assert text_of(found) == ""


def test_a_cell_that_takes_too_long_is_unknown_and_the_rest_not_run(papermill: Papermill) -> None:
    papermill.write("print('first')", "import time; time.sleep(300)", "print('never')")
    ended = papermill.run("--execution-timeout", "1")
    found = papermill.read()
    assert ended.status == 1
    assert "timed out" in ended.said
    assert statuses(found) == ["completed", "unknown", "not run"]
    assert "longer than it may" in notes(found)[0]


@pytest.mark.parametrize("cell", ["import sys; sys.exit(0)", "import sys; sys.exit()", "quit()"])
def test_a_cell_that_ends_its_kernel_is_a_failure_however_quiet(
    papermill: Papermill, cell: str
) -> None:
    papermill.write("print('first')", cell, "print('never')")
    ended = papermill.run()
    found = papermill.read()
    assert ended.status == 1
    assert "PapermillExecutionError" in ended.said
    assert statuses(found) == ["completed", "failed", "not run"]
    assert "told its kernel to exit" in notes(found)[0]
    assert found.metadata.runbook["outcome"] == "failed"


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        ("Waiting('a review')", "waiting"),
        ("Conflict('there is 1.9')", "refused"),
        ("NotHeld('gone')", "failed"),
    ],
)
def test_a_cell_that_raises_is_failed_and_the_file_says_what_it_means(
    papermill: Papermill, error: str, outcome: str
) -> None:
    papermill.write("from runbook_lib.errors import *", f"raise {error}", "print('never')")
    ended = papermill.run()
    found = papermill.read()
    assert ended.status == 1
    assert statuses(found) == ["completed", "failed", "not run"]
    assert found.metadata.runbook["outcome"] == outcome
    assert len([note for note in notes(found) if "not run" in note]) == 1


def test_papermills_own_users_get_its_exceptions(tmp_path: Papermill) -> None:
    path = write_notebook(tmp_path / "in.ipynb", "quit()", "print('never')")
    with pytest.raises(PapermillExecutionError) as raised:
        execute_notebook(path, None, progress_bar=False)
    assert (raised.value.ename, raised.value.cell_index) == ("SystemExit", 1)


def test_a_file_that_ended_early_can_be_run_again_without_its_notes(papermill: Papermill) -> None:
    papermill.write("import os\nif not os.path.exists('again'): os.kill(os.getpid(), 9)", "2")
    assert papermill.run().status == 138
    (papermill.folder / "again").touch()
    papermill.output.rename(papermill.folder / "in.ipynb")
    assert papermill.run().status == 0
    found = papermill.read()
    assert statuses(found) == ["completed", "completed"]
    assert notes(found) == []
    assert found.metadata.runbook["outcome"] == "done"
    assert found.metadata.papermill.exception is None


def test_without_saving_between_cells_the_file_is_honest_in_the_end(papermill: Papermill) -> None:
    papermill.write("print('first')", KILL, "print('never')")
    assert papermill.run("--no-request-save-on-cell-execute").status == 138
    assert papermill.statuses() == ["completed", "unknown", "not run"]


def test_what_goes_to_standard_output_is_honest_too(papermill: Papermill) -> None:
    papermill.write("print('first')", KILL, "print('never')")
    process = papermill.start(output="-")
    output, _ = process.communicate(timeout=60)
    found = nbformat.reads(output, as_version=4)
    assert process.returncode == 138
    assert statuses(found) == ["completed", "unknown", "not run"]


def test_an_output_file_is_a_valid_notebook_whatever_ended_it(papermill: Papermill) -> None:
    papermill.write(KILL, "print('never')")
    papermill.run()
    nbformat.validate(papermill.read())
