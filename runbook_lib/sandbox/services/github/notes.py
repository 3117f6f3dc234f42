"""The text that GitHub writes for a release: the pull requests that were merged since the last.

https://docs.github.com/en/repositories/releasing-projects-on-github/automatically-generated-release-notes
"""

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services.github.accounts import account_by_id
from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.objects import find_commit, is_ancestor, list_commits
from runbook_lib.sandbox.services.github.pull_rows import Row, pull_rows
from runbook_lib.sandbox.services.github.refusal import invalid
from runbook_lib.sandbox.services.github.release_rows import release_rows


@frozen
class Notes:
    """A release's title and text."""

    name: str
    body: str


def write_notes(call: Call, tag: str, target: str, since: str = "") -> Notes:
    """The notes of a tag that is there, or will be at a target, since another that is named."""
    head = find_commit(call.folder, f"tags/{tag}") or find_commit(call.folder, target)
    if head is None:
        raise invalid("Release", "target_commitish")
    if since and find_commit(call.folder, f"tags/{since}") is None:
        raise invalid("Release", "previous_tag_name")
    before = since or previous_tag(call, tag, head.sha)
    pulls = merged_between(call, before, head.sha)
    lines = [*changes(call, pulls), full_changelog(call, before, tag)]
    return Notes(tag, "\n".join(lines))


def previous_tag(call: Call, tag: str, head: str) -> str:
    """The tag of the newest release that is part of a commit's history, or nothing."""
    for row in release_rows(call):
        commit = find_commit(call.folder, f"tags/{row['tag']}")
        other = row["tag"] != tag and not row["draft"]
        if commit and other and is_ancestor(call.folder, commit.sha, head):
            return str(row["tag"])
    return ""


def merged_between(call: Call, before: str, head: str) -> list[Row]:
    """The pull requests that were merged after a tag, up to a commit, the oldest first."""
    words = [head, *([f"^refs/tags/{before}"] if before else [])]
    within = set(list_commits(call.folder, *words))
    return [row for row in reversed(pull_rows(call)) if row["merge_commit_sha"] in within]


def changes(call: Call, pulls: list[Row]) -> list[str]:
    """A line for each pull request, below a heading; nothing where there is none."""
    lines = [
        f"* {row['title']} by @{login(call, row)} in {call.links.page('pull', row['number'])}"
        for row in pulls
    ]
    return ["## What's Changed", *lines, "", ""] if lines else []


def login(call: Call, row: Row) -> str:
    """Who opened a pull request."""
    account = account_by_id(call, row["author"])
    return account.login if account else "ghost"


def full_changelog(call: Call, before: str, tag: str) -> str:
    """The last line: where all commits are."""
    compared = call.links.page("compare", f"{before}...{tag}")
    address = compared if before else call.links.page("commits", tag)
    return f"**Full Changelog**: {address}"
