"""Every command of `runbook` with its options: as `--help` says them."""

from collections.abc import Iterator

import click

from runbook_lib.cli import main

WIDTH = 88


def page() -> str:
    """A heading and the help of each command."""
    parts = [
        f"## `{path}`\n\n```text\n{help_of(path, command)}\n```" for path, command in commands()
    ]
    return "\n\n".join(parts) + "\n"


def commands() -> Iterator[tuple[str, click.Command]]:
    """All commands by what is typed, groups before what is in them."""
    yield from below("runbook", main)


def below(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command, and those in it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None, f"{path} lists {name}"
            yield from below(f"{path} {name}", inner)


def help_of(path: str, command: click.Command) -> str:
    """What `--help` says, in lines of one length wherever the site is built."""
    context = click.Context(command, info_name=path, terminal_width=WIDTH, max_content_width=WIDTH)
    return command.get_help(context)
