"""`runbook`: runs runbooks, approves at their gates, and keeps the sandbox.

Exit status: 0 done, 75 waiting (run it again later), 1 refused or failed, 2 wrong usage.
"""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from runbook_lib.errors import RunbookError, UsageError, Waiting

P = ParamSpec("P")
T = TypeVar("T")

WAITING = 75
"""EX_TEMPFAIL of sysexits.h: not an error, try again later."""


def told(command: Callable[P, T]) -> Callable[P, T]:
    """Make a command end with a message and a status where the library raises on purpose."""

    @wraps(command)
    def telling(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return command(*args, **kwargs)
        except RunbookError as error:
            click.echo(f"{type(error).__name__}: {error}", err=True)
            sys.exit(exit_status(error))
        except OSError as error:
            click.echo(f"Failed: this machine says: {error}", err=True)
            sys.exit(1)

    return telling


def exit_status(error: RunbookError) -> int:
    """The status that an error ends a command with."""
    if isinstance(error, Waiting):
        return WAITING
    return 2 if isinstance(error, UsageError) else 1


@click.group()
@click.version_option(package_name="runbook-kit")
def main() -> None:
    """Carry out written procedures as runbooks."""


@main.command()
@click.argument("runbook")
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@click.option("--profile", help="A profile of runbook.toml; by default the sandbox.")
@click.option("--plan", is_flag=True, help="Only say what would be done.")
@told
def run(runbook: str, given: tuple[str, ...], profile: str | None, plan: bool) -> None:
    """Run RUNBOOK (a name such as release, or a notebook's path) without anybody at it."""
    from runbook_lib.headless import carry_out

    extra = [f"profile={profile}"] if profile else []
    extra += ["plan=True"] if plan else []
    finished = carry_out(runbook, [*given, *extra], say=click.echo)
    click.echo(f"The executed notebook is {finished}")


@main.command()
@click.argument("run")
@click.argument("gate")
@click.option("--reason", required=True, help="Why; it is kept in the record.")
@click.option("--digest", default="", help="The digest that was shown, to be sure of what.")
@click.option("--reject", is_flag=True, help="Reject instead.")
@told
def approve(run: str, gate: str, reason: str, digest: str, reject: bool) -> None:
    """Approve what the run RUN asks for at GATE, before or after it stopped to wait."""
    from runbook_lib.approval import decide
    from runbook_lib.gate import Verdict

    verdict: Verdict = "rejected" if reject else "approved"
    click.echo(decide(run, gate, verdict=verdict, reason=reason, short=digest))


@main.group()
def sandbox() -> None:
    """The embedded world in which everything can be tried."""


def world_option(command: Callable[..., None]) -> Callable[..., None]:
    """The option that names a world by its folder."""
    option = click.option(
        "--world",
        type=click.Path(path_type=Path),
        help="The world's folder; by default the sample's.",
    )
    return option(command)


@sandbox.command("start")
@world_option
@told
def start_sandbox(world: Path | None) -> None:
    """Start the sandbox, and keep it until it is stopped."""
    from runbook_lib.sandbox.process import start

    folder = world or sample_world()
    running = start(folder, keep=True, sample=world is None)
    click.echo(f"The sandbox in {folder} is at {running.page}")


@sandbox.command("stop")
@world_option
@told
def stop_sandbox(world: Path | None) -> None:
    """Stop the sandbox; its world stays as it is."""
    from runbook_lib.sandbox.process import stop

    stop(world or sample_world())


@sandbox.command("reset")
@world_option
@told
def reset_sandbox(world: Path | None) -> None:
    """Stop the sandbox and remove its world with all runs in it, to begin anew."""
    from runbook_lib.sandbox.process import remove

    remove(world or sample_world())


@sandbox.command("person")
@click.argument("role", type=click.Choice(["reviewer", "ci", "ops", "qa", "approver"]))
@click.argument("mode", type=click.Choice(["on", "off", "slow", "no"]))
@world_option
@told
def change_person(role: str, mode: str, world: Path | None) -> None:
    """Change how ROLE behaves: on, off (away), slow, or saying no. The sandbox must be running."""
    from runbook_lib.sandbox.process import find

    folder = world or sample_world()
    running = find(folder)
    if running is None:
        raise UsageError(f"expected a running sandbox in {folder}, found none: start it first")
    running.client.expect("PATCH", f"/sandbox/people/{role}", {"mode": mode})


def sample_world() -> Path:
    """The folder of the sample project's world."""
    from runbook_lib.session import data_folder

    return data_folder() / "sandbox" / "sample"
