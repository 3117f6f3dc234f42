"""Runs of Actions' workflows: the check runs of a commit, as Actions shows them."""

from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.check_suites import Row, latest_runs
from runbook_lib.sandbox.services.github.checks import queue_run
from runbook_lib.sandbox.services.github.commits import need_commit
from runbook_lib.sandbox.services.github.object_format import Commit
from runbook_lib.sandbox.services.github.objects import find_commit, read_objects
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.pull_rows import open_pulls_at, show_minimal_pull
from runbook_lib.sandbox.services.github.refs import find_ref
from runbook_lib.sandbox.services.github.refusal import not_found, unprocessable
from runbook_lib.sandbox.services.github.repositories import show_minimal_repository
from runbook_lib.sandbox.services.github.trees import find_entry

TRIGGER = b"workflow_dispatch"
PARTS = ("jobs", "logs", "artifacts", "cancel", "rerun")
SELECT = """
    SELECT run.*, suite.sha, suite.created_at AS made FROM github_check_run AS run
    JOIN github_check_suite AS suite ON suite.id = run.suite WHERE suite.repository = ?
"""


def list_workflow_runs(call: Call) -> Answer:
    """The runs of a repository's workflows, or those of one commit."""
    sha = call.query("head_sha")
    rows = call.all(f"{SELECT} ORDER BY run.id", call.repository.id)
    wanted = [row for row in rows if sha in ("", row["sha"])]
    latest = latest_runs(wanted) if sha else wanted
    return paged(call, latest[::-1], lambda row: show_workflow_run(call, row), key="workflow_runs")


def show_workflow_run(call: Call, row: Row) -> dict[str, Any]:
    """A run of a workflow that is called as its check run."""
    pulls, api = open_pulls_at(call, row["sha"]), call.links.repository
    url = f"{api}/actions/runs/{row['id']}"
    began = row["started_at"] or row["made"]
    return {
        "id": row["id"],
        "name": row["name"],
        "node_id": f"WFR_{row['id']}",
        "check_suite_id": row["suite"],
        "head_branch": pulls[0]["head_ref"] if pulls else call.repository.default_branch,
        "head_sha": row["sha"],
        "path": f".github/workflows/{row['name']}.yml",
        "run_number": row["id"],
        "event": "push",
        "display_title": row["name"],
        "status": row["status"],
        "conclusion": row["conclusion"],
        "workflow_id": row["suite"],
        "url": url,
        "html_url": call.links.page("actions", "runs", row["id"]),
        "pull_requests": [show_minimal_pull(call, one) for one in pulls],
        "created_at": row["made"],
        "updated_at": row["completed_at"] or began,
        "run_started_at": began,
        **{f"{part}_url": f"{url}/{part}" for part in PARTS},
        "check_suite_url": f"{api}/check-suites/{row['suite']}",
        "workflow_url": f"{api}/actions/workflows/{row['suite']}",
        "head_commit": show_head(call, row["sha"]),
        "repository": show_minimal_repository(call),
        "head_repository": show_minimal_repository(call),
    }


def dispatch_workflow(call: Call) -> Answer:
    """Start a workflow by hand, on a branch or a tag whose file of it says that it can be."""
    name = call.needed_text("ref")
    refs = (find_ref(call, form.format(name)) for form in ("refs/heads/{}", "refs/tags/{}", "{}"))
    ref = next(filter(None, refs), None)
    if ref is None:
        raise unprocessable(f"No ref found for: {name}")
    commit = need_commit(call, ref.name)
    if TRIGGER not in workflow_file(call, commit):
        raise unprocessable("Workflow does not have 'workflow_dispatch' trigger")
    run = queue_run(call, call.path("workflow_id").partition(".")[0], commit.sha)
    call.tell("workflow_dispatch", f"started CI on {name}", ref=ref.name, after=commit.sha, run=run)
    return Answer(status=204)


def workflow_file(call: Call, commit: Commit) -> bytes:
    """The file of the workflow that the path names, as a commit has it."""
    path = f".github/workflows/{call.path('workflow_id')}"
    entry = find_entry(call.folder, commit.tree, path)
    if entry is None:
        raise not_found()
    [found] = read_objects(call.folder, [entry.sha])
    assert found is not None, "a tree's objects are there"
    return found.data


def show_head(call: Call, sha: str) -> dict[str, Any] | None:
    """The commit of a run, in short."""
    commit = find_commit(call.folder, sha)
    if commit is None:
        return None
    people = {"author": commit.author, "committer": commit.committer}
    return {
        "id": sha,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": commit.committer.time,
        **{who: {"name": one.name, "email": one.email} for who, one in people.items()},
    }


ENDPOINTS = (
    Endpoint(
        "GET",
        "/repos/{owner}/{repo}/actions/runs",
        list_workflow_runs,
        "actions/workflow-runs#list-workflow-runs-for-a-repository",
    ),
    Endpoint(
        "POST",
        "/repos/{owner}/{repo}/actions/workflows/{workflow_id}/dispatches",
        dispatch_workflow,
        "actions/workflows#create-a-workflow-dispatch-event",
        "write",
        "actions=write",
    ),
)
