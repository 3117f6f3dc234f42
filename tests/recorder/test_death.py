"""What is left when a kernel is killed, or the disk is full."""

import json
from pathlib import Path

import pytest

from runbook_lib.record.record import write_record
from tests.recorder.front import (
    SECRET,
    Front,
    Left,
    opening,
    outputs,
    said,
    start_front,
    wait_until,
    write_notebook,
)

CELLS = ("# Tides", "a = 1", "## Push", "print(a)", "## After", "b = a + 1")


@pytest.fixture
def tides(front: Front, folder: Path, tmp_path: Path) -> Front:
    runbook = write_notebook(tmp_path / "tides.ipynb", *CELLS)
    front.run(opening(folder, runbook, (SECRET,)))
    front.run("a = 1")
    return front


def test_a_kernel_killed_in_a_step_leaves_all_it_showed_and_the_step_is_unknown(
    tides: Front, left: Left
) -> None:
    tides.run("session.step('make_tag', 'make 1.9')")
    tides.request(
        "print(a)\nsession.begin('push_tag', 'push tag 1.9')\nprint('pushing', flush=True)\n"
        "import time; time.sleep(600)",
        cell="cell-03",
    )
    wait_until(lambda: left.shown("pushing"), "the step is under way")
    tides.kill()
    write_record(left.folder)
    *_, cell = left.ran
    assert outputs(cell) == "1\npushing\n"
    assert said(cell)["status"] == "unknown"
    assert said(cell)["marks"] == ["changed", "died"]
    assert said(cell)["steps"] == [{"step": "push_tag", "number": 2, "outcome": "unknown"}]
    assert said(left.code[-1])["status"] == "not run"
    reading = left.reading()
    assert "? unknown   push tag 1.9" in reading
    assert reading.index("pushing") < reading.index("? unknown   push tag 1.9")
    assert reading.index("? unknown   push tag 1.9") < reading.index("**Not run**")
    assert "? unknown   make" not in reading


def test_a_kernel_killed_in_its_first_cell_leaves_that(
    front: Front, folder: Path, left: Left
) -> None:
    front.request(
        opening(folder) + "\nprint('open', flush=True)\nimport os; os.kill(os.getpid(), 9)"
    )
    wait_until(lambda: not front.manager.is_alive(), "the kernel is dead")
    write_record(left.folder)
    (cell,) = left.ran
    assert outputs(cell) == "open\n"
    assert said(cell)["status"] == "unknown"


def test_a_kernel_killed_between_two_cells_has_its_record_already(tides: Front, left: Left) -> None:
    tides.run("print(a)")
    tides.kill()
    before = left.record
    write_record(left.folder)
    assert left.record == before
    assert [said(cell)["status"] for cell in left.code][1:] == ["done", "done", "not run"]


def test_a_secret_cut_by_the_kernels_death_is_not_left_in_halves(tides: Front, left: Left) -> None:
    tides.request(
        f"print('here', flush=True)\nprint({SECRET[:12]!r}, end='', flush=True)\n"
        "print('', end='', flush=True); import os; os.kill(os.getpid(), 9)"
    )
    wait_until(lambda: not tides.manager.is_alive(), "the kernel is dead")
    write_record(left.folder)
    assert outputs(left.ran[-1]) == "here\n"
    assert SECRET[:12].encode() not in b"".join(
        json.dumps(line).encode() for line in left.lines if line["kind"] == "output"
    )


def limited(size: int) -> str:
    """A cell that lets no file of the kernel grow beyond a size, as a full disk does."""
    return (
        "import resource\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({size}, resource.RLIM_INFINITY))"
    )


def test_on_a_full_disk_the_kernel_goes_on_and_the_gap_is_told(tides: Front, left: Left) -> None:
    size = (left.folder / "messages.jsonl").stat().st_size
    first = tides.run(limited(size + 2000))
    full = tides.run("for n in range(40): print('x' * 100, flush=True)")
    assert full[-1]["content"]["status"] == "ok"
    assert sum(len(message["content"].get("text", "")) for message in full) >= 40 * 101
    second = tides.run("print('lost'); 2")
    told = [m["content"]["text"] for m in [*first, *full, *second] if "text" in m["content"]]
    assert sum("expected to keep the record" in text for text in told) == 1
    tides.run("resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)")
    tides.run("print('room again')")
    executed = ["".join(cell["source"]).split("\n")[0] for cell in left.ran]
    assert executed[3:5] == ["for n in range(40): print('x' * 100, flush=True)", "print('lost'); 2"]
    assert "not complete" in said(left.ran[3])["marks"]
    assert "not complete" in said(left.ran[4])["marks"]
    assert "**Not complete**: 2 outputs could not be recorded (File too large)" in left.reading()
    assert outputs(left.ran[-1]) == "room again\n"
    assert [said(cell)["status"] for cell in left.ran] == ["done"] * 7


def test_a_disk_that_is_full_from_the_start_to_the_end_stops_no_cell(
    tmp_path: Path, folder: Path
) -> None:
    with start_front(tmp_path) as front:
        front.run("import sys; sys.dont_write_bytecode = True")
        front.run(opening(folder).replace("session =", limited(900) + "\nsession ="))
        assert front.run("print('on')")[-1]["content"]["status"] == "ok"
        sent = front.run("session.recorder.end(lambda digest: print('ended', repr(digest)))")
        assert "ended ''" in "".join(m["content"].get("text", "") for m in sent)
    assert not (folder / "record.ipynb").exists()
    assert (folder / "messages.jsonl").stat().st_size <= 900


def test_a_real_full_disk_is_borne_with_too(tmp_path: Path) -> None:
    """A device that takes nothing, in the place of the list of messages."""
    folder = tmp_path / "sessions" / "s"
    folder.mkdir(parents=True)
    (folder / "messages.jsonl").symlink_to("/dev/full")
    with start_front(tmp_path) as front:
        sent = front.run(opening(folder))
        assert "No space left on device" in json.dumps(sent, default=str)
        assert front.run("1 + 1")[-1]["content"]["status"] == "ok"
