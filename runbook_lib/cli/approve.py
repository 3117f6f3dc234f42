"""`runbook approve`: decides at a gate from a terminal."""

import json
import sys
from dataclasses import asdict

import click

from runbook_lib.cli import json_option, tell_problems, told
from runbook_lib.errors import UsageError


@click.command()
@click.argument("run")
@click.argument("gate")
@click.option("--reason", required=True, help="Why; it is kept in the record.")
@click.option("--digest", default="", help="The digest that was shown, to be sure of what.")
@click.option("--reject", is_flag=True, help="Reject instead.")
@json_option
@told
def command(run: str, gate: str, reason: str, digest: str, reject: bool, as_json: bool) -> None:
    """Approve what the run RUN asks for at GATE, before or after it stopped to wait.

    Without --digest the text is shown first, and on a terminal it is asked whether it is right;
    runbook show RUN --gate GATE shows just that. What has changed since is not approved. A program
    (--json) has to say the digest.
    """
    from runbook_lib.policy.visible import one_line
    from runbook_lib.reading.finding import Finder
    from runbook_lib.reading.questions import find_asked
    from runbook_lib.run.approval import decide
    from runbook_lib.steps.gate import Verdict

    if as_json and not digest:
        raise UsageError(
            "expected --digest beside --json, found none: take it from "
            "`runbook status --json`, or `runbook show RUN --gate GATE --json`"
        )
    finder = Finder()
    tell_problems(finder.problems)
    asked = find_asked(finder.run(run), gate)
    verdict: Verdict = "rejected" if reject else "approved"
    if not digest:
        click.echo(str(asked))
        if sys.stdin.isatty():
            click.confirm("Reject this?" if reject else "Approve this?", abort=True)
    made = decide(asked.run, gate, verdict=verdict, reason=reason, short=digest or asked.digest)
    if as_json:
        click.echo(json.dumps({"run": asked.run, **asdict(made)}, indent=2, ensure_ascii=False))
    else:
        click.echo(one_line(str(made)))
