"""Pull requests: opened, listed and changed."""

from runbook_lib.sandbox.services.git import pushing
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.commits import show_commit
from runbook_lib.sandbox.services.github.issue_rows import add_issue, refuse_long_texts
from runbook_lib.sandbox.services.github.objects import (
    branch_heads,
    is_ancestor,
    merge_base,
    read_commits,
)
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.pull_contents import commits_of, show_pull, show_whole_pull
from runbook_lib.sandbox.services.github.pull_rows import (
    Row,
    announce,
    is_open,
    mark_closed,
    need_pull,
    pull_rows,
)
from runbook_lib.sandbox.services.github.queue import anything_waits, catch_up
from runbook_lib.sandbox.services.github.refusal import contradicted, invalid


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
    """One pull request, after what was due to be merged meanwhile."""
    if anything_waits(call):
        with pushing[call.repository.full_name], call.world.transaction():
            catch_up(call)
    return Answer(show_whole_pull(call, need_pull(call)))


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
)
