"""What papermill's command line says and ends with, where it would show a traceback."""

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from runbook_lib.errors import Failed


class WrongUsage(click.ClickException):
    """What was asked for can't be: nothing was run."""

    exit_code = 2


@contextmanager
def told(wrong: type[Exception]) -> Iterator[None]:
    """On papermill's command line: a message and a status. Elsewhere errors pass as they are.

    `wrong` is raised where nothing was run, for what was asked for can't be.
    """
    try:
        yield
    except wrong as error:
        if not on_command_line():
            raise
        raise WrongUsage(f"{error}\nNothing was run.") from None
    except Failed as error:
        if not on_command_line():
            raise
        raise click.ClickException(str(error)) from None
    except KeyboardInterrupt:
        if not on_command_line():
            raise
        raise click.exceptions.Exit(128 + signal.SIGINT) from None


def on_command_line() -> bool:
    """Whether papermill's own command is what is running here."""
    command = sys.modules.get("papermill.cli")
    context = click.get_current_context(silent=True)
    return context is not None and context.command is getattr(command, "papermill", None)
