"""What of a notebook's own code is executed now: the cell's, and what it calls of other cells."""

import gc
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any


def lines_under_way(namespace: Mapping[str, Any]) -> list[int]:
    """The lines that the main thread is at in code of that namespace, the cell's own the last.

    A step may be carried out, and a button be answered, in another thread than a cell's.
    """
    frame, found = main_frame(), []
    while frame is not None:
        found += [frame.f_lineno] if frame.f_globals is namespace else []
        frame = frame.f_back
    return found


def main_frame() -> FrameType | None:
    """The frame that the main thread is at."""
    if threading.current_thread() is threading.main_thread():
        return sys._getframe()
    with uncollected():
        return sys._current_frames().get(threading.main_thread().ident or 0)


@contextmanager
def uncollected() -> Iterator[None]:
    """Collect no garbage in the block.

    In Python 3.11 a collection in the middle of `sys._current_frames` can wait for itself for ever
    (https://github.com/python/cpython/issues/106883).
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()
