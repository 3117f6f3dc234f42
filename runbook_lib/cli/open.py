"""`runbook open`: a working copy of a runbook, in JupyterLab, to step through."""

from pathlib import Path

import click

from runbook_lib.cli import folders_option, told


@click.command()
@click.argument("runbook")
@folders_option
@click.option("--new", "anew", is_flag=True, help="Begin with a new copy; the others are kept.")
@told
def command(runbook: str, folders: tuple[Path, ...], anew: bool) -> None:
    """Step through RUNBOOK (a name such as release, or a notebook's path) in JupyterLab.

    What opens is a working copy: you may set its parameters, run it and save it, and the runbook's
    own file stays as it is. The same copy opens again until the runbook has changed.
    """
    from runbook_lib.journal.session import check_data_folder
    from runbook_lib.notebook.catalog import find_runbook
    from runbook_lib.profile import runbook_folders
    from runbook_lib.reading.jupyterlab import open_working_copy
    from runbook_lib.run.working_copy import make_copy, open_copy

    check_data_folder()
    copy = (make_copy if anew else open_copy)(find_runbook(runbook, runbook_folders(*folders)))
    if copy.before and not anew:
        click.echo("The runbook has changed since you opened it: this is a new copy.")
    if copy.before:
        click.echo(f"What you had is kept: runbook open {copy.before}")
    click.echo(f"The working copy is {copy.path}")
    open_working_copy(copy.path)
