"""What issues and pull requests have in common: numbers, labels, milestones, people."""

import json
from typing import Any
from urllib.parse import quote

from runbook_lib.sandbox.services.github.accounts import (
    account_by_id,
    show_account,
    show_account_by_id,
)
from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.refusal import invalid, refuse_long

LONGEST_TITLE = 256
LONGEST_BODY = 65_536

Row = dict[str, Any]


def next_number(call: Call, table: str = "github_issue") -> int:
    """The number that the repository's next issue, pull request or milestone gets."""
    query = f"SELECT max(number) AS n FROM {table} WHERE repository = ?"
    return int((call.one(query, call.repository.id) or {})["n"] or 0) + 1


def refuse_long_texts(call: Call) -> None:
    """Refuse a title or a text that is longer than GitHub takes, of issues and pull requests."""
    refuse_long("Issue", "title", str(call.said.get("title") or ""), LONGEST_TITLE)
    refuse_long("Issue", "body", call.text("body"), LONGEST_BODY)


def add_issue(call: Call, title: str, body: str | None) -> int:
    """Open an issue, or what a pull request is as one; the row's number."""
    refuse_long_texts(call)
    return call.add(
        "github_issue",
        repository=call.repository.id,
        number=next_number(call),
        title=title,
        body=body,
        author=call.caller.id,
        created_at=call.now,
        updated_at=call.now,
    )


def show_common(call: Call, row: Row) -> dict[str, Any]:
    """What an issue and a pull request show alike."""
    assignees = [show_account_by_id(call, one) for one in json.loads(row["assignees"])]
    return {
        "id": row["id"],
        "number": row["number"],
        "state": row["state"],
        "locked": False,
        "active_lock_reason": None,
        "title": row["title"],
        "body": row["body"],
        "user": show_account_by_id(call, row["author"]),
        "labels": [show_label(call, label) for label in labels_of(call, row["id"])],
        "milestone": show_milestone_by_id(call, row["milestone"]),
        "assignee": assignees[0] if assignees else None,
        "assignees": assignees,
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "closed_at": row["closed_at"],
        "author_association": association(call, row["author"]),
    }


def association(call: Call, number: int) -> str:
    """How an account stands to the repository."""
    account = account_by_id(call, number)
    if account is None:
        return "NONE"
    if account.login == call.repository.owner:
        return "OWNER"
    return "MEMBER" if account.permission in ("write", "admin") else "NONE"


def labels_of(call: Call, issue: int) -> list[Row]:
    """The labels of an issue or pull request, by name."""
    return call.all(
        "SELECT label.* FROM github_label AS label JOIN github_issue_label AS pair"
        " ON pair.label = label.id WHERE pair.issue = ? ORDER BY label.name",
        issue,
    )


def show_label(call: Call, row: Row) -> dict[str, Any]:
    """A label."""
    return {
        "id": row["id"],
        "node_id": f"LA_{row['id']}",
        "url": f"{call.links.repository}/labels/{quote(row['name'])}",
        "name": row["name"],
        "description": row["description"],
        "color": row["color"],
        "default": False,
    }


def show_whole_label(call: Call, row: Row) -> dict[str, Any]:
    """A label that was asked for itself; none is ever archived here."""
    return {**show_label(call, row), "archived_at": None, "archived_by": None}


def label_id(call: Call, name: str) -> int:
    """The label of that name, made where there is none."""
    call.change(
        "INSERT OR IGNORE INTO github_label (repository, name, color) VALUES (?, ?, 'ededed')",
        call.repository.id,
        name,
    )
    query = "SELECT id FROM github_label WHERE repository = ? AND name = ?"
    return int((call.one(query, call.repository.id, name) or {})["id"])


def add_labels(call: Call, issue: int, names: list[str]) -> None:
    """Put labels on an issue."""
    for name in names:
        call.change(
            "INSERT OR IGNORE INTO github_issue_label VALUES (?, ?)", issue, label_id(call, name)
        )


def set_labels(call: Call, issue: int, names: list[str]) -> None:
    """Put these labels on an issue, and no others."""
    call.change("DELETE FROM github_issue_label WHERE issue = ?", issue)
    add_labels(call, issue, names)


def read_assignees(call: Call) -> str:
    """The accounts that a request assigns, as the column keeps them."""
    logins = call.texts("assignees") or call.texts("assignee")
    accounts = [call.world.account(login) for login in logins]
    if not all(accounts):
        raise invalid("Issue", "assignees")
    return json.dumps([one.id for one in accounts if one])


def show_milestone_by_id(call: Call, number: int | None) -> dict[str, Any] | None:
    """The milestone of a row's number, or None."""
    row = call.one("SELECT * FROM github_milestone WHERE id = ?", number) if number else None
    return show_milestone(call, row) if row else None


def show_milestone(call: Call, row: Row) -> dict[str, Any]:
    """A milestone, with how many issues it has."""
    url = f"{call.links.repository}/milestones/{row['number']}"
    states = call.all("SELECT state FROM github_issue WHERE milestone = ?", row["id"])
    creator = account_by_id(call, row["creator"])
    return {
        "url": url,
        "html_url": call.links.page("milestone", row["number"]),
        "labels_url": f"{url}/labels",
        "id": row["id"],
        "node_id": f"MI_{row['id']}",
        "number": row["number"],
        "state": row["state"],
        "title": row["title"],
        "description": row["description"],
        "creator": show_account(call, creator) if creator else None,
        "open_issues": sum(one["state"] == "open" for one in states),
        "closed_issues": sum(one["state"] == "closed" for one in states),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "closed_at": row["closed_at"],
        "due_on": row["due_on"],
    }
