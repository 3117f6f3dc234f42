"""Auto-merge: GitHub merges a pull request by itself, as soon as all that is required is there."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_id
from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.graph_query import GraphProblem
from runbook_lib.sandbox.services.github.pull_rows import Row, is_open
from runbook_lib.sandbox.services.github.requirements import lacking
from runbook_lib.sandbox.services.github.rules import auto_merge_allowed

CLEAN = "Pull request Pull request is in clean status"
FORBIDDEN = "Pull request Auto merge is not allowed for this repository"


def find_auto_merge(call: Call, pull: int) -> Row | None:
    """Who wants a pull request merged by itself, and how; or None."""
    return call.one("SELECT * FROM github_auto_merge WHERE pull = ?", pull)


def show_auto_merge(call: Call, row: Row) -> dict[str, Any] | None:
    """The same, as it stands in a pull request."""
    found = find_auto_merge(call, row["id"])
    if found is None or not is_open(row):
        return None
    return {
        "enabled_by": show_account_by_id(call, found["who"]),
        "merge_method": found["method"],
        "commit_title": "",
        "commit_message": "",
    }


def enable(call: Call, row: Row, method: str) -> None:
    """Have a pull request merged by itself; one that lacks nothing is to be merged at once."""
    if not auto_merge_allowed(call):
        raise GraphProblem(FORBIDDEN)
    if not is_open(row) or not lacking(call, row):
        raise GraphProblem(CLEAN)
    call.change(
        "INSERT OR REPLACE INTO github_auto_merge VALUES (?, ?, ?)",
        row["id"],
        method,
        call.caller.id,
    )
