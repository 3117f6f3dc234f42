"""`runbook doctor`: what this machine has and lacks for a profile."""

import json
import sys
from dataclasses import asdict

import click

from runbook_lib.cli import json_option, told

HEADS = ("state", "what", "found", "to mend it")


@click.command()
@click.option(
    "--profile", default="sandbox", help="A profile of runbook.toml; by default the sandbox."
)
@json_option
@told
def command(profile: str, as_json: bool) -> None:
    """Say what this machine has and lacks for a profile, and how to mend it; nothing is changed.

    Looked at are git and its signing key, each token and what it may do, whether the profile's
    services answer and how their clocks differ, the archive, JupyterLab and its kernel, the disk.

    Exit status: 0 where nothing is missing, 1 where something is, 2 wrong usage.
    """
    from runbook_lib.doctor.doctor import diagnose
    from runbook_lib.reading.lines import tell

    found = diagnose(profile)
    if as_json:
        documents = [asdict(one) for one in found]
        click.echo(
            json.dumps({"profile": profile, "found": documents}, indent=2, ensure_ascii=False)
        )
    else:
        tell(HEADS, [(one.sign, one.of, one.found, one.mend) for one in found])
    sys.exit(any(one.state == "missing" for one in found))
