"""`runbook run`: carries a runbook out without anybody at it."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runbook_lib.cli import exit_status, folders_option, json_option, tell_error, told
from runbook_lib.errors import RunbookError
from runbook_lib.policy.visible import visible

if TYPE_CHECKING:
    from runbook_lib.display.lines import StepLine
    from runbook_lib.engine.headless import Finished
    from runbook_lib.engine.progress import Watch


@click.command(add_help_option=False)
@click.argument("runbook", required=False)
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@click.option("--profile", help="A profile of runbook.toml; by default the sandbox.")
@click.option("--plan", is_flag=True, help="Only say what would be done.")
@folders_option
@json_option
@click.option("--help", "-h", "asked", is_flag=True, help="Say this, and RUNBOOK's parameters.")
@click.pass_context
@told
def command(
    context: click.Context,
    runbook: str | None,
    given: tuple[str, ...],
    profile: str | None,
    plan: bool,
    folders: tuple[Path, ...],
    as_json: bool,
    asked: bool,
) -> None:
    """Run RUNBOOK (a name such as release, or a notebook's path) without anybody at it.

    Exit status: 0 done, 75 waiting (run it again later), 1 refused or failed, 2 wrong usage.
    """
    if asked:
        tell_help(context, runbook, folders)
        return
    if runbook is None:
        raise click.UsageError("Missing argument 'RUNBOOK'.", context)
    extra = [f"profile={profile}"] if profile else []
    extra += ["plan=True"] if plan else []
    tell = tell_program if as_json else tell_person
    tell(called(runbook, folders), [*given, *extra])


def called(runbook: str, folders: tuple[Path, ...]) -> str:
    """How a runbook is found again by a command without these folders."""
    from runbook_lib.notebook.catalog import HERE, find_runbook, notebooks
    from runbook_lib.profile import runbook_folders

    found = find_runbook(runbook, runbook_folders(*folders))
    here = notebooks(HERE).get(runbook, [])
    return runbook if here == [found] else str(found)


def tell_help(context: click.Context, runbook: str | None, folders: tuple[Path, ...]) -> None:
    """Say how the command is used; of a runbook, what it is for and what each parameter means."""
    say(context.get_help())
    if runbook is not None:
        from runbook_lib.cli.list import lines
        from runbook_lib.notebook.catalog import describe, find_runbook
        from runbook_lib.profile import runbook_folders

        found = describe(find_runbook(runbook, runbook_folders(*folders)))
        say("")
        say(visible("\n".join(lines(found))))


def tell_person(runbook: str, given: list[str]) -> None:
    """Carry a runbook out with its steps shown as they come; in the end, what came of it."""
    from runbook_lib.engine.headless import carry_out
    from runbook_lib.notebook.catalog import find_runbook

    say(f"The runbook is {find_runbook(runbook).absolute()}")
    with watching() as watch:
        finished = carry_out(runbook, given, watch=watch)
    if finished.error is not None:
        tell_error(finished.error)
        tell_withheld(finished)
    else:
        say(f"The record is {finished.record}")
    tell_result(finished)
    if finished.error is not None:
        sys.exit(exit_status(finished.error))


def tell_withheld(finished: "Finished") -> None:
    """Say on the operator's own terminal why a private runbook stopped; a log is not told."""
    if finished.withheld and sys.stderr.isatty():
        click.echo(visible(f"Only said here: {finished.withheld}"), err=True)


def tell_result(finished: "Finished") -> None:
    """Say in one line what came of it."""
    if sys.stdout.isatty():
        print_coloured(new_console(), finished.result, finished.outcome, len(finished.result))
    else:
        say(finished.result)


def say(text: str) -> None:
    """Print a line; where nobody takes it any more (`| head`), the run goes on all the same."""
    try:
        click.echo(text)
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def tell_program(runbook: str, given: list[str]) -> None:
    """Carry a runbook out; print one JSON document in the end."""
    from runbook_lib.engine.headless import Finished, carry_out

    try:
        finished = carry_out(runbook, given, watch=NoWatch())
    except RunbookError as error:
        tell_document(Finished("", runbook, None, error, None))
        raise
    tell_document(finished)
    if finished.error is not None:
        sys.exit(exit_status(finished.error))


def tell_document(finished: "Finished") -> None:
    """Print what a session came to, for a program."""
    click.echo(json.dumps(finished.to_dict(), indent=2, ensure_ascii=False))


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
