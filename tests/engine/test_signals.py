"""Papermill is told to end: the cell is interrupted, the session closed, and the file says so.

A second signal makes it hurry; SIGKILL finds a file that claims nothing.
"""

import signal
from pathlib import Path

import pytest
from papermill import execute_notebook

from runbook_lib.engine.signals import Stopping
from tests.engine.conftest import Papermill, end, is_alive, notes, text_of, wait_for, wait_until

pytestmark = pytest.mark.usefixtures("real_processes")

READY = "import os\nopen('kernel', 'w').write(str(os.getpid()))\nopen('ready', 'w').close()"
CLOSES = (
    "import atexit, time\n"
    "@atexit.register\n"
    "def close():\n"
    "    time.sleep(0.5)\n"
    "    open('closed', 'w').close()"
)
WORKS = f"print('begun', flush=True)\n{READY}\ntime.sleep(300)"
DEAF = (
    "import signal\n"
    "signal.signal(signal.SIGINT, lambda *_: open('heard', 'w').close())\n"
    f"{READY}\n"
    "for _ in range(3000):\n"
    "    time.sleep(0.1)"
)


def kernel_of(papermill: Papermill) -> int:
    return int((papermill.folder / "kernel").read_text())


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
)
def test_a_signal_interrupts_the_cell_and_lets_the_kernel_close_its_session(
    papermill: Papermill, number: int, status: int
) -> None:
    papermill.write(CLOSES, WORKS, "print('never')")
    ended = papermill.interrupted(number)
    found = papermill.read()
    assert ended.status == status, ended.said
    # A kernel that found its port taken has said so before, and another was started.
    assert "Traceback" not in ended.said.partition("Executing notebook with kernel")[2]
    assert papermill.statuses() == ["completed", "unknown", "not run"]
    assert text_of(found) == "begun\n"
    assert signal.Signals(number).name in notes(found)[0]
    assert found.cells[-3].outputs[-1].ename == "KeyboardInterrupt"
    assert (papermill.folder / "closed").exists()
    assert not is_alive(kernel_of(papermill))


def test_a_second_signal_does_not_wait_for_a_cell_that_is_deaf(papermill: Papermill) -> None:
    papermill.write("import time", DEAF, "print('never')")
    process = papermill.start()
    wait_for(papermill.folder / "ready")
    process.send_signal(signal.SIGTERM)
    wait_for(papermill.folder / "heard")
    process.send_signal(signal.SIGINT)
    assert end(process).status == 143
    assert papermill.statuses() == ["completed", "unknown", "not run"]
    assert not is_alive(kernel_of(papermill))


def test_a_killed_papermill_leaves_a_file_that_claims_nothing(papermill: Papermill) -> None:
    papermill.write("import time\nprint('first')", WORKS, "print('never')")
    assert papermill.interrupted(signal.SIGKILL).status == -signal.SIGKILL
    found = papermill.read()
    assert papermill.statuses() == ["completed", "running", "pending"]
    assert found.metadata.runbook["outcome"] == "unknown"
    assert found.metadata.papermill.end_time is None
    [note] = notes(found)
    assert "killed here" in note
    wait_until(lambda: not is_alive(kernel_of(papermill)), "the kernel to follow papermill")


def test_a_signal_between_two_cells_ends_before_the_next(papermill: Papermill) -> None:
    sends = "os.kill(os.getppid(), signal.SIGTERM)"
    # The interrupt may be there before the call has returned.
    hears = f"try:\n    {sends}\n    time.sleep(20)\nexcept KeyboardInterrupt:\n    pass"
    papermill.write(f"import os, signal, time\n{hears}", "2")
    assert papermill.run().status == 143
    assert papermill.statuses() == ["completed", "not run"]


def test_a_signal_that_comes_as_a_cell_begins_interrupts_it_once() -> None:
    class Struck(Stopping):
        @property
        def asked(self) -> bool:
            if not self.taken:
                self.take(signal.SIGTERM, None)
            return bool(self.taken)

    stopping, interrupts = Struck(), list[str]()
    try:
        stopping.at_work(lambda: interrupts.append("sent"))
    finally:
        stopping.at_rest()
    assert interrupts == ["sent"]


def test_an_ignored_signal_stays_ignored(tmp_path: Path, papermill: Papermill) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        papermill.write("import os, signal\nos.kill(os.getppid(), signal.SIGTERM)", "2")
        execute_notebook(tmp_path / "in.ipynb", papermill.output, progress_bar=False)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert papermill.statuses() == ["completed", "completed"]


class Asked(Exception):
    """What a program that uses papermill makes of SIGTERM."""


def test_a_programs_own_handler_comes_after_the_clean_end(papermill: Papermill) -> None:
    def handle(*_: object) -> None:
        raise Asked

    before = signal.signal(signal.SIGTERM, handle)
    try:
        kills = "import os, signal, time\nos.kill(os.getppid(), signal.SIGTERM)\ntime.sleep(300)"
        papermill.write(kills, "2")
        with pytest.raises(Asked):
            execute_notebook(
                str(papermill.folder / "in.ipynb"), papermill.output, progress_bar=False
            )
        assert signal.getsignal(signal.SIGTERM) is handle
    finally:
        signal.signal(signal.SIGTERM, before)
    assert papermill.statuses() == ["unknown", "not run"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_is_a_keyboard_interrupt_for_a_program(papermill: Papermill) -> None:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        kills = "import os, signal, time\nos.kill(os.getppid(), signal.SIGINT)\ntime.sleep(300)"
        papermill.write(kills, "2")
        with pytest.raises(KeyboardInterrupt):
            execute_notebook(
                str(papermill.folder / "in.ipynb"), papermill.output, progress_bar=False
            )
    finally:
        signal.signal(signal.SIGINT, before)
    assert papermill.statuses() == ["unknown", "not run"]
