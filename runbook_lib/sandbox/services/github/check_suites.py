"""Check suites: the check runs of a commit, taken together."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import began, show_owner
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.commits import need_commit
from runbook_lib.sandbox.services.github.object_format import Commit
from runbook_lib.sandbox.services.github.objects import SHA, find_commit, read_commits
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.pull_rows import open_pulls_at, show_minimal_pull
from runbook_lib.sandbox.services.github.refusal import unprocessable
from runbook_lib.sandbox.services.github.repositories import show_minimal_repository

FAILED = ("failure", "timed_out", "action_required", "cancelled", "stale")
SELECT = """
    SELECT run.*, suite.sha FROM github_check_run AS run
    JOIN github_check_suite AS suite ON suite.id = run.suite WHERE suite.repository = ?
"""
Row = dict[str, Any]


def show_app(call: Call) -> dict[str, Any]:
    """The app that check runs are of."""
    return {
        "id": 1,
        "slug": "sandbox-ci",
        "node_id": "A_1",
        "client_id": "Iv1.sandbox",
        "owner": show_owner(call, call.repository.owner),
        "name": "Sandbox CI",
        "description": "The sandbox's continuous integration",
        "external_url": f"{call.links.base}/",
        "html_url": f"{call.links.base}/apps/sandbox-ci",
        "created_at": began(call),
        "updated_at": began(call),
        "permissions": {"checks": "write", "metadata": "read"},
        "events": ["check_run", "check_suite"],
    }


def runs_of(call: Call, sha: str) -> list[Row]:
    """The check runs of a commit, the oldest first."""
    return call.all(f"{SELECT} AND suite.sha = ? ORDER BY run.id", call.repository.id, sha)


def latest_runs(rows: list[Row]) -> list[Row]:
    """The last check run of each name."""
    return list({row["name"]: row for row in rows}.values())


def suite_of(call: Call, sha: str) -> int:
    """The suite of a commit, made where there is none."""
    call.change(
        "INSERT OR IGNORE INTO github_check_suite (repository, sha, created_at) VALUES (?, ?, ?)",
        call.repository.id,
        sha,
        call.now,
    )
    query = "SELECT id FROM github_check_suite WHERE repository = ? AND sha = ?"
    return int((call.one(query, call.repository.id, sha) or {})["id"])


def needed_sha(call: Call) -> str:
    """The commit that the request's JSON must name."""
    sha = call.needed_text("head_sha")
    if not SHA.fullmatch(sha) or find_commit(call.folder, sha) is None:
        raise unprocessable(f"No commit found for SHA: {sha}")
    return sha


def create_suite(call: Call) -> Answer:
    """Make the check suite of a commit, without a run in it; 200 where it is there already."""
    sha = needed_sha(call)
    query = "SELECT id FROM github_check_suite WHERE repository = ? AND sha = ?"
    there = call.one(query, call.repository.id, sha)
    number = suite_of(call, sha)
    row = call.one("SELECT * FROM github_check_suite WHERE id = ?", number) or {}
    commit = read_commits(call.folder, [sha])[0]
    return Answer(show_suite(call, row, commit), 200 if there else 201)


def list_suites(call: Call) -> Answer:
    """The check suites of a commit."""
    commit = need_commit(call, call.path("ref"))
    query = "SELECT * FROM github_check_suite WHERE repository = ? AND sha = ?"
    rows = call.all(query, call.repository.id, commit.sha)
    return paged(call, rows, lambda row: show_suite(call, row, commit), key="check_suites")


def show_suite(call: Call, row: Row, commit: Commit) -> dict[str, Any]:
    """A check suite, with what its runs come to."""
    runs = latest_runs(runs_of(call, commit.sha))
    done = all(run["status"] == "completed" for run in runs) and bool(runs)
    pulls = open_pulls_at(call, commit.sha)
    url = f"{call.links.repository}/check-suites/{row['id']}"
    return {
        "id": row["id"],
        "node_id": f"CS_{row['id']}",
        "head_branch": pulls[0]["head_ref"] if pulls else None,
        "head_sha": commit.sha,
        "status": "completed" if done else "queued",
        "conclusion": suite_conclusion(runs) if done else None,
        "url": url,
        "before": commit.parents[0] if commit.parents else None,
        "after": commit.sha,
        "pull_requests": [show_minimal_pull(call, one) for one in pulls],
        "app": show_app(call),
        "repository": show_minimal_repository(call),
        "created_at": row["created_at"],
        "updated_at": row["created_at"],
        "latest_check_runs_count": len(runs),
        "check_runs_url": f"{url}/check-runs",
        "head_commit": show_simple_commit(commit),
    }


def suite_conclusion(runs: list[Row]) -> str:
    """Failure if any run failed, else success."""
    return "failure" if any(run["conclusion"] in FAILED for run in runs) else "success"


def show_simple_commit(commit: Commit) -> dict[str, Any]:
    """A commit within a check suite."""
    people = {
        role: {"name": stamp.name, "email": stamp.email}
        for role, stamp in (("author", commit.author), ("committer", commit.committer))
    }
    return {
        "id": commit.sha,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": commit.committer.time,
        **people,
    }


DOCS = "checks/suites#"
ENDPOINTS = (
    Endpoint(
        "POST",
        "/repos/{owner}/{repo}/check-suites",
        create_suite,
        f"{DOCS}create-a-check-suite",
        "write",
        "checks=write",
    ),
    Endpoint(
        "GET",
        "/repos/{owner}/{repo}/commits/{ref:path}/check-suites",
        list_suites,
        f"{DOCS}list-check-suites-for-a-git-reference",
    ),
)
