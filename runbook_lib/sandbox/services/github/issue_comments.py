"""Comments on issues and pull requests."""

import re
from datetime import datetime, timedelta
from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_id
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.issue_rows import LONGEST_BODY, Row, association
from runbook_lib.sandbox.services.github.issues import need_issue
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refusal import (
    invalid,
    must_be_admin,
    not_found,
    refuse_long,
)

MENTION = re.compile(r"(?<![\w`])@([A-Za-z0-9-]+)")
SELECT = """
    SELECT comment.*, issue.number, pull.id AS pull FROM github_comment AS comment
    JOIN github_issue AS issue ON issue.id = comment.issue
    LEFT JOIN github_pull AS pull ON pull.id = issue.id WHERE issue.repository = ?
"""


def show_comment(call: Call, row: Row) -> dict[str, Any]:
    """A comment."""
    kind = "pull" if row["pull"] else "issues"
    return {
        "id": row["id"],
        "node_id": f"IC_{row['id']}",
        "url": f"{call.links.repository}/issues/comments/{row['id']}",
        "html_url": f"{call.links.page(kind, row['number'])}#issuecomment-{row['id']}",
        "issue_url": f"{call.links.repository}/issues/{row['number']}",
        "user": show_account_by_id(call, row["author"]),
        "body": row["body"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "author_association": association(call, row["author"]),
        "performed_via_github_app": None,
    }


def need_comment(call: Call, number: int) -> Row:
    """The comment of that number."""
    row = call.one(f"{SELECT} AND comment.id = ?", call.repository.id, number)
    if row is None:
        raise not_found()
    return row


def list_comments(call: Call) -> Answer:
    """The comments of an issue, the oldest first."""
    query = f"{SELECT} AND issue.id = ? ORDER BY comment.id"
    rows = call.all(query, call.repository.id, need_issue(call)["id"])
    return paged(call, rows, lambda row: show_comment(call, row))


def read_body(call: Call) -> str:
    """A request's text."""
    body = call.needed_text("body")
    if not body.strip():
        raise invalid("IssueComment", "body", "missing_field")
    refuse_long("IssueComment", "body", body, LONGEST_BODY)
    return body


def create_comment(call: Call) -> Answer:
    """Comment on an issue or pull request."""
    issue, body = need_issue(call), read_body(call)
    number = call.add(
        "github_comment",
        issue=issue["id"],
        author=call.caller.id,
        body=body,
        created_at=call.now,
        updated_at=call.now,
    )
    call.update("github_issue", issue["id"], updated_at=call.now)
    shown = show_comment(call, need_comment(call, number))
    what = f"commented on #{issue['number']}: {issue['title']}"
    named = MENTION.findall(body)
    call.tell("issue_comment", what, shown["html_url"], number=issue["number"], mentions=named)
    return Answer(shown, 201, {"Location": shown["url"]})


def get_comment(call: Call) -> Answer:
    """One comment, by its number."""
    return Answer(show_comment(call, need_comment(call, call.number("comment_id"))))


def own_comment(call: Call) -> Row:
    """The comment that the path names; a refusal for who may neither write nor has written it."""
    row = need_comment(call, call.number("comment_id"))
    if row["author"] != call.caller.id and not call.writes:
        raise must_be_admin()
    return row


def update_comment(call: Call) -> Answer:
    """Change a comment's text: it shows by its `updated_at`, where time stands still too."""
    row, body = own_comment(call), read_body(call)
    made = datetime.fromisoformat(row["created_at"])
    later = f"{made + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
    call.update("github_comment", row["id"], body=body, updated_at=max(call.now, later))
    return Answer(show_comment(call, need_comment(call, row["id"])))


def delete_comment(call: Call) -> Answer:
    """Delete a comment."""
    call.change("DELETE FROM github_comment WHERE id = ?", own_comment(call)["id"])
    return Answer(status=204)


OF_ISSUE = "/repos/{owner}/{repo}/issues/{issue_number:int}/comments"
ONE = "/repos/{owner}/{repo}/issues/comments/{comment_id:int}"
DOCS = "issues/comments#"
ENDPOINTS = (
    Endpoint("GET", OF_ISSUE, list_comments, f"{DOCS}list-issue-comments"),
    Endpoint("POST", OF_ISSUE, create_comment, f"{DOCS}create-an-issue-comment", "read"),
    Endpoint("GET", ONE, get_comment, f"{DOCS}get-an-issue-comment"),
    Endpoint("PATCH", ONE, update_comment, f"{DOCS}update-an-issue-comment", "read"),
    Endpoint("DELETE", ONE, delete_comment, f"{DOCS}delete-an-issue-comment", "read"),
)
