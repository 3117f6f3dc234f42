"""`runbook verify`: names the first record that is not as it was written."""

import json
import sys
from pathlib import Path

import click

from runbook_lib.cli import json_option, told


@click.command()
@click.argument("name", metavar="[RUN|SESSION|PACK.zip]", default="")
@click.option("--offline", is_flag=True, help="Ask no remote: what is here is proved.")
@click.option(
    "--signers",
    type=click.Path(path_type=Path),
    help="Whose signatures count, in place of the profiles' lists: an allowed_signers file.",
)
@json_option
@told
def command(name: str, offline: bool, signers: Path | None, as_json: bool) -> None:
    """Prove the archives of this machine, or one run's records, or a pack of `runbook export`.

    Names the first record in which a byte was changed, dropped, reordered or back-dated.
    """
    from runbook_lib.policy.visible import visible
    from runbook_lib.proof.machine import prove_machine

    found = prove_machine(name, offline=offline, signers=signers)
    if as_json:
        click.echo(json.dumps(found.to_dict()))
    else:
        click.echo(visible(str(found)))
    if not found.stands:
        sys.exit(1)
