"""`runbook approve`: decides at a gate from a terminal."""

import click

from runbook_lib.cli import told


@click.command()
@click.argument("run")
@click.argument("gate")
@click.option("--reason", required=True, help="Why; it is kept in the record.")
@click.option("--digest", default="", help="The digest that was shown, to be sure of what.")
@click.option("--reject", is_flag=True, help="Reject instead.")
@told
def command(run: str, gate: str, reason: str, digest: str, reject: bool) -> None:
    """Approve what the run RUN asks for at GATE, before or after it stopped to wait."""
    from runbook_lib.approval import decide
    from runbook_lib.gate import Verdict

    verdict: Verdict = "rejected" if reject else "approved"
    click.echo(decide(run, gate, verdict=verdict, reason=reason, short=digest))
