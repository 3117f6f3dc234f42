"""`runbook sandbox`: the embedded world in which everything can be tried."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runbook_lib.cli import told
from runbook_lib.errors import UsageError

if TYPE_CHECKING:
    from runbook_lib.sandbox.server.process import Running


@click.group()
def command() -> None:
    """The embedded world in which everything can be tried."""


def world_option(command: Callable[..., None]) -> Callable[..., None]:
    """The option that names a world by its folder."""
    option = click.option(
        "--world",
        type=click.Path(path_type=Path),
        help="The world's folder; by default the sample's.",
    )
    return option(command)


@command.command("start")
@world_option
@click.option("--team", is_flag=True, help="The world of the team with a weekly push.")
@told
def start_sandbox(world: Path | None, team: bool) -> None:
    """Start the sandbox, and keep it until it is stopped."""
    from runbook_lib.sandbox.server.process import start

    folder = world or (team_world() if team else sample_world())
    running = start(folder, keep=True, sample=not world and not team, team=team)
    click.echo(f"The sandbox in {folder} is at {running.page}")


@command.command("page")
@world_option
@told
def tell_page(world: Path | None) -> None:
    """Tell the address of a running sandbox's page, with its way in."""
    click.echo(find_running(world or sample_world()).page)


@command.command("stop")
@world_option
@told
def stop_sandbox(world: Path | None) -> None:
    """Stop the sandbox; its world stays as it is."""
    from runbook_lib.sandbox.server.process import stop

    stop(world or sample_world())


@command.command("reset")
@world_option
@told
def reset_sandbox(world: Path | None) -> None:
    """Stop the sandbox and remove its world with all runs in it, to begin anew."""
    from runbook_lib.sandbox.server.process import remove

    remove(world or sample_world())


@command.command("person")
@click.argument("role", type=click.Choice(["reviewer", "ci", "ops", "qa", "approver"]))
@click.argument("mode", type=click.Choice(["on", "off", "slow", "no"]))
@world_option
@told
def change_person(role: str, mode: str, world: Path | None) -> None:
    """Change how ROLE behaves: on, off (away), slow, or saying no. The sandbox must be running."""
    running = find_running(world or sample_world())
    running.client.expect("PATCH", f"/sandbox/people/{role}", {"mode": mode})


@command.command("clock")
@click.argument("moment", required=False)
@click.option(
    "--pace",
    type=float,
    help="Let it run: so many of its seconds pass in one; 0 stops it.",
)
@click.option(
    "--world",
    type=click.Path(path_type=Path),
    help="The world's folder; by default the team's.",
)
@told
def set_clock(moment: str | None, pace: float | None, world: Path | None) -> None:
    """Tell the time of a world, set it forward to MOMENT, or let it run.

    MOMENT is a time such as 2026-03-12T09:30-07:00, and never earlier than the world's own; or it
    is next-week: when the team's next tags are due. The sandbox must be running.
    """
    running = find_running(world or team_world())
    said = {"to": moment and moment.replace("next-week", "next week"), "pace": pace}
    body = {name: value for name, value in said.items() if value is not None}
    answer = running.client.ask("PUT" if body else "GET", "/sandbox/clock", body or None)
    if not answer.found:
        raise UsageError(
            str(answer.data["message"] if isinstance(answer.data, dict) else answer.data)
        )
    runs = f"; it runs, {answer.data['pace']:g} seconds in one" if answer.data["pace"] else ""
    click.echo(f"{answer.data['now']}{runs}")


def find_running(folder: Path) -> "Running":
    """The running sandbox of the world in a folder; raises `UsageError` where none runs."""
    from runbook_lib.sandbox.server.process import find

    running = find(folder)
    if running is None:
        raise UsageError(f"expected a running sandbox in {folder}, found none: start it first")
    return running


def sample_world() -> Path:
    """The folder of the sample project's world."""
    from runbook_lib.journal.session import data_folder

    return data_folder() / "sandbox" / "sample"


def team_world() -> Path:
    """The folder of the sample team's world."""
    from runbook_lib.journal.session import data_folder

    return data_folder() / "sandbox" / "team"
