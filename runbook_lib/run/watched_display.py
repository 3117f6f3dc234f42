"""A display of steps that tells of what it shows: so a board is current."""

from collections.abc import Callable

from runbook_lib.steps.report import Display, Line, Report

Tell = Callable[[str, float | None], object]
"""Is told that a step has begun, or how far it is."""


class WatchedDisplay:
    """Shows steps as another display does, and tells the board."""

    def __init__(self, tell: Tell, display: Display) -> None:
        self.tell = tell
        self.display = display

    def start(self, title: str) -> Line:
        """Show that a step has begun."""
        self.tell(title, None)
        return WatchedLine(self.tell, self.display.start(title))


class WatchedLine:
    """A step's line, of which the board is told."""

    def __init__(self, tell: Tell, line: Line) -> None:
        self.tell = tell
        self.line = line

    def progress(self, text: str, fraction: float | None = None) -> None:
        """Show how far it is."""
        self.line.progress(text, fraction)
        self.tell(text, fraction)

    def finish(self, report: Report) -> None:
        """Show what it came to."""
        self.line.finish(report)
        self.tell("", None)
