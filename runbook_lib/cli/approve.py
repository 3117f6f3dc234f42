"""`runbook approve`: decides at a gate from a terminal."""

import click

from runbook_lib.cli import answer, digest_option, json_option, told


@click.command()
@click.argument("run")
@click.argument("gate")
@click.option("--reason", required=True, help="Why; it is kept in the record.")
@digest_option
@click.option("--by", default="", help="Whose answer this is, where a program passes it on.")
@click.option("--link", default="", help="Where they have given it: within answers_from.")
@click.option("--reject", is_flag=True, help="Reject instead.")
@json_option
@told
def command(
    run: str,
    gate: str,
    reason: str,
    digest: str,
    by: str,
    link: str,
    reject: bool,
    as_json: bool,
) -> None:
    """Approve what the run RUN asks for at GATE, before or after it stopped to wait.

    Without --digest the text is shown first, and on a terminal it is asked whether it is right;
    runbook show RUN --gate GATE shows just that. What has changed since is not approved. A program
    (--json) has to say the digest. What somebody has answered elsewhere is passed on with --by and
    --link, where the profile trusts that place (answers_from).
    """
    from runbook_lib.policy.questions import GATE
    from runbook_lib.run.approval import PassedOn

    if bool(by) != bool(link) or (by and not digest):
        raise click.UsageError("an answer is passed on with all of --by, --link and --digest")
    answer(
        run,
        gate,
        kind=GATE,
        no=reject,
        reason=reason,
        digest=digest,
        passed_on=PassedOn(by, link) if by else None,
        as_json=as_json,
    )
