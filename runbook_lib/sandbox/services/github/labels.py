"""Labels, of the repository and of each issue."""

from sqlite3 import IntegrityError

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.issue_rows import (
    Row,
    add_labels,
    labels_of,
    set_labels,
    show_whole_label,
)
from runbook_lib.sandbox.services.github.issues import need_issue, read_labels
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refusal import Refusal, invalid, not_found


def need_label(call: Call) -> Row:
    """The label that the path names."""
    query = "SELECT * FROM github_label WHERE repository = ? AND name = ?"
    row = call.one(query, call.repository.id, call.path("name"))
    if row is None:
        raise not_found()
    return row


def list_labels(call: Call) -> Answer:
    """The labels of the repository, by name."""
    query = "SELECT * FROM github_label WHERE repository = ? ORDER BY name"
    return paged(call, call.all(query, call.repository.id), lambda row: show_whole_label(call, row))


def get_label(call: Call) -> Answer:
    """One label."""
    return Answer(show_whole_label(call, need_label(call)))


def create_label(call: Call) -> Answer:
    """Make a label."""
    name, color = call.needed_text("name"), call.text("color", "ededed")
    description = call.text("description") or None
    if len(color) != 6 or not all(one in "0123456789abcdefABCDEF" for one in color):
        raise invalid("Label", "color")
    values = {"name": name, "color": color, "description": description}
    try:
        call.add("github_label", repository=call.repository.id, **values)
    except IntegrityError:
        raise invalid("Label", "name", "already_exists") from None
    query = "SELECT * FROM github_label WHERE repository = ? AND name = ?"
    shown = show_whole_label(call, call.one(query, call.repository.id, name) or {})
    return Answer(shown, 201, {"Location": shown["url"]})


def list_issue_labels(call: Call) -> Answer:
    """The labels of an issue."""
    rows = labels_of(call, need_issue(call)["id"])
    return paged(call, rows, lambda row: show_whole_label(call, row))


def add_issue_labels(call: Call) -> Answer:
    """Put more labels on an issue."""
    issue = need_issue(call)["id"]
    add_labels(call, issue, read_labels(call))
    return Answer([show_whole_label(call, row) for row in labels_of(call, issue)])


def set_issue_labels(call: Call) -> Answer:
    """Put other labels on an issue in place of those it has."""
    issue = need_issue(call)["id"]
    set_labels(call, issue, read_labels(call))
    return Answer([show_whole_label(call, row) for row in labels_of(call, issue)])


def remove_issue_label(call: Call) -> Answer:
    """Take a label from an issue."""
    issue, name = need_issue(call)["id"], call.path("name").lower()
    row = next((one for one in labels_of(call, issue) if one["name"].lower() == name), None)
    if row is None:
        raise Refusal(404, "Label does not exist")
    strike = "DELETE FROM github_issue_label WHERE issue = ? AND label = ?"
    call.change(strike, issue, row["id"])
    return Answer([show_whole_label(call, one) for one in labels_of(call, issue)])


LABELS = "/repos/{owner}/{repo}/labels"
OF_ISSUE = "/repos/{owner}/{repo}/issues/{issue_number:int}/labels"
DOCS = "issues/labels#"
NEEDS = "issues=write"
ENDPOINTS = (
    Endpoint("GET", LABELS, list_labels, f"{DOCS}list-labels-for-a-repository"),
    Endpoint("POST", LABELS, create_label, f"{DOCS}create-a-label", "write", NEEDS),
    Endpoint("GET", f"{LABELS}/{{name}}", get_label, f"{DOCS}get-a-label"),
    Endpoint("GET", OF_ISSUE, list_issue_labels, f"{DOCS}list-labels-for-an-issue"),
    Endpoint(
        "POST",
        OF_ISSUE,
        add_issue_labels,
        f"{DOCS}add-labels-to-an-issue",
        "write",
        NEEDS,
        "labels",
    ),
    Endpoint(
        "PUT",
        OF_ISSUE,
        set_issue_labels,
        f"{DOCS}set-labels-for-an-issue",
        "write",
        NEEDS,
        "labels",
    ),
    Endpoint(
        "DELETE",
        f"{OF_ISSUE}/{{name}}",
        remove_issue_label,
        f"{DOCS}remove-a-label-from-an-issue",
        "write",
        NEEDS,
    ),
)
