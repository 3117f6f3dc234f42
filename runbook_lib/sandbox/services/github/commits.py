"""Commits, as GitHub shows them."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_email
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.object_format import Commit, Stamp
from runbook_lib.sandbox.services.github.objects import SHORT_SHA, find_commit, read_commits
from runbook_lib.sandbox.services.github.refusal import not_found, unprocessable
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
    """The commit that a name means."""
    commit = find_commit(call.folder, name)
    if commit is None:
        raise unprocessable(f"No commit found for SHA: {name}")
    return commit


def get_git_commit(call: Call) -> Answer:
    """A commit as git's object, by its id."""
    found = read_commits(call.folder, [call.path("sha")] if valid_id(call.path("sha")) else [])
    if not found:
        raise not_found()
    return Answer(show_git_commit(call, found[0]))


def valid_id(sha: str) -> bool:
    """Whether a text may be a whole id."""
    return len(sha) == 40 and bool(SHORT_SHA.fullmatch(sha))


ENDPOINTS = (
    Endpoint(
        "GET",
        "/repos/{owner}/{repo}/git/commits/{sha}",
        get_git_commit,
        "git/commits#get-a-commit-object",
    ),
)
