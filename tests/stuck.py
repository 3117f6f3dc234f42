"""What a test's processes do when it takes long: told with its failure, where it comes to one."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Timer

import psutil
import pytest

LONG = 50.0
"""Seconds after which it is looked; the least that a process is waited for is 60."""
PY_SPY = Path(sys.executable).with_name("py-spy")


@contextmanager
def watched(item: pytest.Item) -> Iterator[None]:
    """Look, once, at the processes of what is done in the block."""
    timer = Timer(LONG, lambda: item.add_report_section("call", "processes", look()))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def look() -> str:
    """The commands of this process's children, and theirs, with the stacks of those of Python."""
    return "\n".join(map(look_at, psutil.Process().children(recursive=True)))


def look_at(process: psutil.Process) -> str:
    """One of them; what it says of itself ends with it."""
    try:
        about = f"{process.pid} of {process.ppid()}: {' '.join(process.cmdline())[:300]}"
    except psutil.Error as gone:
        return str(gone)
    dump = [PY_SPY, "dump", "--pid", str(process.pid)]
    stacks = subprocess.run(dump, capture_output=True, text=True, timeout=30)
    return f"{about}\n{stacks.stdout.partition('Thread')[2]}"
