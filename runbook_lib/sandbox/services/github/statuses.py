"""Commit statuses, one by one and combined."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_id
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.commits import need_commit
from runbook_lib.sandbox.services.github.objects import SHA, find_commit
from runbook_lib.sandbox.services.github.pages import link_header, paged
from runbook_lib.sandbox.services.github.refusal import (
    contradicted,
    invalid,
    refuse_long,
    unprocessable,
)
from runbook_lib.sandbox.services.github.repositories import show_minimal_repository

STATES = ("error", "failure", "pending", "success")
LONGEST_DESCRIPTION = 140
MOST_OF_ONE_CONTEXT = 1000

Row = dict[str, Any]


def show_short_status(call: Call, row: Row) -> dict[str, Any]:
    """A status within the combined one."""
    return {
        "url": f"{call.links.repository}/statuses/{row['sha']}",
        "avatar_url": f"{call.links.base}/avatars/u/{row['creator']}",
        "id": row["id"],
        "node_id": f"SC_{row['id']}",
        "state": row["state"],
        "description": row["description"],
        "target_url": row["target_url"],
        "context": row["context"],
        "created_at": row["created_at"],
        "updated_at": row["created_at"],
    }


def show_status(call: Call, row: Row) -> dict[str, Any]:
    """A status, with who set it."""
    return {**show_short_status(call, row), "creator": show_account_by_id(call, row["creator"])}


def statuses_of(call: Call, sha: str) -> list[Row]:
    """All statuses of a commit, the newest first."""
    query = "SELECT * FROM github_status WHERE repository = ? AND sha = ? ORDER BY id DESC"
    return call.all(query, call.repository.id, sha)


def latest_of(rows: list[Row]) -> list[Row]:
    """The last status of each context, the newest first."""
    latest: dict[str, Row] = {}
    for row in rows:
        latest.setdefault(row["context"].lower(), row)
    return list(latest.values())


def combined_state(rows: list[Row]) -> str:
    """Failure if any failed, pending if none is there or any is pending, else success."""
    states = {row["state"] for row in rows}
    if states & {"error", "failure"}:
        return "failure"
    return "success" if states == {"success"} else "pending"


def create_status(call: Call) -> Answer:
    """Set a status of a commit."""
    sha = call.path("sha")
    if not SHA.fullmatch(sha) or find_commit(call.folder, sha) is None:
        raise unprocessable(f"No commit found for SHA: {sha}")
    if "state" not in call.said:
        raise invalid("Status", "state", "missing_field")
    state = chosen(call, "state", STATES, "", "Status")
    context, description = call.text("context", "default"), call.text("description")
    refuse_long("Status", "description", description, LONGEST_DESCRIPTION)
    refuse_flood(call, sha, context)
    number = call.add(
        "github_status",
        repository=call.repository.id,
        sha=sha,
        state=state,
        context=context,
        description=description or None,
        target_url=call.text("target_url") or None,
        creator=call.caller.id,
        created_at=call.now,
    )
    call.tell("status", f"{context} is {state} on {sha[:9]}", sha=sha, context=context, state=state)
    row = call.one("SELECT * FROM github_status WHERE id = ?", number) or {}
    shown = show_status(call, row)
    return Answer(shown, 201, {"Location": shown["url"]})


def refuse_flood(call: Call, sha: str, context: str) -> None:
    """A commit takes a thousand statuses of one context."""
    same = [row for row in statuses_of(call, sha) if row["context"] == context]
    if len(same) >= MOST_OF_ONE_CONTEXT:
        message = "This SHA and context has reached the maximum number of statuses."
        raise contradicted("Status", message)


def list_statuses(call: Call) -> Answer:
    """All statuses of a commit, the newest first."""
    sha = need_commit(call, call.path("ref")).sha
    return paged(call, statuses_of(call, sha), lambda row: show_status(call, row))


def get_combined_status(call: Call) -> Answer:
    """What a commit's statuses come to."""
    sha = need_commit(call, call.path("ref")).sha
    rows = latest_of(statuses_of(call, sha))
    start = (call.page - 1) * call.per_page
    body = {
        "state": combined_state(rows),
        "statuses": [show_short_status(call, row) for row in rows[start : start + call.per_page]],
        "sha": sha,
        "total_count": len(rows),
        "repository": show_minimal_repository(call),
        "commit_url": call.links.commit(sha),
        "url": f"{call.links.commit(sha)}/status",
    }
    return Answer(body, headers=link_header(call, len(rows)))


COMMIT = "/repos/{owner}/{repo}/commits/{ref:path}"
DOCS = "commits/statuses#"
ENDPOINTS = (
    Endpoint(
        "POST",
        "/repos/{owner}/{repo}/statuses/{sha}",
        create_status,
        f"{DOCS}create-a-commit-status",
        "write",
        "statuses=write",
    ),
    Endpoint(
        "GET", f"{COMMIT}/statuses", list_statuses, f"{DOCS}list-commit-statuses-for-a-reference"
    ),
    Endpoint(
        "GET",
        f"{COMMIT}/status",
        get_combined_status,
        f"{DOCS}get-the-combined-status-for-a-specific-reference",
    ),
)
