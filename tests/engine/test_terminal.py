"""Nothing that a cell prints, shows or raises steers the terminal on which papermill logs it."""

import os
import pty

from tests.engine.conftest import Papermill, end

SUBJECT = "'feat: \\x1b]0;all is well\\x07 exe.\\u202egnp \\x1b[2J\\x00\\r10 %\\r100 %'"
SHOWN = "feat: <U+001B>]0;all is well<U+0007> exe.<U+202E>gnp <U+001B>[2J<U+0000>"
STEERING = ("\x1b", "\x07", "\u202e", "\x00", "\r")


def test_what_a_cell_shows_steers_no_terminal(papermill: Papermill) -> None:
    shown = f"from IPython.display import display\nclass Shown:\n    __repr__ = lambda _: {SUBJECT}"
    papermill.write(
        f"{shown}\ndisplay(Shown())", f"print({SUBJECT})", f"raise ValueError({SUBJECT})"
    )
    ended = papermill.run("--log-output", "--log-level", "DEBUG")
    assert ended.status == 1
    assert not [mark for mark in STEERING if mark in ended.said + ended.output]
    assert f"ValueError: {SHOWN}" in ended.said
    assert "100 %" in ended.said


def test_a_stream_that_goes_to_a_terminal_steers_it_as_little(papermill: Papermill) -> None:
    papermill.write(f"print({SUBJECT})")
    ours, theirs = pty.openpty()
    process = papermill.start("--stdout-file", os.ttyname(theirs))
    assert end(process).status == 0
    os.close(theirs)
    said = os.read(ours, 4096).decode()
    os.close(ours)
    assert "100 %" in said
    assert not [mark for mark in STEERING[:-1] if mark in said]
