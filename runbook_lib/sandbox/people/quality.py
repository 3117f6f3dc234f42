"""QA: load-tests what is on stage, asks for production, and approves a team's pushes."""

from runbook_lib.sandbox.people.push_quality import answer_push, asks_quality
from runbook_lib.sandbox.people.shift import Duty, Shift, TooEarly, part_of
from runbook_lib.sandbox.people.ticket import deployed_version, find_ticket
from runbook_lib.sandbox.world.world import Happening

LOGIN, ME = "qa", "qa@sandbox.example"


def is_asked(happening: Happening) -> bool:
    """Whether QA is asked for information on a bug."""
    return bool(happening.data["requestee"] == ME)


def is_mentioned(happening: Happening) -> bool:
    """Whether somebody else has mentioned QA on an issue."""
    return happening.who != LOGIN and LOGIN in happening.data.get("mentions", ())


def load_test(shift: Shift) -> None:
    """Answer with a load test's result once stage has the version; then ask for production."""
    ticket = find_ticket(shift)
    if ticket is None or ticket.environment != "stage":
        return
    running = deployed_version(shift, ticket, "stage")
    if running.get("version") != ticket.version:
        raise TooEarly(f"stage runs {running.get('version')}, not {ticket.version}")
    what = f"{ticket.project} {ticket.version} ({running['commit'][:9]}) on stage"
    if shift.willing:
        text = f"load test passed: {what}, 600 requests a second for 30 minutes, no errors"
        ticket.desk.answer(text, passed=True)
        title = f"Please deploy {ticket.project} {ticket.version} to PRODUCTION"
        ticket.desk.file(title, f"The load test on stage passed: see {ticket.desk.named}.")
    else:
        text = f"load test failed: {what}, 3.1 % of the requests timed out"
        ticket.desk.answer(text, passed=False)


QUALITY = part_of(
    LOGIN,
    LOGIN,
    {
        "needinfo": Duty(is_asked, load_test),
        "issue_comment": Duty(is_mentioned, load_test),
        "jira_comment": Duty(is_mentioned, load_test),
        "approval": Duty(asks_quality, answer_push),
    },
)
