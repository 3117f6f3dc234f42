"""`runbook status`: the runs that are open, and what they wait for."""

import json
from typing import TYPE_CHECKING

import click

from runbook_lib.cli import json_option, offline_option, tell_problems, told

if TYPE_CHECKING:
    from runbook_lib.reading.opened import OpenRun

HEADS = ("since", "state", "run", "waits for", "held by", "next")


@click.command()
@click.argument("name", metavar="[RUN]", default="")
@offline_option
@json_option
@told
def command(name: str, offline: bool, as_json: bool) -> None:
    """Show the runs that are open: what each waits for and since when, and who is at work on it.

    With any part of their names, only those of which RUN is one.
    """
    from runbook_lib.policy.plural import plural
    from runbook_lib.reading.finding import Finder, is_named
    from runbook_lib.reading.lines import tell
    from runbook_lib.reading.open_runs import open_runs

    finder = Finder(offline=offline)
    tell_problems(finder.problems)
    found = [one for one in open_runs(finder.places) if not name or is_named(one.run, name)]
    if name and not (found or finder.runs_named(name)):
        finder.run(name)  # says which runs there are
    if as_json:
        click.echo(json.dumps([one.to_dict() for one in found], indent=2))
    elif found:
        tell(HEADS, map(row, found))
    else:
        click.echo("No run is open.")
    tell_problems(
        f"{place.profile}: not at the archive's remote yet: "
        f"{plural(count, 'private record' if place.private else 'record')}; "
        "runbook recover sends what is missing there"
        for place in finder.places
        if (count := place.unpushed())
    )


def row(one: "OpenRun") -> tuple[str, ...]:
    """An open run as a line."""
    from runbook_lib.reading.lines import sign
    from runbook_lib.reading.times import local

    holder = one.holder
    held = f"{holder.operator} on {holder.host} since {local(holder.since)}" if holder else ""
    return (
        local(one.since),
        sign(one.state),
        f"{one.run or f'{one.runbook} ({one.session})'}{' (private)' if one.private else ''}",
        waits_for(one),
        f"{held}{', silent' if one.silent else ''}",
        one.advice,
    )


def waits_for(one: "OpenRun") -> str:
    """What a run waits for, in words, and what is wrong with its notebook."""
    gone = f"; its notebook had lost the gate {one.gone}" if one.gone else ""
    waived = f"; waived: {one.waived}" if one.waived else ""
    return f"{waiting_for(one)}{gone}{waived}"


def waiting_for(one: "OpenRun") -> str:
    """What a run waits for, in words."""
    from runbook_lib.policy.questions import words_of

    if one.asked is not None:
        how_far = f" ({one.asked.how_far})" if one.asked.how_far else ""
        noun = words_of(one.asked.kind).noun
        where = f" (or a comment: {one.asked.by_comment})" if one.asked.comments else ""
        return f"{noun} {one.asked.gate} {one.asked.digest:.12}: {one.asked.title}{how_far}{where}"
    if one.step is not None:
        detail = one.step.detail.strip().partition("\n")[0]
        return f"{one.step.announced or one.step.title}{f': {detail}' if detail else ''}"
    return one.problem or one.stopped.partition("\n")[0]
