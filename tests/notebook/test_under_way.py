"""What of a notebook's own code is executed now."""

import subprocess
import sys
import threading
from typing import Any

import pytest

from runbook_lib.notebook.under_way import lines_under_way

COLLECTING = """
import gc, threading
from runbook_lib.notebook.under_way import lines_under_way

class Circle:
    def __init__(self):
        self.own, self.local = self, threading.local()

def look_often():
    for later in range(100):
        gc.disable()
        gc.collect()
        circles = [Circle() for _ in range(9)]
        del circles
        gc.set_threshold(gc.get_count()[0] + later)
        gc.enable()
        assert lines_under_way(globals())

{look}
"""
"""The collector comes at each place of a look, once, and ends what is of a thread."""


def executed(source: str, **names: Any) -> dict[str, Any]:
    """The namespace of a notebook after a cell of it."""
    namespace: dict[str, Any] = dict(names)
    exec(source, namespace)
    return namespace


def test_the_last_line_is_the_cells_own_however_deep_the_step_is() -> None:
    cell = "a = 1\nlines = step(globals())\nb = 2"
    assert executed(cell, step=lambda names: lines_under_way(names))["lines"] == [2]
    helper = "def act():\n    return step(globals())\n\nlines = act()"
    assert executed(helper, step=lambda names: lines_under_way(names))["lines"] == [2, 4]


def test_the_lines_are_found_from_another_thread_as_well() -> None:
    found: list[int] = []

    def in_a_thread(namespace: dict[str, Any]) -> None:
        thread = threading.Thread(target=lambda: found.extend(lines_under_way(namespace)))
        thread.start()
        thread.join()

    executed("\n\nwork(globals())", work=in_a_thread)
    assert found == [3]


def test_where_no_cell_is_executed_there_is_no_line() -> None:
    assert lines_under_way({}) == []
    assert lines_under_way(vars(sys)) == []


@pytest.mark.parametrize(
    "look",
    [
        "look_often()",
        "looks = threading.Thread(target=look_often)\nlooks.start()\nlooks.join()",
    ],
)
def test_garbage_that_is_collected_meanwhile_holds_nobody_up(look: str) -> None:
    code = COLLECTING.format(look=look)
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
