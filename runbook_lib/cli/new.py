"""`runbook new`: writes a runbook of one's own that works at once."""

from pathlib import Path

import click

from runbook_lib.cli import told


@click.command()
@click.argument("name")
@click.option(
    "--folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("runbooks"),
    show_default=True,
    help="Where it is written.",
)
@told
def command(name: str, folder: Path) -> None:
    """Write a runbook called NAME: a notebook, a module with one step, and its test.

    They pass at once; make them your own piece by piece. Nothing is written over.
    """
    from runbook_lib.skeleton.writing import write_skeleton

    for path in write_skeleton(name, folder):
        click.echo(f"Written: {path}")
    runbook = call_it(name, folder)
    click.echo(
        f"Next:\n  runbook check {runbook}\n  runbook run {runbook}\n"
        f"  pytest --nbval-lax {folder}\n  runbook open {runbook}"
    )


def call_it(name: str, folder: Path) -> str:
    """How a runbook in a folder is called in a command."""
    from runbook_lib.profile import runbook_folders

    found = {one.resolve() for one in runbook_folders()}
    return name if folder.resolve() in found else str(folder / f"{name}.ipynb")
