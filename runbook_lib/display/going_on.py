"""The button that goes on where a run has stopped."""

from typing import Any

from runbook_lib.display.front_end import go_on, this_cell
from runbook_lib.display.lines import show_changing
from runbook_lib.display.widgets import Answer, boxed, bring_into_view, push_button, told

ASKED = (
    "The notebook was asked to go on from here. Where nothing happens, run this cell again, and "
    "all below."
)


def show_go_on(label: str = "Run again from here") -> None:
    """Show a button that runs this cell again, and all below it, and bring the reader to it."""
    cell = this_cell()
    button = push_button(label)
    box = boxed([button])

    def press(_: Any) -> None:
        button.disabled = True
        box.children = [told(ASKED)]
        go_on(cell)

    button.on_click(press)
    show_changing(Answer(box))
    bring_into_view(button)
