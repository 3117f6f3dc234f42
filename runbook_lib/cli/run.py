"""`runbook run`: carries a runbook out without anybody at it."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

import click

from runbook_lib.cli import exit_status, json_option, told
from runbook_lib.errors import RunbookError

if TYPE_CHECKING:
    from runbook_lib.following import Watch
    from runbook_lib.headless import Finished


@click.command()
@click.argument("runbook")
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@click.option("--profile", help="A profile of runbook.toml; by default the sandbox.")
@click.option("--plan", is_flag=True, help="Only say what would be done.")
@json_option
@told
def command(
    runbook: str, given: tuple[str, ...], profile: str | None, plan: bool, as_json: bool
) -> None:
    """Run RUNBOOK (a name such as release, or a notebook's path) without anybody at it.

    Exit status: 0 done, 75 waiting (run it again later), 1 refused or failed, 2 wrong usage.
    """
    extra = [f"profile={profile}"] if profile else []
    extra += ["plan=True"] if plan else []
    tell = tell_program if as_json else tell_person
    tell(runbook, [*given, *extra])


def tell_person(runbook: str, given: list[str]) -> None:
    """Carry a runbook out with its steps shown as they come."""
    from runbook_lib.headless import carry_out

    with watching() as watch:
        finished = carry_out(runbook, given, watch=watch)
    if finished.error is not None:
        raise finished.error
    say(f"The record is {finished.record}")


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
    from runbook_lib.headless import Finished, carry_out

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
    """Shows each outcome as lines of text."""

    def under_way(self, text: str) -> None:
        """Nothing: what is printed stays."""

    def outcome(self, line: object) -> None:
        """Print what a step came to."""
        say(str(line))


class NoWatch(Lines):
    """Shows nothing."""

    def outcome(self, line: object) -> None:
        """Nothing."""


@contextmanager
def terminal() -> Iterator["Watch"]:
    """Outcomes as lines, and below them one that changes: what is under way, and for how long."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    words = TextColumn("{task.description}", markup=False)
    with Progress(SpinnerColumn(), words, TimeElapsedColumn(), transient=True) as progress:
        yield Terminal(progress)


class Terminal:
    """Shows steps on a terminal."""

    def __init__(self, progress: Any) -> None:
        self.progress = progress
        self.task = progress.add_task("starting the kernel")

    def under_way(self, text: str) -> None:
        """Show what is being done now, and begin to count its time."""
        self.progress.reset(self.task, description=text or "between two steps")

    def outcome(self, line: object) -> None:
        """Print what a step came to, above the line that changes."""
        self.progress.console.print(str(line), markup=False, highlight=False, soft_wrap=True)
