"""`runbook run`: carries a runbook out without anybody at it."""

import click

from runbook_lib.cli import told


@click.command()
@click.argument("runbook")
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@click.option("--profile", help="A profile of runbook.toml; by default the sandbox.")
@click.option("--plan", is_flag=True, help="Only say what would be done.")
@told
def command(runbook: str, given: tuple[str, ...], profile: str | None, plan: bool) -> None:
    """Run RUNBOOK (a name such as release, or a notebook's path) without anybody at it."""
    from runbook_lib.headless import carry_out

    extra = [f"profile={profile}"] if profile else []
    extra += ["plan=True"] if plan else []
    finished = carry_out(runbook, [*given, *extra], say=click.echo)
    click.echo(f"The executed notebook is {finished}")
