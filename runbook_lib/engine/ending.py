"""How the execution of a notebook came to its end."""

import re
import sysconfig
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from runbook_lib.errors import find_error
from runbook_lib.frozen import frozen

UNKNOWN = "unknown"
"""The status of a cell that was under way when nobody could look any more."""
NOT_RUN = "not run"
"""The status of a cell that was never reached."""

FRAME = re.compile(r"^File (.+\.py):(\d+)", re.MULTILINE)
COLOURS = re.compile(r"\x1b\[[\d;]*m")
INSTALLED = ("site-packages", sysconfig.get_path("stdlib"), str(Path(__file__).parents[1]))
"""In whose files nobody looks for what is wrong with their own runbook."""


@frozen
class Ending:
    """What the execution came to: an outcome, why, and the cell that it ended in.

    `cell` is None where it ended between cells, or before the first one.
    """

    outcome: str
    because: str
    cell: int | None = None
    raised: bool = False
    """Whether the cell shows its own error: papermill marks it then."""


DONE = Ending("done", "every cell was run")


def raised_in(cell: int, error: Any) -> Ending:
    """The ending that an error in a cell makes; one that is not ours is a failure."""
    found = find_error(error.ename)
    outcome = found.outcome if found else "failed"
    return Ending(outcome, f"a cell raised {error.ename}", cell, raised=True)


def quit_in(cell: int) -> Ending:
    """The ending that a cell makes which ends its own kernel (`sys.exit`, `quit`)."""
    return Ending("failed", "a cell told its kernel to exit", cell)


def cut_off(cell: int | None, because: str) -> Ending:
    """The ending of a notebook that was stopped from outside, in a cell or between two."""
    return Ending(UNKNOWN if cell is not None else "failed", because, cell)


def place_in(traceback: Sequence[str]) -> str:
    """Where in a module of one's own an error was raised; empty where it was in none."""
    frames = FRAME.findall(COLOURS.sub("", "\n".join(traceback)))
    own = [
        f" ({Path(file).name}:{line})"
        for file, line in frames
        if not any(place in file for place in INSTALLED)
    ]
    return own[-1] if own else ""
