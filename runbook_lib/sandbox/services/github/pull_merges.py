"""Merges: of pull requests in GitHub's three ways, and of one branch into another."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import account_by_id
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.commits import show_commit
from runbook_lib.sandbox.services.github.merging import merge, rebase, squash
from runbook_lib.sandbox.services.github.object_format import Commit, Stamp
from runbook_lib.sandbox.services.github.objects import (
    branch_heads,
    find_commit,
    is_ancestor,
    read_commits,
    stamp_of,
)
from runbook_lib.sandbox.services.github.pull_contents import commits_of, mergeable
from runbook_lib.sandbox.services.github.pull_rows import Row, is_open, mark_merged, need_pull
from runbook_lib.sandbox.services.github.refs import move_ref
from runbook_lib.sandbox.services.github.refusal import Refusal
from runbook_lib.sandbox.services.github.requirements import lacking
from runbook_lib.sandbox.services.github.rules import METHODS, refuse_method


def merge_pull(call: Call) -> Answer:
    """Merge a pull request on the real repository, by a merge commit, a squash or a rebase."""
    row = need_pull(call)
    method = chosen(call, "merge_method", tuple(METHODS), "merge", "PullRequest")
    refuse_merge(call, row)
    refuse_method(call, row["base_ref"], method)
    refuse_unready(call, row)
    sha = WAYS[method](call, row)
    if sha is None:
        raise Refusal(405, "This branch can't be rebased")
    base = f"refs/heads/{row['base_ref']}"
    move_ref(call, base, new=sha, old=row["base_sha"])
    mark_merged(call, row, who=call.caller.login, commit=sha, base=row["base_sha"])
    return Answer({"sha": sha, "merged": True, "message": "Pull Request successfully merged"})


def refuse_merge(call: Call, row: Row) -> None:
    """Refuse to merge what is closed, a draft, in conflict, or not what the caller has seen."""
    if not is_open(row):
        raise Refusal(405, "Pull Request is not mergeable")
    if row["draft"]:
        raise Refusal(405, "Pull Request is still a draft")
    if call.text("sha", row["head_sha"]) != row["head_sha"]:
        raise Refusal(409, "Head branch was modified. Review and try the merge again.")
    if not mergeable(call, row):
        raise Refusal(405, "Pull Request is not mergeable")


def refuse_unready(call: Call, row: Row) -> None:
    """Refuse to merge what lacks a review or a check that is required."""
    missing = lacking(call, row)
    if missing:
        raise Refusal(405, " ".join(missing))


def by_merge(call: Call, row: Row) -> str | None:
    """Merge with a merge commit, in GitHub's words."""
    whose = f"{call.repository.owner}/{row['head_ref']}"
    title = call.text("commit_title", f"Merge pull request #{row['number']} from {whose}")
    message = f"{title}\n\n{call.text('commit_message', row['title'])}".rstrip()
    return merge(call.folder, row["base_sha"], row["head_sha"], message, signer(call))


def by_squash(call: Call, row: Row) -> str | None:
    """Put everything into one commit of the pull request's author."""
    commits = read_commits(call.folder, commits_of(call, row))
    title, body = squash_words(row, commits)
    title = call.text("commit_title", f"{title} (#{row['number']})")
    message = f"{title}\n\n{call.text('commit_message', body)}".rstrip()
    author = account_by_id(call, row["author"]) or call.caller
    stamp = stamp_of(author, call.world.now())
    return squash(call.folder, row["base_sha"], row["head_sha"], message, stamp, signer(call))


def squash_words(row: Row, commits: list[Commit]) -> tuple[str, str]:
    """The title and the text of a squash: a single commit's own, or a list of all messages."""
    if len(commits) == 1:
        return commits[0].subject, commits[0].message.partition("\n")[2].strip()
    return row["title"], "\n\n".join(f"* {commit.message}" for commit in commits)


def by_rebase(call: Call, row: Row) -> str | None:
    """Make each commit anew on the base."""
    return rebase(call.folder, row["base_sha"], row["head_sha"], signer(call))


WAYS = {"merge": by_merge, "squash": by_squash, "rebase": by_rebase}
"""What merges a pull request, by the method's name."""


def signer(call: Call) -> Stamp:
    """The caller, as the one who commits now."""
    return stamp_of(call.caller, call.world.now())


def merge_branches(call: Call) -> Answer:
    """Merge a branch or a commit into a branch: 201 with the commit, 204 where it is in already."""
    name = call.needed_text("base")
    base = branch_heads(call.folder).get(name)
    head = find_commit(call.folder, call.needed_text("head"))
    if base is None or head is None:
        raise Refusal(404, f"{'Base' if base is None else 'Head'} does not exist")
    if is_ancestor(call.folder, head.sha, base):
        return Answer(status=204)
    message = call.text("commit_message", f"Merge {call.text('head')} into {name}")
    sha = merge(call.folder, base, head.sha, message, signer(call))
    if sha is None:
        raise Refusal(409, "Merge conflict")
    move_ref(call, f"refs/heads/{name}", new=sha, old=base)
    shown: dict[str, Any] = show_commit(call, read_commits(call.folder, [sha])[0])
    return Answer(shown, 201, {"Location": shown["url"]})


MERGE = "/repos/{owner}/{repo}/pulls/{pull_number}/merge"
ENDPOINTS = (
    Endpoint("PUT", MERGE, merge_pull, "pulls/pulls#merge-a-pull-request", "write"),
    Endpoint(
        "POST",
        "/repos/{owner}/{repo}/merges",
        merge_branches,
        "branches/branches#merge-a-branch",
        "write",
    ),
)
