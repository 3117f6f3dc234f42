"""QA: load-tests what is on stage, asks for production, and approves a team's pushes."""

from runbook_lib.sandbox.people.shift import Duty, Shift, TooEarly, part_of
from runbook_lib.sandbox.people.ticket import deployed_version, find_ticket
from runbook_lib.sandbox.people.train import running_tag
from runbook_lib.sandbox.samples.team.week import Train, read_train, tag_key
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


def asks_quality(happening: Happening) -> bool:
    """Whether somebody asks for an approval that is QA's to give."""
    return happening.data["state"] == "pending" and happening.data.get("of") == "qa"


def answer_push(shift: Shift) -> None:
    """Approve a push that stage shows just as it is asked for, or reject it with a reason."""
    path = f"/sandbox/approvals/{shift.job.data['id']}"
    asked = shift.get(path)
    if asked is None or asked["state"] != "pending":
        return
    train = read_train(f"{asked['title']}\n{asked['text']}")
    reason = objection(shift, train)
    if reason:
        shift.send("PATCH", path, {"state": "rejected", "reason": reason})
        return
    for name, tag in train.tags:
        if (shown := running_tag(shift, "stage", name)) != tag:
            raise TooEarly(f"stage shows {name} {shown}, not {tag}")
    tested = ", ".join(f"{name} {tag}" for name, tag in train.tags)
    body = {"state": "approved", "reason": f"Tested on stage: {tested}."}
    shift.send("PATCH", path, body)


def objection(shift: Shift, train: Train) -> str:
    """Why QA says no; empty where it does not."""
    if not shift.willing:
        return "On stage the newest sightings are missing from the list: please don't push this."
    if not train.tags:
        return "Please name each repository with its tag, as in: server 2026.03.12."
    for name, tag in train.tags:
        shown = running_tag(shift, "stage", name)
        if tag_key(shown) > tag_key(tag):
            return f"Stage shows {name} {shown} by now, not {tag}: please ask for that."
    return ""


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
