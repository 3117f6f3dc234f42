"""Asks the front end to go on with the notebook: a cell and all below it, as *Run All* runs them.

In JupyterLab our own extension does it (`jupyter/labextensions`). Where it is missing, in VS Code
say, nothing happens: whoever asks says beforehand what a person does by hand.
"""

from runbook_lib.display.output import kernel
from runbook_lib.notebook.under_way import lines_under_way

TARGET = "runbook.go_on"
"""What the extension listens to."""


def this_cell() -> str:
    """The id of the cell that is executed now; empty where the front end does not tell it."""
    here = kernel()
    request = here.get_parent("shell") if here is not None else {}
    return str((request.get("metadata") or {}).get("cellId") or "")


def go_on(cell: str = "", to: str = "") -> bool:
    """Have the front end run a cell and all below it, or down to another; whether it was asked.

    By default from the first cell: what is done is found again. Nothing is asked while a cell is
    under way; its page asks nothing twice.
    """
    here = kernel()
    if here is None or lines_under_way(here.shell.user_ns):
        return False
    from comm import create_comm

    create_comm(target_name=TARGET, data={"cell": cell, "to": to})
    return True
