"""`runbook waive`: lets a check pass that refused, from a terminal."""

import click

from runbook_lib.cli import answer, digest_option, json_option, told


@click.command()
@click.argument("run")
@click.argument("check")
@click.option("--reason", required=True, help="Why it may pass; it is kept in the record.")
@digest_option
@json_option
@told
def command(run: str, check: str, reason: str, digest: str, as_json: bool) -> None:
    """Let CHECK pass in the run RUN, though it refused: just what it refused last, and no more.

    The profile has to name the check (waivable = ["ci"]), and says who may. Without --digest the
    refusal is shown first, and on a terminal it is asked whether it may pass. A program (--json)
    has to say the digest.
    """
    from runbook_lib.policy.questions import WAIVER

    answer(run, check, kind=WAIVER, reason=reason, digest=digest, as_json=as_json)
