"""The buttons that have a run go on: the board's, and the one below an error."""

from collections.abc import Callable
from typing import Any

from runbook_lib.display.front_end import go_on, this_cell
from runbook_lib.display.output import show_changing
from runbook_lib.display.widgets import Answer, boxed, bring_into_view, push_button, told

GO_ON = "runbook-go-on"
"""By this class the board's style sheet keeps it in sight."""
ASKED = (
    "The notebook was asked to go on from here. Where nothing happens, run this cell again, and "
    "all below."
)


class GoOn:
    """A button that is there while it is wanted; without it, nothing is left to be saved."""

    def __init__(self, press: Callable[[], object]) -> None:
        self.button = push_button("Go on")
        self.button.tooltip = "Run from where it has stopped: what is done is found again"
        self.button.add_class(GO_ON)
        self.button.on_click(lambda _: press())
        self.shown = False
        self.place()

    def place(self) -> None:
        """Have a place for it below the cell that is executed."""
        self.shown = False
        self.handle: Any = show_changing(Answer())

    def show(self, *, wanted: bool) -> None:
        """Show it, or take it away."""
        if wanted != self.shown:
            self.shown = wanted
            self.handle.update(Answer(self.button if wanted else None))


def show_go_on(label: str = "Run again from here", *, missing_above: bool = False) -> None:
    """Show a button that runs this cell again, and all below it, and bring the reader to it.

    Where what it needs has not run, all above runs, and then this cell alone.
    """
    cell = this_cell()
    span = ("", cell) if missing_above else (cell, "")
    button = push_button(label)
    box = boxed([button])

    def press(_: Any) -> None:
        button.disabled = True
        box.children = [told(ASKED)]
        go_on(*span)

    button.on_click(press)
    bring_into_view(button)
    show_changing(Answer(box))
