"""A display of steps that tells of what it shows: so a board is current."""

from typing import Protocol

from runbook_lib.steps.report import Display, Line, Report


class Watcher(Protocol):
    """Who is told of it."""

    def progress(self, text: str, fraction: float | None = None) -> None:
        """A step has begun, or says how far it is."""


class WatchedDisplay:
    """Shows steps as another display does, and tells the board."""

    def __init__(self, board: Watcher, display: Display) -> None:
        self.board = board
        self.display = display

    def start(self, title: str) -> Line:
        """Show that a step has begun."""
        self.board.progress(title)
        return WatchedLine(self.board, self.display.start(title))


class WatchedLine:
    """A step's line, of which the board is told."""

    def __init__(self, board: Watcher, line: Line) -> None:
        self.board = board
        self.line = line

    def progress(self, text: str, fraction: float | None = None) -> None:
        """Show how far it is."""
        self.line.progress(text, fraction)
        self.board.progress(text, fraction)

    def finish(self, report: Report) -> None:
        """Show what it came to."""
        self.line.finish(report)
        self.board.progress("")
