"""Commits, as GitHub shows them: listed, and one by one with what it changed."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_email
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.changes import (
    list_changes,
    read_patch,
    show_change,
    show_stats,
)
from runbook_lib.sandbox.services.github.objects import (
    EMPTY_TREE,
    SHORT_SHA,
    Commit,
    Stamp,
    find_commit,
    is_empty,
    list_commits,
    list_refs,
    read_commits,
)
from runbook_lib.sandbox.services.github.pages import link_header, paged
from runbook_lib.sandbox.services.github.refusal import empty_repository, not_found, unprocessable
from runbook_lib.sandbox.services.github.signatures import show_verification


def show_commit(call: Call, commit: Commit) -> dict[str, Any]:
    """A commit, with the accounts that its people have."""
    return {
        "sha": commit.sha,
        "node_id": f"C_{commit.sha}",
        "commit": {
            "author": show_stamp(commit.author),
            "committer": show_stamp(commit.committer),
            "message": commit.message,
            "tree": {"sha": commit.tree, "url": call.links.git("trees", commit.tree)},
            "url": call.links.git("commits", commit.sha),
            "comment_count": 0,
            "verification": show_verification(call, commit.signed, commit.committer),
        },
        "url": call.links.commit(commit.sha),
        "html_url": call.links.commit_page(commit.sha),
        "comments_url": f"{call.links.commit(commit.sha)}/comments",
        "author": show_account_by_email(call, commit.author.email),
        "committer": show_account_by_email(call, commit.committer.email),
        "parents": [show_parent(call, sha) for sha in commit.parents],
    }


def show_stamp(stamp: Stamp) -> dict[str, str]:
    """Who and when."""
    return {"name": stamp.name, "email": stamp.email, "date": stamp.time}


def show_parent(call: Call, sha: str) -> dict[str, str]:
    """A parent of a commit."""
    return {"sha": sha, "url": call.links.commit(sha), "html_url": call.links.commit_page(sha)}


def show_git_commit(call: Call, commit: Commit) -> dict[str, Any]:
    """A commit as git's object alone."""
    return {
        "sha": commit.sha,
        "node_id": f"C_{commit.sha}",
        "url": call.links.git("commits", commit.sha),
        "html_url": call.links.commit_page(commit.sha),
        "author": show_stamp(commit.author),
        "committer": show_stamp(commit.committer),
        "tree": {"sha": commit.tree, "url": call.links.git("trees", commit.tree)},
        "message": commit.message,
        "parents": [
            {**show_parent(call, sha), "url": call.links.git("commits", sha)}
            for sha in commit.parents
        ],
        "verification": show_verification(call, commit.signed, commit.committer),
    }


def need_commit(call: Call, name: str) -> Commit:
    """The commit that a name means; refusals as GitHub words them for an id and a name."""
    commit = find_commit(call.folder, name)
    if commit is not None:
        return commit
    if is_empty(call.folder):
        raise empty_repository()
    raise unprocessable(f"No commit found for SHA: {name}")


def list_history(call: Call) -> Answer:
    """The history of a branch or commit, of a path where one is named, the newest first."""
    if is_empty(call.folder):
        raise empty_repository()
    start = find_commit(call.folder, call.query("sha") or call.repository.default_branch)
    if start is None:
        raise not_found()
    words = [*date_bounds(call), start.sha, "--", *[one for one in [call.query("path")] if one]]
    total = int(list_commits(call.folder, "--count", *words)[0])
    window = [f"--skip={(call.page - 1) * call.per_page}", f"--max-count={call.per_page}"]
    commits = read_commits(call.folder, list_commits(call.folder, *window, *words))
    shown = [show_commit(call, commit) for commit in commits]
    return Answer(shown, headers=link_header(call, total))


def date_bounds(call: Call) -> list[str]:
    """The options of `git rev-list` for `since`, `until` and `author`."""
    named = (("since", "--since"), ("until", "--until"), ("author", "--author"))
    found = [(option, call.query(name)) for name, option in named if call.query(name)]
    plain = ["--fixed-strings"] if call.query("author") else []
    return plain + [f"{option}={author_email(call, option, value)}" for option, value in found]


def author_email(call: Call, option: str, value: str) -> str:
    """The email that an author's login stands for; anything else is as it is."""
    account = call.world.account(value) if option == "--author" else None
    return account.email if account else value


def get_commit(call: Call) -> Answer:
    """One commit by an id, a branch or a tag, with what it changed against its first parent."""
    accept = call.request.headers.get("accept", "")
    commit = need_commit(call, call.path("ref"))
    before = commit.parents[0] if commit.parents else EMPTY_TREE
    if "sha" in accept and "vnd.github" in accept:
        return Answer(commit.sha.encode(), headers={"Content-Type": "application/vnd.github.sha"})
    if "diff" in accept or "patch" in accept:
        raw = read_patch(call.folder, before, commit.sha)
        return Answer(raw, headers={"Content-Type": "application/vnd.github.diff; charset=utf-8"})
    changes = list_changes(call.folder, before, commit.sha)
    shown = {**show_commit(call, commit), "stats": show_stats(changes)}
    page = paged(call, changes, lambda one: show_change(call, one, commit.sha))
    first = call.query("page") or call.query("per_page")
    files = page.body if first else [show_change(call, one, commit.sha) for one in changes[:300]]
    return Answer({**shown, "files": files}, headers=page.headers if first else {})


def get_git_commit(call: Call) -> Answer:
    """A commit as git's object, by its id."""
    found = read_commits(call.folder, [call.path("sha")] if valid_id(call.path("sha")) else [])
    if not found:
        raise not_found()
    return Answer(show_git_commit(call, found[0]))


def valid_id(sha: str) -> bool:
    """Whether a text may be a whole id."""
    return len(sha) == 40 and bool(SHORT_SHA.fullmatch(sha))


def list_branches_at(call: Call) -> Answer:
    """The branches whose head is a commit."""
    commit = need_commit(call, call.path("ref"))
    heads = [ref for ref in list_refs(call.folder, "refs/heads/") if ref.sha == commit.sha]
    return Answer(
        [
            {
                "name": ref.name.removeprefix("refs/heads/"),
                "commit": {"sha": ref.sha, "url": call.links.commit(ref.sha)},
                "protected": False,
            }
            for ref in heads
        ]
    )


COMMITS = "/repos/{owner}/{repo}/commits"
ENDPOINTS = (
    Endpoint("GET", COMMITS, list_history, "commits/commits#list-commits"),
    Endpoint(
        "GET",
        f"{COMMITS}/{{ref}}/branches-where-head",
        list_branches_at,
        "commits/commits#list-branches-for-head-commit",
    ),
    Endpoint(
        "GET",
        "/repos/{owner}/{repo}/git/commits/{sha}",
        get_git_commit,
        "git/commits#get-a-commit-object",
    ),
)
LAST_ENDPOINTS = (
    Endpoint("GET", f"{COMMITS}/{{ref:path}}", get_commit, "commits/commits#get-a-commit"),
)
"""A commit's name may hold slashes, so this comes after every path below a commit."""
