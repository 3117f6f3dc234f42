"""What the page shows, read from the world; a service without tables has nothing to show."""

import sqlite3
from typing import Any

from runbook_lib.errors import Failed
from runbook_lib.sandbox.world.git_objects import run_git
from runbook_lib.sandbox.world.repositories import Repository
from runbook_lib.sandbox.world.world import World

Row = dict[str, Any]

PULLS = """
SELECT issue.*, pull.*, account.login FROM github_issue AS issue
JOIN github_pull AS pull ON pull.id = issue.id LEFT JOIN account ON account.id = issue.author
WHERE issue.repository = ? ORDER BY issue.number DESC
"""
REVIEWS = """
SELECT review.state, account.login FROM github_review AS review
LEFT JOIN account ON account.id = review.author WHERE review.pull = ? ORDER BY review.id
"""
ISSUES = """
SELECT issue.number, issue.title, issue.state, milestone.title AS milestone,
(SELECT group_concat(label.name, ', ') FROM github_label AS label
JOIN github_issue_label AS pair ON pair.label = label.id WHERE pair.issue = issue.id) AS labels
FROM github_issue AS issue LEFT JOIN github_milestone AS milestone ON milestone.id = issue.milestone
WHERE issue.repository = ? AND issue.id NOT IN (SELECT id FROM github_pull)
ORDER BY issue.number DESC
"""
RELEASES = "SELECT * FROM github_release WHERE repository = ? ORDER BY id DESC"
STATUSES = """
SELECT context, state FROM github_status WHERE id IN
(SELECT max(id) FROM github_status WHERE repository = ? AND sha = ? GROUP BY context)
UNION ALL
SELECT run.name, coalesce(run.conclusion, run.status) FROM github_check_run AS run
JOIN github_check_suite AS suite ON suite.id = run.suite
WHERE suite.repository = ? AND suite.sha = ?
"""
BUGS = "SELECT * FROM bugzilla_bug ORDER BY id DESC"
COMMENTS = "SELECT * FROM bugzilla_comment WHERE bug = ? ORDER BY id"
FLAGS = "SELECT * FROM bugzilla_flag WHERE bug = ? ORDER BY id"
TICKETS = """
SELECT issue.*, account.login FROM jira_issue AS issue
JOIN account ON account.id = issue.creator ORDER BY issue.id DESC
"""
TICKET_COMMENTS = """
SELECT comment.body, account.login FROM jira_comment AS comment
JOIN account ON account.id = comment.author WHERE comment.issue = ? ORDER BY comment.id
"""
DEPLOYMENTS = "SELECT * FROM deployment ORDER BY id DESC"
APPROVALS = "SELECT * FROM approval ORDER BY id DESC"
REFS = (
    "--format=%(if)%(*objectname)%(then)%(*objectname) %(refname) %(*subject)"
    "%(else)%(objectname) %(refname) %(subject)%(end)"
)
"""A branch or tag by the commit that it leads to, be it by a tag object."""


def read(world: World, query: str, *values: Any) -> list[Row]:
    """The rows of a query; none where its tables are not there (yet)."""
    try:
        with world.transaction() as database:
            return [dict(row) for row in database.execute(query, values).fetchall()]
    except sqlite3.OperationalError as error:
        if "no such" in str(error):
            return []
        raise


def statuses(world: World, repository: Repository, sha: str) -> list[Row]:
    """The last status of each context, and the check runs, of a commit."""
    return read(world, STATUSES, repository.id, sha, repository.id, sha)


def refs(world: World, repository: Repository, under: str, *, sort: str) -> list[Row]:
    """The names below `refs/heads/` or `refs/tags/`, each with its commit and that's subject."""
    listed = git_lines(world, repository, "for-each-ref", f"--sort={sort}", REFS, under)
    rows = (line.split(" ", 2) for line in listed)
    return [
        {"name": ref.removeprefix(under), "sha": sha, "subject": subject}
        for sha, ref, subject in rows
    ]


def git_lines(world: World, repository: Repository, *arguments: str) -> list[str]:
    """What git says of a repository; nothing where it says no."""
    try:
        return run_git(world.git_folder(repository.full_name), *arguments).splitlines()
    except Failed:
        return []
