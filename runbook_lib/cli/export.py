"""`runbook export`: a run's records, and all that proves them, as one zip."""

import json
from pathlib import Path

import click

from runbook_lib.cli import json_option, told


@click.command()
@click.argument("run")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="The zip to write."
)
@click.option("--offline", is_flag=True, help="Ask no remote: what is here is packed.")
@click.option("--private", is_flag=True, help="Also where the run is a private one.")
@json_option
@told
def command(run: str, output: Path | None, offline: bool, private: bool, as_json: bool) -> None:
    """Write an audit pack of the run RUN, which `runbook verify FILE.zip` proves without a network.

    It has who asked, who approved what, what was tested and done, and the evidence.
    """
    from runbook_lib.policy.visible import visible
    from runbook_lib.proof.machine import export

    found = export(run, output, offline=offline, private=private)
    click.echo(json.dumps(found.to_dict()) if as_json else visible(str(found)))
