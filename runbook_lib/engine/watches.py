"""What shows the steps of a headless run while it goes: lines of text, a terminal, or nothing."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from runbook_lib.policy.visible import visible

if TYPE_CHECKING:
    from runbook_lib.display.lines import StepLine
    from runbook_lib.engine.progress import Watch


def say(text: str) -> None:
    """Print a line; where nobody takes it any more (`| head`), the run goes on all the same."""
    try:
        click.echo(text)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def watching() -> "Any":
    """What shows the steps: a terminal shows what is under way, too."""
    return terminal() if sys.stdout.isatty() else nullcontext(Lines())


class Lines:
    """Shows each heading and outcome as lines of text."""

    def heading(self, text: str) -> None:
        """Print a heading of the procedure."""
        say(f"── {visible(text)}")

    def said(self, text: str) -> None:
        """Pass on what the kernel's process says; it may be anybody's."""
        click.echo(visible(text), err=True)

    def under_way(self, text: str) -> None:
        """Nothing: what is printed stays."""

    def outcome(self, line: "StepLine") -> None:
        """Print what a step came to."""
        say(str(line))


class NoWatch(Lines):
    """Shows nothing but what the kernel's process says."""

    def heading(self, text: str) -> None:
        """Nothing."""

    def outcome(self, line: "StepLine") -> None:
        """Nothing."""


@contextmanager
def terminal() -> Iterator["Watch"]:
    """Outcomes as lines, and below them one that changes: what is under way, and for how long."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    words = TextColumn("{task.description}", markup=False)
    columns = (SpinnerColumn(), words, TimeElapsedColumn())
    with Progress(*columns, console=new_console(), transient=True) as progress:
        yield Terminal(progress)


def new_console() -> Any:
    """The terminal, which colours nothing by itself, and nothing at all where NO_COLOR is set."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False, soft_wrap=True)


def print_coloured(console: Any, text: str, outcome: str, length: int) -> None:
    """Print a text with its first characters in the colour of an outcome, which they say too."""
    from rich.text import Text

    from runbook_lib.reading.lines import COLOURS

    shown = Text(text)
    shown.stylize(COLOURS.get(outcome, ""), 0, length)
    console.print(shown)


class Terminal:
    """Shows steps on a terminal, each above the line that changes."""

    def __init__(self, progress: Any) -> None:
        self.progress = progress
        self.task = progress.add_task("starting the kernel")

    def heading(self, text: str) -> None:
        """Print a heading of the procedure."""
        from rich.text import Text

        self.progress.console.print(Text(f"── {visible(text)}", "bold"))

    def said(self, text: str) -> None:
        """Print what the kernel's process says; it may be anybody's."""
        self.progress.console.print(visible(text))

    def under_way(self, text: str) -> None:
        """Show what is being done now, and begin to count its time."""
        self.progress.reset(self.task, description=visible(text or "between two steps"))

    def outcome(self, line: "StepLine") -> None:
        """Print what a step came to."""
        badge = str(line).partition("  ")[0]
        print_coloured(self.progress.console, str(line), line.report.outcome, len(badge))
