"""`runbook run`: carries a runbook out without anybody at it."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from runbook_lib.cli import (
    WAITING,
    exit_status,
    folders_option,
    json_option,
    tell_error,
    tell_problems,
    told,
)
from runbook_lib.engine.watches import NoWatch, new_console, print_coloured, say, watching
from runbook_lib.errors import RunbookError
from runbook_lib.policy.visible import visible

if TYPE_CHECKING:
    from runbook_lib.engine.finished import Finished
    from runbook_lib.reading.opened import OpenRun


@click.command(add_help_option=False)
@click.argument("runbook", required=False)
@click.option("-p", "given", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@click.option("--profile", help="A profile of runbook.toml; by default the sandbox.")
@click.option("--plan", is_flag=True, help="Only say what would be done.")
@click.option("--waiting", is_flag=True, help="Instead of RUNBOOK: go on with each run that waits.")
@folders_option
@json_option
@click.option("--help", "-h", "asked", is_flag=True, help="Say this, and RUNBOOK's parameters.")
@click.pass_context
@told
def command(
    context: click.Context,
    runbook: str | None,
    given: tuple[str, ...],
    profile: str | None,
    plan: bool,
    waiting: bool,
    folders: tuple[Path, ...],
    as_json: bool,
    asked: bool,
) -> None:
    """Run RUNBOOK (a name such as release, or a notebook's path) without anybody at it.

    With --waiting, each open run whose wait may be over is run again as it was, the oldest first;
    --profile says of which profile.

    Exit status: 0 done, 75 waiting (run it again later), 1 refused or failed, 2 wrong usage.
    """
    if asked:
        tell_help(context, runbook, folders)
        return
    if waiting:
        if runbook is not None or given or plan:
            raise click.UsageError("--waiting goes with --profile, and names no runbook", context)
        sys.exit(go_on(profile or "", folders, as_json=as_json))
    if runbook is None:
        raise click.UsageError("Missing argument 'RUNBOOK'.", context)
    extra = [f"profile={profile}"] if profile else []
    extra += ["plan=True"] if plan else []
    tell = tell_program if as_json else tell_person
    finished = tell(called(runbook, folders), [*given, *extra])
    if finished.error is not None:
        sys.exit(exit_status(finished.error))


def called(runbook: str, folders: tuple[Path, ...]) -> str:
    """How a runbook is found again by a command without these folders."""
    from runbook_lib.notebook.catalog import HERE, find_runbook, notebooks
    from runbook_lib.profile import runbook_folders

    found = find_runbook(runbook, runbook_folders(*folders))
    here = notebooks(HERE).get(runbook, [])
    return runbook if here == [found] else str(found)


def tell_help(context: click.Context, runbook: str | None, folders: tuple[Path, ...]) -> None:
    """Say how the command is used; of a runbook, what it is for and what each parameter means."""
    say(context.get_help())
    if runbook is not None:
        from runbook_lib.cli.list import lines
        from runbook_lib.notebook.catalog import describe, find_runbook
        from runbook_lib.profile import runbook_folders

        found = describe(find_runbook(runbook, runbook_folders(*folders)))
        say("")
        say(visible("\n".join(lines(found))))


def go_on(profile: str, folders: tuple[Path, ...], *, as_json: bool) -> int:
    """Go on with each run that waits, and say what came of each; the exit status of them all."""
    from runbook_lib.engine.going_on import waiting_runs

    runs, problems = waiting_runs(profile)
    tell_problems(problems)
    documents, statuses = [], {0}
    for one in runs:
        document, status, cut_short = run_again(one, folders, as_json=as_json)
        documents.append(document)
        statuses.add(status)
        if cut_short:
            break
    if as_json:
        click.echo(json.dumps(documents, indent=2, ensure_ascii=False))
    elif not runs:
        say("No run is open.")
    return 1 if statuses & {1, 2} else max(statuses)


def run_again(
    one: "OpenRun", folders: tuple[Path, ...], *, as_json: bool
) -> tuple[dict[str, Any], int, bool]:
    """Run an open run again, unless that would be in vain.

    What came of it, the exit status of that, and whether a signal has ended it.
    """
    from runbook_lib.engine.going_on import is_over_to_people, left_alone, parameters_of

    if why := left_alone(one):
        if not as_json:
            say(visible(f"· {one.run} is left as it is: {why}"))
        return {"run": one.run, "left": why}, 0 if is_over_to_people(one) else WAITING, False
    try:
        tell = carry_out_quietly if as_json else tell_person
        finished = tell(called(one.runbook, folders), parameters_of(one))
    except RunbookError as error:
        tell_error(error)
        return {"run": one.run, "message": str(error)}, exit_status(error), False
    status = exit_status(finished.error) if finished.error else 0
    return finished.to_dict(), status, finished.cut_short


def tell_person(runbook: str, given: list[str]) -> "Finished":
    """Carry a runbook out with its steps shown as they come; in the end, what came of it."""
    from runbook_lib.engine.headless import carry_out
    from runbook_lib.notebook.catalog import find_runbook

    notebook = find_runbook(runbook).absolute()
    with watching() as watch:
        finished = carry_out(runbook, given, watch=watch)
    if finished.summary is None:  # a session says it behind its profile
        say(f"The runbook is {notebook}")
    if finished.error is not None:
        tell_error(finished.error)
        tell_withheld(finished)
    else:
        say(f"The record is {finished.record}")
    tell_result(finished)
    return finished


def tell_withheld(finished: "Finished") -> None:
    """Say on the operator's own terminal why a private runbook stopped; a log is not told."""
    if finished.withheld and sys.stderr.isatty():
        click.echo(visible(f"Only said here: {finished.withheld}"), err=True)


def tell_result(finished: "Finished") -> None:
    """Say in one line what came of it."""
    if sys.stdout.isatty():
        print_coloured(new_console(), finished.result, finished.outcome, len(finished.result))
    else:
        say(finished.result)


def tell_program(runbook: str, given: list[str]) -> "Finished":
    """Carry a runbook out; print one JSON document in the end."""
    from runbook_lib.engine.finished import Finished

    try:
        finished = carry_out_quietly(runbook, given)
    except RunbookError as error:
        tell_document(Finished("", runbook, None, error, None))
        raise
    tell_document(finished)
    return finished


def carry_out_quietly(runbook: str, given: list[str]) -> "Finished":
    """Carry a runbook out, and show nothing of it."""
    from runbook_lib.engine.headless import carry_out

    return carry_out(runbook, given, watch=NoWatch())


def tell_document(finished: "Finished") -> None:
    """Print what a session came to, for a program."""
    click.echo(json.dumps(finished.to_dict(), indent=2, ensure_ascii=False))
