"""A session of the release notebook, stepped through cell by cell in this process."""

import io
from collections.abc import Mapping
from contextlib import redirect_stdout
from dataclasses import dataclass
from typing import Any

from papermill.iorw import load_notebook_node
from papermill.parameterize import parameterize_notebook

from runbook_lib.errors import RunbookError, Waiting
from runbook_lib.run.approval import decide
from tests.release.carried_out import NOTEBOOK, note_cell


@dataclass(frozen=True)
class Stop:
    """Where a session stopped: the cell, and the error."""

    cell: str
    error: BaseException

    @property
    def shown(self) -> str:
        """What IPython shows of it in place of a traceback."""
        assert isinstance(self.error, RunbookError), f"shown with its traceback: {self.error!r}"
        return "\n".join(self.error._render_traceback_())


class Session:
    """The notebook's code cells, with the cell that papermill injects behind the parameters."""

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        notebook = parameterize_notebook(load_notebook_node(str(NOTEBOOK)), dict(parameters))
        self.cells = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
        self.names: dict[str, Any] = {"In": []}
        self.printed = io.StringIO()

    def run(self, *, until: str = "") -> Stop | None:
        """Run up to the cell that holds a text, which is not run, or to where it stops before.

        The changelog is approved as it is from a terminal.
        """
        for cell in self.cells:
            if until and until in cell:
                return None
            stop = self.run_cell(cell)
            if stop is not None and self.approve(stop):
                stop = self.run_cell(cell)
            if stop is not None:
                return stop
        return None

    def again(self, text: str) -> Stop | None:
        """Run the one cell that holds a text once more."""
        [cell] = [cell for cell in self.cells if text in cell]
        return self.run_cell(cell)

    def run_cell(self, cell: str) -> Stop | None:
        """Run one cell; where it stopped, if it did."""
        self.names["In"].append(cell)
        try:
            with redirect_stdout(self.printed):
                note_cell(cell)
                exec(compile(cell, "<cell>", "exec"), self.names)
        except (Exception, KeyboardInterrupt) as error:
            return Stop(cell, error)
        return None

    def approve(self, stop: Stop) -> bool:
        """Approve the changelog where a session waits for that."""
        if not isinstance(stop.error, Waiting) or '"changelog"' not in stop.cell:
            return False
        run = self.names["run"].name
        decide(run, "changelog", verdict="approved", reason="every fix is listed", short="")
        return True
