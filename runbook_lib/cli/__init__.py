"""`runbook`: runs runbooks, reads and proves their records, approves at gates, keeps the sandbox.

Each command is a module of its own here, imported when it is asked for.
Exit status: 0 done, 75 waiting (run it again later), 1 refused or failed, 2 wrong usage.

Read `run` first.
"""

import atexit
import gc
import json
import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import wraps
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, ParamSpec, TypeVar

import click

from runbook_lib.errors import RunbookError, UsageError, Waiting

if TYPE_CHECKING:
    from runbook_lib.run.approval import PassedOn

P = ParamSpec("P")
T = TypeVar("T")

WAITING = 75
"""EX_TEMPFAIL of sysexits.h: not an error, try again later."""


class Commands(click.Group):
    """Commands that are imported when they are asked for: `runbook run` starts without the rest."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The names of the modules here."""
        return sorted(module.name for module in iter_modules(__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command: click.Command = import_module(f"runbook_lib.cli.{cmd_name}").command
        return command


@click.group(cls=Commands)
@click.version_option(package_name="runbook-kit")
def main() -> None:
    """Carry out written procedures as runbooks."""
    atexit.register(gc.freeze)  # what ends with the process is not looked through once more
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # it was closed before we began
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115 - it stays open
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def told(command: Callable[P, T]) -> Callable[P, T]:
    """Make a command end with a message and a status where the library raises on purpose."""

    @wraps(command)
    def telling(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except RunbookError as error:
            tell_error(error)
            sys.exit(exit_status(error))
        except BrokenPipeError:  # who reads has read enough: click ends it quietly
            raise
        except OSError as error:
            click.echo(harmless_text(f"Failed: this machine says: {error}"), err=True)
            sys.exit(1)

    return telling


def tell_error(error: RunbookError) -> None:
    """Say what the library raised on purpose."""
    click.echo(harmless_text(f"{type(error).__name__}: {error}"), err=True)


def exit_status(error: RunbookError) -> int:
    """The status that an error ends a command with."""
    if isinstance(error, Waiting):
        return WAITING
    return 2 if isinstance(error, UsageError) else 1


json_option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
"""For what a program would read."""

folders_option = click.option(
    "--runbooks",
    "folders",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="A folder with runbooks of your own, besides runbooks/; repeatable.",
)
"""For what finds a runbook by its name."""

offline_option = click.option("--offline", is_flag=True, help="Ask no remote: show what is here.")
"""For what reads the archives, whose remotes may be away."""


def tell_problems(problems: Iterable[str]) -> None:
    """Say beside the output what could not be read, in one line each."""
    for problem in problems:
        click.echo(harmless_line(problem), err=True)


def answer(
    run: str,
    name: str,
    *,
    kind: str,
    no: bool = False,
    reason: str = "",
    evidence: str = "",
    digest: str,
    passed_on: "PassedOn | None" = None,
    as_json: bool,
) -> None:
    """Answer what a run asks people: at a gate, for a step by hand, or for a waiver.

    Without a digest the text is shown first, and on a terminal it is asked whether it is right.
    """
    from runbook_lib.policy.questions import words_of
    from runbook_lib.policy.visible import one_line
    from runbook_lib.reading.finding import Finder
    from runbook_lib.reading.questions import find_asked
    from runbook_lib.run.approval import decide

    words = words_of(kind)
    if as_json and not digest:
        raise UsageError(
            "expected --digest beside --json, found none: take it from "
            "`runbook status --json`, or `runbook show RUN --gate NAME --json`"
        )
    finder = Finder()
    tell_problems(finder.problems)
    asked = find_asked(finder.run(run), name, kind)
    if not digest:
        click.echo(str(asked))
        if sys.stdin.isatty():
            click.confirm(f"Have it {words.no if no else words.yes}?", abort=True)
    made = decide(
        asked.run,
        name,
        verdict="rejected" if no else "approved",
        reason=reason,
        short=digest or asked.digest,
        kind=kind,
        evidence=evidence,
        passed_on=passed_on,
    )
    told = {"run": asked.run, **asdict(made)}
    click.echo(json.dumps(told, indent=2, ensure_ascii=False) if as_json else one_line(str(made)))


digest_option = click.option(
    "--digest", default="", help="The digest that was shown, to be sure of what."
)
"""For what answers a question that a run asks."""


def harmless_text(text: str) -> str:
    """A message that may hold text from outside, with what steers a terminal made visible."""
    from runbook_lib.policy.visible import visible

    return visible(text)


def harmless_line(text: str) -> str:
    """A message that may hold text from outside, on one line."""
    from runbook_lib.policy.visible import one_line

    return one_line(text)
