"""Milestones."""

from sqlite3 import IntegrityError

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.issue_rows import Row, next_number, show_milestone
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refusal import invalid, not_found


def need_milestone(call: Call, number: int) -> Row:
    """The milestone of that number."""
    query = "SELECT * FROM github_milestone WHERE repository = ? AND number = ?"
    row = call.one(query, call.repository.id, number)
    if row is None:
        raise not_found()
    return row


def list_milestones(call: Call) -> Answer:
    """The milestones: open ones unless `state` says otherwise."""
    state = call.query("state", "open")
    query = "SELECT * FROM github_milestone WHERE repository = ? ORDER BY number"
    rows = [row for row in call.all(query, call.repository.id) if state in ("all", row["state"])]
    return paged(call, rows, lambda row: show_milestone(call, row))


def create_milestone(call: Call) -> Answer:
    """Make a milestone."""
    title, number = call.needed_text("title"), next_number(call, "github_milestone")
    try:
        call.add(
            "github_milestone",
            repository=call.repository.id,
            number=number,
            title=title,
            description=call.text("description") or None,
            due_on=call.text("due_on") or None,
            creator=call.caller.id,
            created_at=call.now,
            updated_at=call.now,
        )
    except IntegrityError:
        raise invalid("Milestone", "title", "already_exists") from None
    shown = show_milestone(call, need_milestone(call, number))
    return Answer(shown, 201, {"Location": shown["url"]})


ALL = "/repos/{owner}/{repo}/milestones"
DOCS = "issues/milestones#"
NEEDS = "issues=write"
ENDPOINTS = (
    Endpoint("GET", ALL, list_milestones, f"{DOCS}list-milestones"),
    Endpoint("POST", ALL, create_milestone, f"{DOCS}create-a-milestone", "write", NEEDS),
)
