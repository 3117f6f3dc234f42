"""`runbook confirm`: says from a terminal that a step by hand is done, with its evidence."""

import click

from runbook_lib.cli import answer, digest_option, json_option, told


@click.command()
@click.argument("run")
@click.argument("step")
@click.option("--evidence", default="", help="What shows that it is done, as the step asks for it.")
@click.option("--reason", default="", help="What there is to say; it is kept in the record.")
@digest_option
@click.option("--cannot", is_flag=True, help="It can't be done instead; --reason says why.")
@json_option
@told
def command(
    run: str, step: str, evidence: str, reason: str, digest: str, cannot: bool, as_json: bool
) -> None:
    """Confirm that STEP, which the run RUN asks somebody to do by hand, is done.

    STEP is called as `runbook status` calls it: the words of its title, joined by hyphens, or the
    name that the runbook gives it. Without --digest its text is shown first, and on a terminal it
    is asked whether it is done. A program (--json) has to say the digest.
    """
    from runbook_lib.policy.questions import BY_HAND

    answer(
        run,
        step,
        kind=BY_HAND,
        no=cannot,
        reason=reason,
        evidence="" if cannot else evidence,
        digest=digest,
        as_json=as_json,
    )
