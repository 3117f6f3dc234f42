"""`runbook list`: the runbooks there are, and what each is given."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbook_lib.cli import folders_option, json_option, told

if TYPE_CHECKING:
    from runbook_lib.notebook.catalog import Parameter, RunbookDescription


@click.command()
@folders_option
@json_option
@told
def command(folders: tuple[Path, ...], as_json: bool) -> None:
    """List the runbooks, here and built in, with their purpose and parameters."""
    from runbook_lib.notebook.catalog import list_runbooks
    from runbook_lib.profile import runbook_folders

    found = list_runbooks(runbook_folders(*folders))
    if as_json:
        said = [description.to_dict() for description in found]
        click.echo(json.dumps(said, indent=2, ensure_ascii=False))
    elif sys.stdout.isatty():
        for description in found:
            show_on_terminal(description)
    else:
        click.echo("\n\n".join("\n".join(lines(description)) for description in found))


def lines(description: "RunbookDescription") -> list[str]:
    """A runbook as lines of text."""
    told = [f"  {declaration(one):<36} {one.help}".rstrip() for one in description.parameters]
    return [f"{named(description)}: {description.purpose}", *told, f"  in {place(description)}"]


def named(description: "RunbookDescription") -> str:
    """A runbook by its name, and whether its records are kept apart."""
    return f"{description.name} (private)" if description.private else description.name


def place(description: "RunbookDescription") -> str:
    """Where a runbook is, and whether it stands before one of ours."""
    before = ", before the one that is built in" if description.hides else ""
    return f"{description.path}{before}"


def declaration(parameter: "Parameter") -> str:
    """A parameter as its cell declares it."""
    default = "" if parameter.default is None else f" = {parameter.default!r}"
    return f"{parameter.name}: {parameter.type}{default}"


def show_on_terminal(description: "RunbookDescription") -> None:
    """Show a runbook as a heading and a table of its parameters."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, padding=(0, 2, 0, 2), header_style="dim")
    for title in ("parameter", "type", "default", ""):
        table.add_column(title, overflow="fold")
    for one in description.parameters:
        default = "" if one.default is None else repr(one.default)
        table.add_row(Text(one.name, "bold"), Text(one.type), Text(default), Text(one.help))
    console = Console()
    console.print(Text(named(description), "bold green"), Text(description.purpose), sep="  ")
    console.print(Text(f"  in {place(description)}", "dim"), soft_wrap=True)
    console.print(table)
    console.print()
