"""Pull requests: opened, found, changed, and what is in them."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_id, show_owner
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.changes import (
    Change,
    list_changes,
    read_patch,
    show_change,
    show_stats,
)
from runbook_lib.sandbox.services.github.commits import need_commit, show_commit
from runbook_lib.sandbox.services.github.issue_rows import (
    add_issue,
    labels_of,
    refuse_long_texts,
    show_common,
    show_label,
)
from runbook_lib.sandbox.services.github.merging import merge_trees
from runbook_lib.sandbox.services.github.objects import (
    branch_heads,
    commits_between,
    is_ancestor,
    list_commits,
    merge_base,
    read_commits,
)
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.pull_rows import (
    Row,
    announce,
    is_open,
    mark_closed,
    need_pull,
    pull_rows,
)
from runbook_lib.sandbox.services.github.refusal import contradicted, invalid
from runbook_lib.sandbox.services.github.repositories import show_repository
from runbook_lib.sandbox.services.github.statuses import combined_state, latest_of, statuses_of

UNARCHIVED = {"archived_by": None}
"""What GitHub's description wants of a label in a pull request; elsewhere labels differ."""


def show_pull(call: Call, row: Row) -> dict[str, Any]:
    """A pull request in a list."""
    links = pull_links(call, row)
    repository = show_repository(call)
    return {
        **show_common(call, row),
        "labels": [{**show_label(call, one), **UNARCHIVED} for one in labels_of(call, row["id"])],
        "node_id": f"PR_{row['id']}",
        **{f"{name}_url": link for name, link in links.items() if name != "self"},
        "url": links["self"],
        "diff_url": f"{links['html']}.diff",
        "patch_url": f"{links['html']}.patch",
        "merged_at": row["merged_at"],
        "merge_commit_sha": row["merge_commit_sha"],
        "requested_reviewers": requested_reviewers(call, row),
        "requested_teams": [],
        "head": show_side(call, row, "head", repository),
        "base": show_side(call, row, "base", repository),
        "_links": {name: {"href": link} for name, link in links.items()},
        "auto_merge": None,
        "draft": bool(row["draft"]),
    }


def pull_links(call: Call, row: Row) -> dict[str, str]:
    """Where a pull request's parts are, by the names of its `_links`."""
    pull = f"{call.links.repository}/pulls/{row['number']}"
    issue = f"{call.links.repository}/issues/{row['number']}"
    return {
        "self": pull,
        "html": call.links.page("pull", row["number"]),
        "issue": issue,
        "comments": f"{issue}/comments",
        "review_comments": f"{pull}/comments",
        "review_comment": f"{call.links.repository}/pulls/comments{{/number}}",
        "commits": f"{pull}/commits",
        "statuses": f"{call.links.repository}/statuses/{row['head_sha']}",
    }


def show_side(call: Call, row: Row, side: str, repository: dict[str, Any]) -> dict[str, Any]:
    """The head or the base of a pull request."""
    ref = row[f"{side}_ref"]
    return {
        "label": f"{call.repository.owner}:{ref}",
        "ref": ref,
        "sha": row[f"{side}_sha"],
        "user": show_owner(call, call.repository.owner),
        "repo": repository,
    }


def requested_reviewers(call: Call, row: Row) -> list[dict[str, Any] | None]:
    """Who was asked for a review and has not given one."""
    query = "SELECT account FROM github_requested_reviewer WHERE pull = ? ORDER BY account"
    return [show_account_by_id(call, one["account"]) for one in call.all(query, row["id"])]


def show_whole_pull(call: Call, row: Row) -> dict[str, Any]:
    """A pull request asked for by its number: with counts, and whether it can be merged."""
    comments = call.one("SELECT count(*) AS n FROM github_comment WHERE issue = ?", row["id"])
    changes, merges = changes_of(call, row), mergeable(call, row)
    stats = show_stats(changes)
    return {
        **show_pull(call, row),
        "merged": row["merged_at"] is not None,
        "mergeable": merges,
        "rebaseable": merges,
        "mergeable_state": mergeable_state(call, row, merges),
        "merged_by": show_account_by_id(call, row["merged_by"]),
        "comments": comments["n"] if comments else 0,
        "review_comments": 0,
        "maintainer_can_modify": bool(row["modifiable"]),
        "commits": len(commits_of(call, row)),
        "additions": stats["additions"],
        "deletions": stats["deletions"],
        "changed_files": len(changes),
    }


def mergeable(call: Call, row: Row) -> bool | None:
    """Whether an open pull request has no conflict; None where it is not open any more."""
    if not is_open(row):
        return None
    return merge_trees(call.folder, row["base_sha"], row["head_sha"]) is not None


def mergeable_state(call: Call, row: Row, merges: bool | None) -> str:
    """Why an open pull request should not be merged, in GitHub's word for it; else `clean`."""
    if merges is None:
        return "unknown"
    if row["draft"] or not merges:
        return "draft" if row["draft"] else "dirty"
    statuses = latest_of(statuses_of(call, row["head_sha"]))
    return "unstable" if statuses and combined_state(statuses) != "success" else "clean"


def commits_of(call: Call, row: Row) -> tuple[str, ...]:
    """The ids of the commits in a pull request, the oldest first."""
    return commits_between(call.folder, row["base_sha"], row["head_sha"])


def changes_of(call: Call, row: Row) -> tuple[Change, ...]:
    """The files that a pull request changes."""
    fork = merge_base(call.folder, row["base_sha"], row["head_sha"])
    return list_changes(call.folder, fork, row["head_sha"]) if fork else ()


def list_pulls(call: Call) -> Answer:
    """The repository's pull requests: open ones unless `state` says otherwise."""
    state, base, head = (call.query("state", "open"), call.query("base"), call.query("head"))
    owner, colon, branch = head.partition(":")
    rows = [row for row in pull_rows(call) if state in ("all", row["state"])]
    rows = [row for row in rows if base in ("", row["base_ref"])]
    if colon:
        own = owner.lower() == call.repository.owner.lower()
        rows = [row for row in rows if own and row["head_ref"] == branch]
    return paged(call, in_order(call, rows), lambda row: show_pull(call, row))


def in_order(call: Call, rows: list[Row]) -> list[Row]:
    """Pull requests as `sort` and `direction` ask; the newest first unless they do."""
    updated = call.query("sort") == "updated"
    upward = call.query("direction") == "asc" or (
        call.query("sort") not in ("", "created") and call.query("direction") != "desc"
    )
    key = (
        (lambda row: (row["updated_at"], row["number"])) if updated else (lambda row: row["number"])
    )
    return sorted(rows, key=key, reverse=not upward)


def get_pull(call: Call) -> Answer:
    """One pull request; as a patch, where that is asked for."""
    row, accept = need_pull(call), call.request.headers.get("accept", "")
    if "diff" in accept or "patch" in accept:
        fork = merge_base(call.folder, row["base_sha"], row["head_sha"]) or row["base_sha"]
        kind = "application/vnd.github.diff; charset=utf-8"
        raw = read_patch(call.folder, fork, row["head_sha"])
        return Answer(raw, headers={"Content-Type": kind})
    return Answer(show_whole_pull(call, row))


def create_pull(call: Call) -> Answer:
    """Open a pull request of a branch of this repository."""
    head, base = call.needed_text("head"), call.needed_text("base")
    if not call.text("title").strip():
        raise invalid("Issue", "title", "missing_field")
    owner, colon, branch = head.rpartition(":")
    heads = branch_heads(call.folder)
    if base not in heads:
        raise invalid("PullRequest", "base")
    if branch not in heads or (colon and owner.lower() != call.repository.owner.lower()):
        raise invalid("PullRequest", "head")
    refuse_pull(call, branch, base, heads)
    row = add_pull(call, branch, base, heads)
    announce(call, row, "opened", call.caller.login)
    shown = show_whole_pull(call, row)
    return Answer(shown, 201, {"Location": shown["url"]})


def refuse_pull(call: Call, branch: str, base: str, heads: dict[str, str]) -> None:
    """Refuse a second pull request of the same branches, and one without a commit."""
    same = [row for row in pull_rows(call) if (row["head_ref"], row["base_ref"]) == (branch, base)]
    if any(is_open(row) for row in same):
        whose = f"{call.repository.owner}:{branch}"
        raise contradicted("PullRequest", f"A pull request already exists for {whose}.")
    if is_ancestor(call.folder, heads[branch], heads[base]):
        raise contradicted("PullRequest", f"No commits between {base} and {branch}")
    if merge_base(call.folder, heads[base], heads[branch]) is None:
        message = f"The {branch} branch has no history in common with {base}"
        raise contradicted("PullRequest", message)


def add_pull(call: Call, branch: str, base: str, heads: dict[str, str]) -> Row:
    """Put a new pull request into the table."""
    number = add_issue(call, call.text("title"), call.text("body") or None)
    call.add(
        "github_pull",
        id=number,
        head_ref=branch,
        head_sha=heads[branch],
        base_ref=base,
        base_sha=heads[base],
        draft=call.flag("draft"),
        modifiable=False,
    )
    return next(row for row in pull_rows(call) if row["id"] == number)


def update_pull(call: Call) -> Answer:
    """Change a pull request's title, text, base or state."""
    row = need_pull(call)
    state = chosen(call, "state", ("open", "closed"), row["state"], "PullRequest")
    if "title" in call.said and not call.text("title").strip():
        raise invalid("Issue", "title", "missing_field")
    refuse_long_texts(call)
    change_base(call, row)
    call.update(
        "github_issue",
        row["id"],
        title=call.text("title", row["title"]),
        body=call.text("body") or None if "body" in call.said else row["body"],
        updated_at=call.now,
    )
    if state == "closed" and is_open(row):
        mark_closed(call, row, who=call.caller.login)
    elif state == "open" and not is_open(row):
        reopen(call, row)
    return Answer(show_whole_pull(call, need_pull(call)))


def change_base(call: Call, row: Row) -> None:
    """Let a pull request go into another branch, where the request names one."""
    base = call.text("base", row["base_ref"])
    if base == row["base_ref"]:
        return
    heads = branch_heads(call.folder)
    if base not in heads or not is_open(row):
        raise invalid("PullRequest", "base")
    refuse_pull(call, row["head_ref"], base, heads)
    call.update("github_pull", row["id"], base_ref=base, base_sha=heads[base])


def reopen(call: Call, row: Row) -> None:
    """Open a closed pull request again; not a merged one, nor one whose branch is gone."""
    heads = branch_heads(call.folder)
    if row["merged_at"] or row["head_ref"] not in heads or row["base_ref"] not in heads:
        message = "state cannot be changed. The branch was merged or has been deleted."
        raise contradicted("PullRequest", message)
    refuse_pull(call, row["head_ref"], row["base_ref"], heads)
    call.update(
        "github_issue", row["id"], state="open", closed_at=None, closed_by=None, state_reason=None
    )
    announce(call, row, "reopened", call.caller.login)


def list_pull_commits(call: Call) -> Answer:
    """The commits of a pull request, the oldest first; at most 250."""
    shas = commits_of(call, need_pull(call))[:250]
    answer = paged(call, shas, str)
    shown = [show_commit(call, one) for one in read_commits(call.folder, answer.body)]
    return Answer(shown, headers=answer.headers)


def list_pull_files(call: Call) -> Answer:
    """The files that a pull request changes."""
    row = need_pull(call)
    return paged(
        call, changes_of(call, row), lambda change: show_change(call, change, row["head_sha"])
    )


def list_pulls_of_commit(call: Call) -> Answer:
    """The pull requests of a commit."""
    found = find_pulls_of_commit(call, need_commit(call, call.path("ref")).sha)
    return paged(call, found, lambda row: show_pull(call, row))


def find_pulls_of_commit(call: Call, sha: str) -> list[Row]:
    """The pull requests that brought a commit in, or else the open ones that it is in."""
    rows = pull_rows(call)
    merged = [row for row in rows if row["merged_at"] and brought_in(call, row, sha)]
    return merged or [row for row in rows if is_open(row) and sha in commits_of(call, row)]


def brought_in(call: Call, row: Row, sha: str) -> bool:
    """Whether a merged pull request brought a commit into its base, as it was or made anew."""
    if sha in (row["merge_commit_sha"], row["head_sha"]):
        return True
    return sha in list_commits(call.folder, row["merge_commit_sha"], f"^{row['base_sha']}")


PULLS = "/repos/{owner}/{repo}/pulls"
PULL = f"{PULLS}/{{pull_number}}"
NEEDS = "pull_requests=write"
ENDPOINTS = (
    Endpoint("GET", PULLS, list_pulls, "pulls/pulls#list-pull-requests"),
    Endpoint("POST", PULLS, create_pull, "pulls/pulls#create-a-pull-request", "write", NEEDS),
    Endpoint("GET", PULL, get_pull, "pulls/pulls#get-a-pull-request"),
    Endpoint("PATCH", PULL, update_pull, "pulls/pulls#update-a-pull-request", "write", NEEDS),
    Endpoint(
        "GET",
        f"{PULL}/commits",
        list_pull_commits,
        "pulls/pulls#list-commits-on-a-pull-request",
    ),
    Endpoint("GET", f"{PULL}/files", list_pull_files, "pulls/pulls#list-pull-requests-files"),
    Endpoint(
        "GET",
        "/repos/{owner}/{repo}/commits/{ref:path}/pulls",
        list_pulls_of_commit,
        "commits/commits#list-pull-requests-associated-with-a-commit",
    ),
)
