"""The merge queue: what is put in is merged on a branch of its own, tested there, and then taken.

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
"""

from dataclasses import replace
from typing import Any

from runbook_lib.sandbox.services.github.accounts import account_by_id
from runbook_lib.sandbox.services.github.auto_merge import find_auto_merge
from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.graph_query import GraphProblem
from runbook_lib.sandbox.services.github.pull_contents import mergeable
from runbook_lib.sandbox.services.github.pull_merges import WAYS
from runbook_lib.sandbox.services.github.pull_rows import Row, is_open, mark_merged, pull_rows
from runbook_lib.sandbox.services.github.refs import find_ref, move_ref
from runbook_lib.sandbox.services.github.requirements import (
    lacking,
    lacking_checks,
    required_checks,
)
from runbook_lib.sandbox.services.github.rulesets import rules_of
from runbook_lib.sandbox.world.git_objects import ZEROS

NO_QUEUE = "Merge queue is not enabled for this branch"


def queue_method(call: Call, branch: str) -> str:
    """How a branch's queue merges; empty where it has none."""
    rules = [rule for rule in rules_of(call, branch) if rule["type"] == "merge_queue"]
    return str(rules[0]["parameters"].get("merge_method", "MERGE")).lower() if rules else ""


def entries(call: Call) -> list[Row]:
    """What is in the repository's queue, the next one first."""
    query = "SELECT * FROM github_queue WHERE repository = ? ORDER BY id"
    return call.all(query, call.repository.id)


def entry_of(call: Call, pull: int) -> Row | None:
    """A pull request's place in the queue, or None."""
    found = [
        {**row, "position": position}
        for position, row in enumerate(entries(call), start=1)
        if row["pull"] == pull
    ]
    return found[0] if found else None


def enqueue(call: Call, row: Row) -> Row:
    """Put a pull request into the queue, and build the commit that is tested there."""
    found = entry_of(call, row["id"])
    if found is not None:
        return found
    method = queue_method(call, row["base_ref"])
    if not method:
        raise GraphProblem(NO_QUEUE)
    if not is_open(row) or row["draft"] or not mergeable(call, row):
        raise GraphProblem("Pull request is not mergeable")
    missing = lacking(call, row)
    if missing:
        raise GraphProblem(" ".join(missing))
    call.add("github_queue", repository=call.repository.id, pull=row["id"], who=call.caller.id)
    build(call, row, method)
    made = entry_of(call, row["id"])
    assert made is not None, "it was put in just now"
    return made


def build(call: Call, row: Row, method: str) -> None:
    """Merge a pull request onto its base, on a branch of the queue's."""
    sha = WAYS[method](call, row)
    if sha is None:
        leave(call, row["id"])
        return
    number, base = row["number"], row["base_sha"]
    ref = f"refs/heads/gh-readonly-queue/{row['base_ref']}/pr-{number}-{base}"
    old = find_ref(call, ref)
    move_ref(call, ref, new=sha, old=old.sha if old else ZEROS)
    call.change(
        "UPDATE github_queue SET ref = ?, sha = ?, base = ? WHERE pull = ?",
        ref,
        sha,
        base,
        row["id"],
    )


def leave(call: Call, pull: int) -> None:
    """Take a pull request out of the queue."""
    call.change("DELETE FROM github_queue WHERE pull = ?", pull)


def anything_waits(call: Call) -> bool:
    """Whether a pull request is in a queue, or is to be merged by itself."""
    query = "SELECT 1 FROM github_queue UNION SELECT 1 FROM github_auto_merge"
    return call.one(query) is not None


def catch_up(call: Call) -> None:
    """Do what GitHub does by itself: merge what waits for it and lacks nothing, and the queue."""
    for row in filter(is_open, pull_rows(call)):
        found = find_auto_merge(call, row["id"])
        account = account_by_id(call, found["who"]) if found else None
        if found and account and mergeable(call, row) and not lacking(call, row):
            by = replace(call, account=account)
            merge_by_itself(by, row, found["method"])
    advance(call)


def merge_by_itself(call: Call, row: Row, method: str) -> None:
    """Merge a pull request for who wanted that, or put it into the branch's queue."""
    if queue_method(call, row["base_ref"]):
        enqueue(call, row)
    elif sha := WAYS[method](call, row):
        move_ref(call, f"refs/heads/{row['base_ref']}", new=sha, old=row["base_sha"])
        mark_merged(call, row, who=call.caller.login, commit=sha, base=row["base_sha"])


def advance(call: Call) -> None:
    """Take what is next and tested; what failed leaves the queue."""
    for entry in entries(call)[:1]:
        row = next((row for row in pull_rows(call) if row["id"] == entry["pull"]), None)
        if row is None or not is_open(row):
            leave(call, entry["pull"])
        elif entry["base"] != row["base_sha"]:
            by = replace(call, account=account_by_id(call, entry["who"]))
            build(by, row, queue_method(call, row["base_ref"]) or "merge")
        else:
            take(call, entry, row)


def take(call: Call, entry: Row, row: Row) -> None:
    """Move the base to what was built for a pull request, once its checks are green."""
    missing = lacking_checks(call, entry["sha"], required_checks(call, row["base_ref"]))
    if any("is failing" in one or "is error" in one for one in missing):
        leave(call, entry["pull"])
    elif not missing:
        leave(call, entry["pull"])
        account = account_by_id(call, entry["who"]) or call.caller
        by = replace(call, account=account)
        move_ref(by, f"refs/heads/{row['base_ref']}", new=entry["sha"], old=entry["base"])
        mark_merged(by, row, who=account.login, commit=entry["sha"], base=entry["base"])
        move_ref(by, entry["ref"], new=ZEROS, old=entry["sha"])


def queue_node(call: Call, row: Row) -> dict[str, Any] | None:
    """A pull request's place in the queue, as GraphQL shows it."""
    entry = entry_of(call, row["id"])
    if entry is None:
        return None
    state = "AWAITING_CHECKS" if entry["position"] == 1 else "QUEUED"
    return {"__typename": "MergeQueueEntry", "position": entry["position"], "state": state}
