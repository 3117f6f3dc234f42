"""Where steps show themselves while they are carried out: under their cell, or in a terminal."""

import time
from dataclasses import replace
from typing import Any

from runbook_lib.display.lines import StepLine
from runbook_lib.display.output import interactive, kernel, show, show_changing
from runbook_lib.display.reminder import Reminder
from runbook_lib.display.terminal import say_in_terminal
from runbook_lib.steps.report import Display, Line, Report


class NotebookDisplay:
    """Shows steps under the cell that carries them out.

    Where a person looks on (`interactive`), one line changes in place; headless, a step's start is
    a line of the cell's text, so that a kernel that dies leaves it behind, and its outcome another.
    """

    def __init__(self, *, interactive: bool) -> None:
        self.interactive = interactive

    def start(self, title: str) -> Line:
        """Show that a step has begun."""
        blank = StepLine(Report(title, "unknown"), running=title)
        if not self.interactive:
            return PrintedLine(blank, show)
        return ChangingLine(replace(blank, since=time.time()))


class PlainDisplay:
    """Shows steps as lines of text, outside a notebook."""

    def start(self, title: str) -> Line:
        """Show that a step has begun."""
        return PrintedLine(StepLine(Report(title, "unknown"), running=title), print)


class PrintedLine:
    """A step's line where what was printed stays: each new state is a line of its own."""

    def __init__(self, line: StepLine, finally_show: Any) -> None:
        self.line = line
        self.finally_show = finally_show
        print(line, flush=True)

    def progress(self, text: str, fraction: float | None = None) -> None:
        """Print how far a wait is, when that is something new; behind a kernel, too."""
        if fraction is not None and text != self.line.running:
            self.line = replace(self.line, running=text, fraction=fraction)
            print(self.line, flush=True)
            say_in_terminal(str(self.line))

    def finish(self, report: Report) -> None:
        """Show what it came to."""
        self.finally_show(StepLine(report))


class ChangingLine:
    """A step's line in JupyterLab: one output that is updated in place."""

    def __init__(self, line: StepLine) -> None:
        self.line = line
        self.handle = show_changing(line)
        self.reminder: Reminder | None = None

    def progress(self, text: str, fraction: float | None = None) -> None:
        """Show what the step is doing, and how far it is; of a wait, what reminds people."""
        self.line = replace(self.line, running=text, fraction=fraction)
        self.handle.update(self.line)
        pace = getattr(text, "pace", None)
        if pace is not None and pace.remind is not None:
            self.reminder = (self.reminder or Reminder()).of(pace)

    def finish(self, report: Report) -> None:
        """Show what it came to; what still waits can be reminded of."""
        self.handle.update(StepLine(report))
        if self.reminder is not None and report.outcome != "waiting":
            self.reminder.clear()


def choose_display() -> Display:
    """The display that fits where this runs: a notebook with a person, one without, a terminal."""
    return NotebookDisplay(interactive=interactive()) if kernel() is not None else PlainDisplay()
