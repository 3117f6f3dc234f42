"""`runbook log`: past sessions, newest first."""

import json

import click

from runbook_lib.cli import json_option, offline_option, tell_problems, told

OUTCOMES = ("done", "abandoned", "planned", "waiting", "refused", "failed", "unknown", "alive")
HEADS = ("started", "outcome", "run", "operator", "took", "session", "")


@click.command()
@click.option("--runbook", default="", help="Of this runbook only.")
@click.option("--run", default="", help="Of this run only; its name may be shortened.")
@click.option("--operator", default="", help="Of this person or account only.")
@click.option("--outcome", type=click.Choice(OUTCOMES), help="That came to this only.")
@click.option("--since", default="", help="Begun then or later: 2026-11-23, 36h, 7d.")
@click.option("--until", default="", help="Begun before then.")
@click.option("--text", default="", help="With this in what was announced, or in a name.")
@click.option(
    "-n", "--limit", type=click.IntRange(0), default=25, show_default=True, help="0 is all."
)
@offline_option
@json_option
@told
def command(
    runbook: str,
    run: str,
    operator: str,
    outcome: str | None,
    since: str,
    until: str,
    text: str,
    limit: int,
    offline: bool,
    as_json: bool,
) -> None:
    """List past sessions, newest first, of all archives and of this machine."""
    from runbook_lib.archive import Wanted
    from runbook_lib.reading.finding import Finder
    from runbook_lib.reading.lines import tell
    from runbook_lib.reading.listing import list_sessions, stream, with_given
    from runbook_lib.reading.times import parse_moment

    finder = Finder(offline=offline)
    tell_problems(finder.problems)
    first, last = (parse_moment(moment) if moment else None for moment in (since, until))
    whole = finder.run(run).name if run else ""
    wanted = Wanted(runbook, whole, operator, outcome or "", first, last, text)
    if as_json:
        found = with_given(list_sessions(finder.places, wanted, limit or None), finder.places)
        click.echo(json.dumps([one.to_dict() for one in found], indent=2))
    else:
        tell(HEADS, (one.row() for one in stream(finder.places, wanted, limit or None)))
