"""`runbook recover`: brings sessions that have died to their end."""

import json
import sys

import click

from runbook_lib.cli import json_option, told


@click.command()
@json_option
@told
def command(as_json: bool) -> None:
    """Close and archive the sessions that have died here, and push what is not pushed yet."""
    from runbook_lib.run.recovery import recover_machine

    found, pushed = recover_machine()
    if as_json:
        click.echo(json.dumps({"sessions": [one.to_dict() for one in found], "remotes": pushed}))
    else:
        click.echo("\n".join([*map(str, found), *pushed]) or "There was nothing to recover.")
    if any(one.problem for one in found):
        sys.exit(1)
