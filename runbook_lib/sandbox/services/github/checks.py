"""Check runs.

GitHub lets its apps alone make check runs. Here every account that may push can: CI is a person of
the sandbox, and its runs are shown as an app's.
"""

from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.check_suites import (
    SELECT,
    Row,
    latest_runs,
    needed_sha,
    runs_of,
    show_app,
    suite_of,
)
from runbook_lib.sandbox.services.github.commits import need_commit
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.pull_rows import open_pulls_at, show_minimal_pull
from runbook_lib.sandbox.services.github.refusal import invalid, not_found

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


def need_run(call: Call, number: int) -> Row:
    """The check run of that number."""
    row = call.one(f"{SELECT} AND run.id = ?", call.repository.id, number)
    if row is None:
        raise not_found()
    return row


def create_run(call: Call) -> Answer:
    """Make a check run of a commit."""
    name, sha = call.needed_text("name"), needed_sha(call)
    values = read_run(call, new_run(call, name))
    number = call.add("github_check_run", suite=suite_of(call, sha), **values)
    return answer_run(call, number, 201)


def new_run(call: Call, name: str) -> Row:
    """The columns of a check run that waits for its turn."""
    blank = {"external_id": "", "details_url": None, "title": None, "summary": None, "text": None}
    start = {"status": "queued", "conclusion": None, "started_at": call.now, "completed_at": None}
    return {"name": name, **start, **blank}


def queue_run(call: Call, name: str, sha: str) -> int:
    """Make a check run that waits for its turn; its number."""
    return call.add("github_check_run", suite=suite_of(call, sha), **new_run(call, name))


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


def list_runs(call: Call) -> Answer:
    """The check runs of a commit: the last of each name, unless all are asked for."""
    rows = runs_of(call, need_commit(call, call.path("ref")).sha)
    rows = rows if call.query("filter") == "all" else latest_runs(rows)
    name, status = call.query("check_name"), call.query("status")
    wanted = [row for row in rows if name in ("", row["name"]) and status in ("", row["status"])]
    return paged(call, wanted, lambda row: show_run(call, row), key="check_runs")


RUNS = "/repos/{owner}/{repo}/check-runs"
DOCS = "checks/runs#"
ENDPOINTS = (
    Endpoint("POST", RUNS, create_run, f"{DOCS}create-a-check-run", "write", "checks=write"),
    Endpoint(
        "PATCH",
        f"{RUNS}/{{check_run_id}}",
        update_run,
        f"{DOCS}update-a-check-run",
        "write",
        "checks=write",
    ),
    Endpoint(
        "GET",
        "/repos/{owner}/{repo}/commits/{ref:path}/check-runs",
        list_runs,
        f"{DOCS}list-check-runs-for-a-git-reference",
    ),
)
