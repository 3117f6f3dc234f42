"""Keeps a run's board: reads it anew when something has happened, at most once a second."""

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from runbook_lib.display.front_end import this_cell
from runbook_lib.display.go_on import GoOn
from runbook_lib.display.output import interactive, kernel, show_passing
from runbook_lib.run.read_board import ReadBoard
from runbook_lib.run.state import Stop
from runbook_lib.run.watched_display import WatchedDisplay
from runbook_lib.steps.report import Display

if TYPE_CHECKING:
    from runbook_lib.run.run import Run

PAUSE = 1.0
"""Seconds between two updates, at least."""
MOMENT = 0.15
"""Seconds in which the next cell begins: a run that goes on is not shown as ready."""
TICK = 5.0
"""And at most, while a step is under way."""

HALTED = ("stopped", "waiting", "ready")
"""The states of a run that somebody may have go on."""


class LiveBoard(ReadBoard):
    """The board of one session: shown when it opens, and kept current where somebody looks on.

    Headless, it is shown as it was opened, and as it ended.
    """

    def __init__(self, run: "Run") -> None:
        super().__init__(run)
        self.handle: Any = None
        self.cell = ""
        """The cell that was stopped last, by its id: there the run goes on."""
        self.button: GoOn | None = None
        self.changed = threading.Event()
        self.shown = threading.Lock()
        """What was read later is shown later: the cells and the board's thread both show it."""

    def watched(self, display: Display) -> Display:
        """A display that tells the board of what it shows."""
        return WatchedDisplay(self.progress, display)

    def show(self) -> None:
        """Show the board below the cell that is executed, and keep it current; only in a kernel."""
        shell = getattr(kernel(), "shell", None)
        if shell is None:
            return
        first, _ = self.handle is None, self.procedure
        self.look_for_unfinished()
        self.handle = show_passing(self.read(), self.run.journal.session)
        if self.button is not None:
            self.button.place()
        if first:
            for name, callback in self.callbacks:
                shell.events.register(name, callback)
            if interactive():
                self.button = GoOn(self.run.go_on)
                threading.Thread(target=self.keep, name="board", daemon=True).start()

    def look_for_unfinished(self) -> None:
        """Look for the one run that this session may go on with, where it has joined none."""
        unfinished = self.run.unfinished() if self.run.journal.run is None else []
        self.left = unfinished[0].standing if len(unfinished) == 1 else ()

    def keep(self) -> None:
        """Update the board when something has happened, and while a step goes on."""
        while not self.over:
            going = bool(self.run.runner.at_work)
            if self.changed.wait(TICK if going else None) or going:
                self.changed.clear()
                time.sleep(MOMENT)
                self.update()
                time.sleep(PAUSE)

    def update(self) -> None:
        """Show the board as it is now, as long as it is kept."""
        with self.shown:
            if not self.over:
                self.draw()

    def draw(self) -> None:
        """Read the board, and show that."""
        if self.handle is not None:
            board = self.read()
            self.handle.update(board)
            if self.button is not None:
                self.button.show(wanted=board.state.kind in HALTED and not self.over)

    def progress(self, text: str, fraction: float | None = None) -> None:
        """A step has begun, or says how far it is."""
        self.said, self.fraction = text, fraction
        self.changed.set()

    def cell_begins(self, _: Any) -> None:
        """What stopped a cell before counts no more."""
        self.stop, self.executing = None, True
        self.changed.set()

    def cell_ended(self, result: Any) -> None:
        """Note what has stopped a cell; a board that nobody keeps is shown as it is then."""
        self.executing = False
        error = result.error_before_exec or result.error_in_exec
        if error is not None:
            self.cell = this_cell()
            self.stop = Stop(self.heading(), error)
            if not interactive():
                self.update()
        self.changed.set()

    def end(self) -> None:
        """The run is over, or the session is: show it so for the last time."""
        self.rest()
        with self.shown:
            self.draw()

    def rest(self) -> None:
        """Keep the board no longer."""
        self.over = True
        self.changed.set()
        shell: Any = getattr(kernel(), "shell", None)
        for name, callback in self.callbacks if shell else ():
            if callback in shell.events.callbacks[name]:
                shell.events.unregister(name, callback)

    @property
    def callbacks(self) -> tuple[tuple[str, Callable[[Any], None]], ...]:
        """What IPython calls before and after each cell."""
        return (("pre_run_cell", self.cell_begins), ("post_run_cell", self.cell_ended))
