"""`runbook form`: a runbook's parameters, what each may be, and what they would come to."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbook_lib.cli import folders_option, harmless_text, json_option, told

if TYPE_CHECKING:
    from runbook_lib.form.fields import Field

HEADS = ("parameter", "value", "what it means")


@click.command()
@click.argument("runbook")
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@click.option("--offline", is_flag=True, help="Look at nothing but the runbook and the profiles.")
@folders_option
@json_option
@told
def command(
    runbook: str, given: tuple[str, ...], offline: bool, folders: tuple[Path, ...], as_json: bool
) -> None:
    """Show RUNBOOK's parameters: what each means and may be, and what they would come to.

    The next version with its reason, or the next push, is found as the run would find it; nothing
    is begun, and nothing outside is changed. JupyterLab shows the same above the first cell.

    Exit status: 0, 1 where something is wrong with what was given, 2 wrong usage.
    """
    from runbook_lib.form.looking import make_form
    from runbook_lib.notebook.catalog import find_runbook
    from runbook_lib.profile import runbook_folders
    from runbook_lib.reading.lines import tell

    notebook = find_runbook(runbook, runbook_folders(*folders))
    values = dict(text.partition("=")[::2] for text in given)
    form = make_form(notebook, values, look=not offline)
    if as_json:
        click.echo(json.dumps(form.to_dict(), indent=2, ensure_ascii=False, default=str))
    else:
        tell(HEADS, [(one.name, repr(one.value), meaning(one)) for one in form.fields])
        click.echo(harmless_text("\n".join(["", *form.told])).rstrip())
        if form.problem:
            click.echo(harmless_text(f"✘ {form.problem}"))
    if form.problem or any(one.problem for one in form.fields):
        raise click.exceptions.Exit(1)


def meaning(field: "Field") -> str:
    """What a parameter means, what it may be, and what is wrong with its value."""
    offered = f" ({', '.join(field.choices[:8])})" if field.choices else ""
    return f"✘ {field.problem}" if field.problem else f"{field.help}{offered}"
