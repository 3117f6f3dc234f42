"""`runbook check`: says what a runbook lacks or does wrong, and executes nothing of it."""

import json
import sys
from typing import TYPE_CHECKING

import click

from runbook_lib.cli import folders_option, harmless_line, json_option, told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from runbook_lib.lint.finding import Finding


@click.command()
@click.argument("runbooks", metavar="[RUNBOOK]...", nargs=-1)
@folders_option
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option("--rules", is_flag=True, help="Show the rules as a table, and check nothing.")
@json_option
@told
def command(
    runbooks: tuple[str, ...],
    folders: "tuple[Path, ...]",
    strict: bool,
    rules: bool,
    as_json: bool,
) -> None:
    """Check each RUNBOOK (a name or a notebook's path; all that there are, where none is named).

    Exit status: 0 nothing is wrong, 1 something is, 2 wrong usage.
    """
    from runbook_lib.lint.rules import check_notebook

    if rules:
        show_rules(as_json)
        return
    paths = find(runbooks, folders)
    found = [finding for path in paths for finding in check_notebook(path)]
    if as_json:
        click.echo(json.dumps([one.to_dict() for one in found], indent=2, ensure_ascii=False))
    else:
        tell(paths, found)
    if any(strict or one.severity == "error" for one in found):
        sys.exit(1)


def show_rules(as_json: bool) -> None:
    """Print the rules."""
    from runbook_lib.lint.rules import RULES, rule_table

    if as_json:
        click.echo(json.dumps([rule.to_dict() for rule in RULES], indent=2, ensure_ascii=False))
    else:
        click.echo("\n".join(rule_table()))


def find(runbooks: "Sequence[str]", more: "Sequence[Path]") -> "list[Path]":
    """The notebooks that are named, else of all runbooks there are here."""
    from runbook_lib.notebook.catalog import find_runbook, list_runbooks
    from runbook_lib.profile import runbook_folders

    folders = runbook_folders(*more)
    if not runbooks:
        return [description.path for description in list_runbooks(folders)]
    return [find_runbook(name, folders) for name in runbooks]


def tell(paths: "Sequence[Path]", found: "Sequence[Finding]") -> None:
    """Print each finding in a line, and how many there are."""
    from runbook_lib.policy.plural import plural

    for finding in found:
        click.echo(harmless_line(str(finding)))
    errors = len([one for one in found if one.severity == "error"])
    counted = f"{plural(errors, 'error')}, {plural(len(found) - errors, 'warning')}"
    click.echo(f"{plural(len(paths), 'runbook')}: {counted}")
