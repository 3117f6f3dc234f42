"""Issues; every pull request is one, too."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_id
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.issue_rows import (
    Row,
    add_issue,
    add_labels,
    labels_of,
    read_assignees,
    refuse_long_texts,
    set_labels,
    show_common,
    show_whole_label,
)
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.pull_rows import mark_closed, pull_rows
from runbook_lib.sandbox.services.github.refusal import invalid, not_found, wrong_type

SELECT = """
    SELECT issue.*, pull.merged_at, pull.draft, pull.id AS pull FROM github_issue AS issue
    LEFT JOIN github_pull AS pull ON pull.id = issue.id WHERE issue.repository = ?
"""
ASSIGNING = {"assignee", "assignees"}
REASONS = ("completed", "not_planned", "reopened", "duplicate", "")


def issue_rows(call: Call) -> list[Row]:
    """All issues and pull requests, the newest first."""
    pull_rows(call)
    return call.all(f"{SELECT} ORDER BY issue.number DESC", call.repository.id)


def need_issue(call: Call) -> Row:
    """The issue that the path names."""
    number = call.number("issue_number")
    row = next((row for row in issue_rows(call) if row["number"] == number), None)
    if row is None:
        raise not_found()
    return row


def show_issue(call: Call, row: Row) -> dict[str, Any]:
    """An issue in a list."""
    url = f"{call.links.repository}/issues/{row['number']}"
    comments = call.one("SELECT count(*) AS n FROM github_comment WHERE issue = ?", row["id"])
    kind = "pull" if row["pull"] else "issues"
    return {
        **show_common(call, row),
        "node_id": f"I_{row['id']}",
        "url": url,
        "repository_url": call.links.repository,
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "html_url": call.links.page(kind, row["number"]),
        "comments": comments["n"] if comments else 0,
        "state_reason": row["state_reason"],
        "performed_via_github_app": None,
        **(pull_part(call, row) if row["pull"] else {}),
    }


def pull_part(call: Call, row: Row) -> dict[str, Any]:
    """What an issue says of the pull request that it is."""
    page = call.links.page("pull", row["number"])
    part = {
        "url": f"{call.links.repository}/pulls/{row['number']}",
        "html_url": page,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "merged_at": row["merged_at"],
    }
    return {"draft": bool(row["draft"]), "pull_request": part}


def show_whole_issue(call: Call, row: Row) -> dict[str, Any]:
    """An issue asked for by its number."""
    return {**show_issue(call, row), "closed_by": show_account_by_id(call, row["closed_by"])}


def list_issues(call: Call) -> Answer:
    """The issues and pull requests: open ones unless `state` says otherwise."""
    state, labels = call.query("state", "open"), call.query("labels")
    wanted = {label.strip().lower() for label in labels.split(",") if label.strip()}
    rows = [row for row in issue_rows(call) if state in ("all", row["state"])]
    rows = [row for row in rows if wanted <= label_names(call, row)]
    rows = [row for row in rows if fits_milestone(call, row) and fits_people(call, row)]
    upward = call.query("direction") == "asc"
    return paged(call, rows[::-1] if upward else rows, lambda row: show_issue(call, row))


def label_names(call: Call, row: Row) -> set[str]:
    """The names of an issue's labels, in small letters."""
    return {label["name"].lower() for label in labels_of(call, row["id"])}


def fits_milestone(call: Call, row: Row) -> bool:
    """Whether an issue is in the milestone that is asked for: a number, `none` or `*`."""
    asked = call.query("milestone")
    if asked in ("", "*", "none"):
        return asked == "" or (row["milestone"] is None) == (asked == "none")
    found = call.one("SELECT number FROM github_milestone WHERE id = ?", row["milestone"])
    return found is not None and str(found["number"]) == asked


def fits_people(call: Call, row: Row) -> bool:
    """Whether an issue was opened by who is asked for."""
    asked = call.query("creator")
    account = call.world.account(asked) if asked else None
    return not asked or (account is not None and account.id == row["author"])


def get_issue(call: Call) -> Answer:
    """One issue or pull request."""
    return Answer(show_whole_issue(call, need_issue(call)))


def create_issue(call: Call) -> Answer:
    """Open an issue; labels and the like are heeded from those who may push."""
    if not str(call.said.get("title") or "").strip():
        raise invalid("Issue", "title", "missing_field")
    number = add_issue(call, str(call.said["title"]), call.text("body") or None)
    if call.writes:
        set_labels(call, number, read_labels(call))
        milestone = read_milestone(call)
        call.update("github_issue", number, milestone=milestone, assignees=read_assignees(call))
    row = next(row for row in issue_rows(call) if row["id"] == number)
    link = call.links.page("issues", row["number"])
    call.tell("issue", f"opened issue #{row['number']}: {row['title']}", link, number=row["number"])
    shown = show_whole_issue(call, row)
    return Answer(shown, 201, {"Location": shown["url"]})


def read_labels(call: Call) -> list[str]:
    """The names of labels in a request: texts, or objects with a name."""
    said = call.said.get("labels") or []
    if not isinstance(said, list):
        raise wrong_type("labels", said, "array")
    names = [one.get("name") if isinstance(one, dict) else one for one in said]
    if not all(isinstance(name, str) and name for name in names):
        raise invalid("Issue", "labels")
    return [str(name) for name in names]


def read_milestone(call: Call) -> int | None:
    """The row of the milestone whose number a request names, or None."""
    number = call.said.get("milestone")
    if number is None:
        return None
    if not isinstance(number, int | str) or len(str(number)) > 15:
        raise wrong_type("milestone", number, "integer")
    query = "SELECT id FROM github_milestone WHERE repository = ? AND number = ?"
    row = call.one(query, call.repository.id, number)
    if row is None:
        raise invalid("Issue", "milestone")
    return int(row["id"])


def update_issue(call: Call) -> Answer:
    """Change an issue or pull request."""
    row = need_issue(call)
    if "title" in call.said and not call.text("title").strip():
        raise invalid("Issue", "title", "missing_field")
    refuse_long_texts(call)
    state = chosen(call, "state", ("open", "closed"), row["state"], "Issue")
    if "labels" in call.said:
        set_labels(call, row["id"], read_labels(call))
    call.update(
        "github_issue",
        row["id"],
        title=call.text("title", row["title"]),
        body=call.text("body") or None if "body" in call.said else row["body"],
        milestone=read_milestone(call) if "milestone" in call.said else row["milestone"],
        assignees=read_assignees(call) if ASSIGNING & call.said.keys() else row["assignees"],
        updated_at=call.now,
    )
    if state != row["state"]:
        turn(call, row, state)
    return Answer(show_whole_issue(call, need_issue(call)))


def turn(call: Call, row: Row, state: str) -> None:
    """Close an issue or open it again."""
    if state == "closed" and row["pull"]:
        return mark_closed(call, row, who=call.caller.login)
    shut = state == "closed"
    reason = chosen(call, "state_reason", REASONS, "completed" if shut else "reopened", "Issue")
    call.update(
        "github_issue",
        row["id"],
        state=state,
        state_reason=reason or None,
        closed_at=call.now if shut else None,
        closed_by=call.caller.id if shut else None,
    )
    return None


def add_issue_labels(call: Call) -> Answer:
    """Put more labels on an issue."""
    issue = need_issue(call)["id"]
    add_labels(call, issue, read_labels(call))
    return Answer([show_whole_label(call, row) for row in labels_of(call, issue)])


ISSUES = "/repos/{owner}/{repo}/issues"
ISSUE = f"{ISSUES}/{{issue_number:int}}"
DOCS = "issues/issues#"
ENDPOINTS = (
    Endpoint("GET", ISSUES, list_issues, f"{DOCS}list-repository-issues"),
    Endpoint("POST", ISSUES, create_issue, f"{DOCS}create-an-issue", "read", "issues=write"),
    Endpoint("GET", ISSUE, get_issue, f"{DOCS}get-an-issue"),
    Endpoint("PATCH", ISSUE, update_issue, f"{DOCS}update-an-issue", "write", "issues=write"),
    Endpoint(
        "POST",
        f"{ISSUE}/labels",
        add_issue_labels,
        "issues/labels#add-labels-to-an-issue",
        "write",
        "issues=write",
        "labels",
    ),
)
