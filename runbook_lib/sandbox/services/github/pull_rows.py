"""Pull requests as rows, kept in step with git: it is pushes that move, merge and close them."""

from typing import Any

from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.objects import branch_heads, is_ancestor
from runbook_lib.sandbox.services.github.refusal import not_found

SELECT = """
    SELECT issue.*, pull.head_ref, pull.head_sha, pull.base_ref, pull.base_sha, pull.draft,
        pull.modifiable, pull.merged_at, pull.merged_by, pull.merge_commit_sha
    FROM github_pull AS pull JOIN github_issue AS issue ON issue.id = pull.id
    WHERE issue.repository = ?
"""
Row = dict[str, Any]


def pull_rows(call: Call) -> list[Row]:
    """All pull requests of the repository as git has them now, the newest first."""
    query = f"{SELECT} ORDER BY issue.number DESC"
    rows = call.all(query, call.repository.id)
    heads = branch_heads(call.folder) if any(is_open(row) for row in rows) else {}
    if not any(is_open(row) and moved(row, heads) for row in rows):
        return rows
    with call.world.transaction():
        heads = branch_heads(call.folder)
        for row in call.all(query, call.repository.id):
            if is_open(row) and moved(row, heads):
                follow(call, row, heads)
        return call.all(query, call.repository.id)


def need_pull(call: Call) -> Row:
    """The pull request that the path names, as git has it now."""
    number = call.number("pull_number")
    row = next((row for row in pull_rows(call) if row["number"] == number), None)
    if row is None:
        raise not_found()
    return row


def is_open(row: Row) -> bool:
    """Whether a pull request is neither merged nor closed."""
    return bool(row["state"] == "open")


def moved(row: Row, heads: dict[str, str]) -> bool:
    """Whether one of a pull request's branches is not where it was."""
    return (row["head_sha"], row["base_sha"]) != (
        heads.get(row["head_ref"]),
        heads.get(row["base_ref"]),
    )


def follow(call: Call, row: Row, heads: dict[str, str]) -> None:
    """Take over what pushes have done to a pull request: merged it, closed it, or moved it."""
    head, base = heads.get(row["head_ref"]), heads.get(row["base_ref"])
    last = head or row["head_sha"]
    if base and base != row["base_sha"] and is_ancestor(call.folder, last, base):
        who = pusher(call, row["base_ref"], base)
        call.change("UPDATE github_pull SET head_sha = ? WHERE id = ?", last, row["id"])
        mark_merged(call, row, who=who, commit=base, base=row["base_sha"])
    elif head is None or base is None:
        gone = row["head_ref"] if head is None else row["base_ref"]
        mark_closed(call, row, who=pusher(call, gone, "0" * 40))
    else:
        call.change(
            "UPDATE github_pull SET head_sha = ?, base_sha = ? WHERE id = ?", head, base, row["id"]
        )
        if head != row["head_sha"]:
            call.update("github_issue", row["id"], updated_at=call.now)
            announce(call, row, "synchronize", pusher(call, row["head_ref"], head))


def pusher(call: Call, branch: str, commit: str) -> str:
    """Who moved a branch to a commit."""
    row = call.one(
        "SELECT who FROM happening WHERE kind = 'push' AND json_extract(data, '$.repository') = ?"
        " AND json_extract(data, '$.ref') = ? AND json_extract(data, '$.after') = ?"
        " ORDER BY id DESC LIMIT 1",
        call.repository.full_name,
        f"refs/heads/{branch}",
        commit,
    )
    return str(row["who"]) if row else call.repository.owner


def mark_merged(call: Call, row: Row, *, who: str, commit: str, base: str) -> None:
    """Note that a pull request was merged as a commit, and where its base branch was before."""
    account = call.world.account(who)
    number = account.id if account else row["author"]
    close_row(call, row, number)
    call.update(
        "github_pull",
        row["id"],
        merged_at=call.now,
        merged_by=number,
        merge_commit_sha=commit,
        base_sha=base,
    )
    announce(call, row, "merged", who)


def mark_closed(call: Call, row: Row, *, who: str) -> None:
    """Note that a pull request was closed without a merge."""
    account = call.world.account(who)
    close_row(call, row, account.id if account else row["author"])
    announce(call, row, "closed", who)


def close_row(call: Call, row: Row, who: int) -> None:
    """Close a pull request's issue."""
    call.update(
        "github_issue",
        row["id"],
        state="closed",
        closed_at=call.now,
        updated_at=call.now,
        closed_by=who,
    )


def announce(call: Call, row: Row, action: str, who: str) -> None:
    """Tell everybody what happened to a pull request."""
    words = {"synchronize": "moved"}.get(action, action)
    call.world.tell(
        who,
        "pull_request",
        f"{words} pull request #{row['number']} of {call.repository.full_name}: {row['title']}",
        link=call.links.page("pull", row["number"]),
        repository=call.repository.full_name,
        number=row["number"],
        action=action,
    )


def open_pulls_at(call: Call, sha: str) -> list[Row]:
    """The open pull requests whose head is a commit."""
    query = f"{SELECT} AND issue.state = 'open' AND pull.head_sha = ? ORDER BY issue.number"
    return call.all(query, call.repository.id, sha)


def show_minimal_pull(call: Call, row: Row) -> dict[str, Any]:
    """A pull request in its shortest form."""
    repository = {
        "id": call.repository.id,
        "url": call.links.repository,
        "name": call.repository.name,
    }
    sides = {
        side: {"ref": row[f"{side}_ref"], "sha": row[f"{side}_sha"], "repo": repository}
        for side in ("head", "base")
    }
    url = f"{call.links.repository}/pulls/{row['number']}"
    return {"id": row["id"], "number": row["number"], "url": url, **sides}
