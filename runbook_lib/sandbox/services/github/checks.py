"""Check runs and their suites.

GitHub lets its apps alone make check runs. Here every account that may push can: CI is a person of
the sandbox, and its runs are shown as an app's.
"""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import began, show_owner
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.commits import need_commit
from runbook_lib.sandbox.services.github.objects import SHA, Commit, find_commit, read_commits
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.pull_rows import open_pulls_at, show_minimal_pull
from runbook_lib.sandbox.services.github.refusal import invalid, not_found, unprocessable
from runbook_lib.sandbox.services.github.repositories import show_minimal_repository

STATES = ("queued", "in_progress", "completed", "waiting", "requested", "pending")
CONCLUSIONS = (
    "success",
    "failure",
    "neutral",
    "cancelled",
    "skipped",
    "timed_out",
    "action_required",
    "stale",
)
FAILED = ("failure", "timed_out", "action_required", "cancelled", "stale")
SELECT = """
    SELECT run.*, suite.sha FROM github_check_run AS run
    JOIN github_check_suite AS suite ON suite.id = run.suite WHERE suite.repository = ?
"""
Row = dict[str, Any]


def show_run(call: Call, row: Row) -> dict[str, Any]:
    """A check run."""
    url = f"{call.links.repository}/check-runs/{row['id']}"
    page = call.links.page("runs", row["id"])
    return {
        "id": row["id"],
        "name": row["name"],
        "node_id": f"CR_{row['id']}",
        "head_sha": row["sha"],
        "external_id": row["external_id"],
        "url": url,
        "html_url": page,
        "details_url": row["details_url"] or page,
        "status": row["status"],
        "conclusion": row["conclusion"],
        "started_at": row["started_at"],
        "completed_at": row["completed_at"],
        "output": {
            "title": row["title"],
            "summary": row["summary"],
            "text": row["text"],
            "annotations_count": 0,
            "annotations_url": f"{url}/annotations",
        },
        "check_suite": {"id": row["suite"]},
        "app": show_app(call),
        "pull_requests": [show_minimal_pull(call, one) for one in open_pulls_at(call, row["sha"])],
    }


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


def need_run(call: Call, number: int) -> Row:
    """The check run of that number."""
    row = call.one(f"{SELECT} AND run.id = ?", call.repository.id, number)
    if row is None:
        raise not_found()
    return row


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


def create_run(call: Call) -> Answer:
    """Make a check run of a commit."""
    name, sha = call.needed_text("name"), needed_sha(call)
    blank = {"external_id": "", "details_url": None, "title": None, "summary": None, "text": None}
    start = {"status": "queued", "conclusion": None, "started_at": call.now, "completed_at": None}
    values = read_run(call, {"name": name, **start, **blank})
    number = call.add("github_check_run", suite=suite_of(call, sha), **values)
    return answer_run(call, number, 201)


def update_run(call: Call) -> Answer:
    """Change a check run."""
    row = need_run(call, call.number("check_run_id"))
    values = read_run(call, row)
    call.update("github_check_run", row["id"], **values)
    return answer_run(call, row["id"], 200)


def answer_run(call: Call, number: int, status: int) -> Answer:
    """A check run that was made or changed just now."""
    row = need_run(call, number)
    state = row["conclusion"] or row["status"]
    call.tell("check_run", f"{row['name']} is {state} on {row['sha'][:9]}", sha=row["sha"])
    return Answer(show_run(call, row), status)


def read_run(call: Call, row: Row) -> dict[str, Any]:
    """The columns of a check run as a request changes them; a conclusion completes it."""
    status = chosen(call, "status", STATES, row["status"], "CheckRun")
    conclusion = chosen(call, "conclusion", (*CONCLUSIONS, ""), row["conclusion"] or "", "CheckRun")
    if "conclusion" in call.said and conclusion:
        status = "completed"
    if status == "completed" and not conclusion:
        raise invalid("CheckRun", "conclusion", "missing_field")
    done = call.text("completed_at") or row["completed_at"] or call.now
    return {
        "name": call.text("name", row["name"]),
        "status": status,
        "conclusion": conclusion if status == "completed" else None,
        "external_id": call.text("external_id", row["external_id"]),
        "details_url": call.text("details_url") or row["details_url"],
        "started_at": call.text("started_at") or row["started_at"],
        "completed_at": done if status == "completed" else None,
        **{key: call.part("output", key) or row[key] for key in ("title", "summary", "text")},
    }


def get_run(call: Call) -> Answer:
    """One check run."""
    return Answer(show_run(call, need_run(call, call.number("check_run_id"))))


def list_runs(call: Call) -> Answer:
    """The check runs of a commit: the last of each name, unless all are asked for."""
    rows = runs_of(call, need_commit(call, call.path("ref")).sha)
    rows = rows if call.query("filter") == "all" else latest_runs(rows)
    name, status = call.query("check_name"), call.query("status")
    wanted = [row for row in rows if name in ("", row["name"]) and status in ("", row["status"])]
    return paged(call, wanted, lambda row: show_run(call, row), key="check_runs")


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


RUNS = "/repos/{owner}/{repo}/check-runs"
COMMIT = "/repos/{owner}/{repo}/commits/{ref:path}"
DOCS = "checks/runs#"
ENDPOINTS = (
    Endpoint(
        "POST",
        "/repos/{owner}/{repo}/check-suites",
        create_suite,
        "checks/suites#create-a-check-suite",
        "write",
        "checks=write",
    ),
    Endpoint("POST", RUNS, create_run, f"{DOCS}create-a-check-run", "write", "checks=write"),
    Endpoint("GET", f"{RUNS}/{{check_run_id}}", get_run, f"{DOCS}get-a-check-run"),
    Endpoint(
        "PATCH",
        f"{RUNS}/{{check_run_id}}",
        update_run,
        f"{DOCS}update-a-check-run",
        "write",
        "checks=write",
    ),
    Endpoint(
        "GET", f"{COMMIT}/check-runs", list_runs, f"{DOCS}list-check-runs-for-a-git-reference"
    ),
    Endpoint(
        "GET",
        f"{COMMIT}/check-suites",
        list_suites,
        "checks/suites#list-check-suites-for-a-git-reference",
    ),
)
