"""The board's button, which has a run that does not move go on."""

from collections.abc import Callable
from typing import Any

from runbook_lib.display.lines import show_changing
from runbook_lib.display.widgets import Answer, push_button

GO_ON = "runbook-go-on"
"""By this class the board's style sheet keeps it in sight."""


class GoOn:
    """A button that is there while it is wanted; without it, nothing is left to be saved."""

    def __init__(self, go_on: Callable[[], object]) -> None:
        self.button = push_button("Go on")
        self.button.tooltip = "Run from where it has stopped: what is done is found again"
        self.button.add_class(GO_ON)
        self.button.on_click(lambda _: go_on())
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
