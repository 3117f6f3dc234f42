"""The team's pull requests, merged and open, put into GitHub's tables."""

from runbook_lib.sandbox.samples.team.git import Built
from runbook_lib.sandbox.samples.team.issue_rows import add_issue
from runbook_lib.sandbox.samples.team.issues import Issue, Pull
from runbook_lib.sandbox.samples.team.rows import Planted, Rows, author_of, time_of


def add_merged_pulls(rows: Rows, planted: Planted) -> None:
    """The pull requests that main's commits say they come from."""
    for commit in planted.commits:
        if commit.change.pull:
            add_merged_pull(rows, planted, commit)


def add_merged_pull(rows: Rows, planted: Planted, commit: Built) -> None:
    """The pull request that was merged as a commit, or squashed into one."""
    head = planted.by_sha(commit.parents[-1]) if commit.change.merges else commit
    when = time_of(commit.change.when)
    issue = Issue(commit.change.pull, commit.change.title, author_of(head), closed=True)
    number = add_issue(rows, planted.repository, issue, when)
    rows.add(
        "github_pull",
        id=number,
        head_ref=branch_of(commit),
        head_sha=head.sha,
        base_ref="main",
        base_sha=commit.parents[0],
        draft=False,
        modifiable=False,
        merged_at=when,
        merged_by=rows.account("reviewer"),
        merge_commit_sha=commit.sha,
    )
    add_review(rows, number, head, when)


def branch_of(commit: Built) -> str:
    """The branch that a commit merged: a merge says so in its first line."""
    if commit.change.merges:
        return commit.change.message.splitlines()[0].rpartition("/")[2]
    return f"change-{commit.change.pull}"


def add_review(rows: Rows, pull: int, head: Built, when: str) -> None:
    """The reviewer's approval of a pull request's head."""
    rows.add(
        "github_review",
        pull=pull,
        author=rows.account("reviewer"),
        state="APPROVED",
        body="Read and approved.",
        commit_sha=head.sha,
        submitted_at=when,
    )


def add_open_pull(rows: Rows, planted: Planted, pull: Pull) -> None:
    """An open pull request of a branch, reviewed or not."""
    head, main = planted.head(f"refs/heads/{pull.branch}"), planted.head("refs/heads/main")
    when = time_of(head.change.when)
    issue = Issue(pull.number, head.change.title, author_of(head))
    number = add_issue(rows, planted.repository, issue, when)
    rows.add(
        "github_pull",
        id=number,
        head_ref=pull.branch,
        head_sha=head.sha,
        base_ref="main",
        base_sha=main.sha,
        draft=False,
        modifiable=False,
    )
    if pull.reviewed:
        add_review(rows, number, head, when)
