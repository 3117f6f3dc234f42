"""Shows a value below the cell that is executed, and tells whether somebody is there to see it."""

import sys
from typing import Any, TypeVar

from runbook_lib.display.terminal import say_in_terminal
from runbook_lib.policy.visible import visible

Shown = TypeVar("Shown")


def say(text: object) -> None:
    """Print a line, which may be from outside."""
    print(visible(str(text)))


def show(value: object) -> None:
    """Show a value as an output of the cell."""
    from IPython.display import display

    display(value)  # type: ignore[no-untyped-call]


def show_changing(value: object) -> Any:
    """Show a value as an output of the cell that the handle's `update` can change later."""
    from IPython.display import display

    return display(value, display_id=True)  # type: ignore[no-untyped-call]


PASSING = "runbook-board-"
"""How the display id of an output begins whose states are passing: only the last is recorded."""


def show_passing(value: object, name: str) -> Any:
    """The same, of an output that changes often; `name` tells it from others of its kind."""
    from IPython.display import display

    return display(value, display_id=PASSING + name)  # type: ignore[no-untyped-call]


def kernel() -> Any:
    """The IPython kernel that this runs in, or None."""
    if "IPython" not in sys.modules:
        return None
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "kernel", None)


def interactive() -> bool:
    """Whether somebody is there to answer: the front end takes input, as papermill does not."""
    here = kernel()
    if here is None:
        return False
    return bool(here.get_parent("shell").get("content", {}).get("allow_stdin", False))


def told_too(shown: Shown, text: str = "") -> Shown:
    """What a cell shows; who runs the runbook from a terminal sees no cell, and is told there."""
    if not interactive():
        say_in_terminal("\n".join(filter(None, (str(shown), text))))
    return shown
