"""Keeps the state of an execution, and saves what may be said of it."""

from dataclasses import replace
from typing import Any

from papermill.engines import NotebookExecutionManager

from runbook_lib.engine.cell_texts import CellTexts
from runbook_lib.engine.ending import DONE, NOT_RUN, UNKNOWN, Ending
from runbook_lib.engine.output_file import write_output
from runbook_lib.engine.presented import PRIVATE, is_private, present, withhold
from runbook_lib.engine.progress import Follower
from runbook_lib.secrets.masking import Masking

RUNBOOK = "runbook"
"""Where the notebook's metadata says how it ended."""


class HonestManager(NotebookExecutionManager):  # type: ignore[misc]
    """Papermill's manager, which calls nothing completed that was not."""

    def __init__(self, nb: Any, *, session: str, masking: Masking, **options: Any) -> None:
        super().__init__(nb, **options)
        self.masking = masking
        self.session = session
        self.ending: Ending | None = None
        self.shown: Any = None
        self.texts = CellTexts()
        self.in_prose = False
        self.follower: Follower | None = None
        self.tell("unknown", None)

    def tell(self, outcome: str, ended: str | None) -> None:
        """Say in the notebook's metadata how the session stands."""
        private = {PRIVATE: True} if is_private(self.nb) else {}
        said = {"session": self.session, "outcome": outcome, "ended": ended}
        self.nb.metadata[RUNBOOK] = {**private, **said}

    def save(self, **_: Any) -> None:
        """Save it before and after what is run; prose says nothing new of it."""
        if not self.in_prose:
            self.write()

    def write(self) -> None:
        """Write what may be seen of the notebook, if it is to be saved while it is executed."""
        if self.output_path:
            self.shown = self.presented()
            write_output(self.shown, self.output_path, self.texts)
        self.last_save_time = self.now()

    def cell_start(self, cell: Any, cell_index: int | None = None, **options: Any) -> None:
        """Note that a cell begins, and tell whoever follows the prose."""
        self.in_prose = cell.cell_type != "code"
        super().cell_start(cell, cell_index, **options)
        if self.follower is not None and cell.cell_type == "markdown":
            self.follower.enter(cell.source)

    def cell_cut_off(self, cell: Any) -> None:
        """Note that nobody saw the end of a cell."""
        said = cell.metadata.papermill
        said["status"], said["exception"] = UNKNOWN, True
        said["end_time"] = self.now().isoformat()

    def end(self, ending: Ending) -> None:
        """Note how the execution ended; the first ending counts. Save it at once."""
        if self.ending is None:
            self.ending = ending = replace(ending, because=self.masking(ending.because))
            self.mark_rest()
            self.tell(ending.outcome, ending.because)
            self.nb.metadata.papermill["exception"] = ending != DONE or None
            self.write()

    def mark_rest(self) -> None:
        """No cell is pending any more: it was not run."""
        for cell in self.nb.cells:
            if cell.metadata.papermill["status"] == self.PENDING:
                cell.metadata.papermill["status"] = NOT_RUN

    def notebook_complete(self, **_: Any) -> None:
        """Save the last state of the notebook, wherever it is to be saved in the end."""
        self.end_time = self.now()
        self.nb.metadata.papermill["end_time"] = self.end_time.isoformat()
        duration = (self.end_time - self.start_time).total_seconds()
        self.nb.metadata.papermill["duration"] = duration
        self.complete_pbar()
        self.cleanup_pbar()
        self.write()
        self.shown = self.presented()

    def presented(self) -> Any:
        """What may be seen of the notebook; of a private one, next to nothing."""
        shown = present(self.nb, self.ending, self.masking)
        if is_private(self.nb):
            withhold(shown, self.session)
        return shown

    def complete_pbar(self) -> None:
        """Fill the progress bar, where all was run."""
        if self.ending == DONE:
            super().complete_pbar()
