"""`runbook approve`: decides at a gate from a terminal."""

import click

from runbook_lib.cli import answer, digest_option, json_option, told


@click.command()
@click.argument("run")
@click.argument("gate")
@click.option("--reason", required=True, help="Why; it is kept in the record.")
@digest_option
@click.option("--reject", is_flag=True, help="Reject instead.")
@json_option
@told
def command(run: str, gate: str, reason: str, digest: str, reject: bool, as_json: bool) -> None:
    """Approve what the run RUN asks for at GATE, before or after it stopped to wait.

    Without --digest the text is shown first, and on a terminal it is asked whether it is right;
    runbook show RUN --gate GATE shows just that. What has changed since is not approved. A program
    (--json) has to say the digest.
    """
    from runbook_lib.policy.questions import GATE

    answer(run, gate, kind=GATE, no=reject, reason=reason, digest=digest, as_json=as_json)
