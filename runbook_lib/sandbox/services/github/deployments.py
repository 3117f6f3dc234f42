"""Deployments of commits to environments, and their statuses."""

from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_id
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.check_suites import latest_runs, runs_of
from runbook_lib.sandbox.services.github.environments import make_environment
from runbook_lib.sandbox.services.github.objects import find_commit
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refusal import Refusal, invalid, not_found, unprocessable
from runbook_lib.sandbox.services.github.statuses import latest_of, statuses_of

STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")
PASSING = ("success", "neutral", "skipped")

Row = dict[str, Any]


def deployment_rows(call: Call) -> list[Row]:
    """All deployments of the repository, the newest first."""
    query = "SELECT * FROM github_deployment WHERE repository = ? ORDER BY id DESC"
    return call.all(query, call.repository.id)


def need_deployment(call: Call) -> Row:
    """The deployment that the path names."""
    number = call.number("deployment_id")
    row = next((row for row in deployment_rows(call) if row["id"] == number), None)
    if row is None:
        raise not_found()
    return row


def create_deployment(call: Call) -> Answer:
    """Note that a ref is to be deployed, once the checks on its commit are green."""
    ref = call.needed_text("ref")
    commit = find_commit(call.folder, ref)
    if commit is None:
        raise unprocessable(f"No ref found for: {ref}")
    refuse_unchecked(call, ref, commit.sha)
    environment = call.text("environment", "production")
    make_environment(call, environment)
    number = call.add(
        "github_deployment",
        repository=call.repository.id,
        sha=commit.sha,
        ref=ref,
        environment=environment,
        task=call.text("task", "deploy"),
        description=call.text("description") or None,
        creator=call.caller.id,
        created_at=call.now,
    )
    call.tell("deployment", f"asked to deploy {ref} to {environment}", sha=commit.sha)
    row = next(row for row in deployment_rows(call) if row["id"] == number)
    shown = show_deployment(call, row)
    return Answer(shown, 201, {"Location": shown["url"]})


def refuse_unchecked(call: Call, ref: str, sha: str) -> None:
    """Refuse what is not green; `required_contexts` names what has to be, by default all."""
    found = {one["context"]: one["state"] for one in latest_of(statuses_of(call, sha))}
    found |= {one["name"]: one["conclusion"] or "" for one in latest_runs(runs_of(call, sha))}
    named = call.texts("required_contexts") if "required_contexts" in call.said else list(found)
    if any(found.get(name) not in PASSING for name in named):
        raise Refusal(409, f"Conflict: Commit status checks failed for {ref}.")


def list_deployments(call: Call) -> Answer:
    """The deployments, the newest first, as far as the query narrows them down."""
    rows = deployment_rows(call)
    for name in ("sha", "ref", "task", "environment"):
        rows = [row for row in rows if call.query(name) in ("", row[name])]
    return paged(call, rows, lambda row: show_deployment(call, row))


def show_deployment(call: Call, row: Row) -> Row:
    """A deployment."""
    url = f"{call.links.repository}/deployments/{row['id']}"
    return {
        "url": url,
        "id": row["id"],
        "node_id": f"DE_{row['id']}",
        "sha": row["sha"],
        "ref": row["ref"],
        "task": row["task"],
        "payload": {},
        "original_environment": row["environment"],
        "environment": row["environment"],
        "description": row["description"],
        "creator": show_account_by_id(call, row["creator"]),
        "created_at": row["created_at"],
        "updated_at": row["created_at"],
        "statuses_url": f"{url}/statuses",
        "repository_url": call.links.repository,
        "transient_environment": False,
        "production_environment": row["environment"] == "production",
    }


def create_status(call: Call) -> Answer:
    """Say how a deployment stands; one that succeeded takes the place of those before it."""
    row = need_deployment(call)
    if "state" not in call.said:
        raise invalid("DeploymentStatus", "state", "missing_field")
    state = chosen(call, "state", STATES, "", "DeploymentStatus")
    if state == "success" and call.flag("auto_inactive", True):
        retire_others(call, row)
    number = add_status(call, row["id"], state, call.text("description"), call.text("log_url"))
    call.tell("deployment", f"{row['ref']} is {state} on {row['environment']}", state=state)
    shown = show_status(call, row, statuses_of_deployment(call, row["id"], number)[0])
    return Answer(shown, 201, {"Location": shown["url"]})


def retire_others(call: Call, row: Row) -> None:
    """Mark the environment's other deployments that succeeded as inactive."""
    for other in deployment_rows(call):
        there = other["environment"] == row["environment"] and other["id"] != row["id"]
        found = statuses_of_deployment(call, other["id"]) if there else []
        if found and found[0]["state"] == "success":
            add_status(call, other["id"], "inactive")


def add_status(
    call: Call, deployment: int, state: str, description: str = "", log_url: str = ""
) -> int:
    """Put a status into the table."""
    return call.add(
        "github_deployment_status",
        deployment=deployment,
        state=state,
        description=description,
        log_url=log_url,
        creator=call.caller.id,
        created_at=call.now,
    )


def statuses_of_deployment(call: Call, deployment: int, number: int = 0) -> list[Row]:
    """The statuses of a deployment, the newest first; or the one of that number."""
    query = "SELECT * FROM github_deployment_status WHERE deployment = ? ORDER BY id DESC"
    rows = call.all(query, deployment)
    return [row for row in rows if number in (0, row["id"])]


def list_statuses(call: Call) -> Answer:
    """The statuses of a deployment, the newest first."""
    row = need_deployment(call)
    found = statuses_of_deployment(call, row["id"])
    return paged(call, found, lambda one: show_status(call, row, one))


def show_status(call: Call, row: Row, status: Row) -> Row:
    """A status of a deployment."""
    url = f"{call.links.repository}/deployments/{row['id']}"
    addresses = {"log_url": status["log_url"]} if status["log_url"] else {}
    return {
        "url": f"{url}/statuses/{status['id']}",
        "id": status["id"],
        "node_id": f"DES_{status['id']}",
        "state": status["state"],
        "creator": show_account_by_id(call, status["creator"]),
        "description": status["description"],
        "environment": row["environment"],
        "created_at": status["created_at"],
        "updated_at": status["created_at"],
        "deployment_url": url,
        "repository_url": call.links.repository,
        "target_url": status["log_url"] or url,
        **addresses,
    }


DEPLOYMENTS = "/repos/{owner}/{repo}/deployments"
STATUSES = f"{DEPLOYMENTS}/{{deployment_id}}/statuses"
DOCS = "deployments/deployments#"
NEEDS = "deployments=write"
ENDPOINTS = (
    Endpoint("GET", DEPLOYMENTS, list_deployments, f"{DOCS}list-deployments"),
    Endpoint("POST", DEPLOYMENTS, create_deployment, f"{DOCS}create-a-deployment", "write", NEEDS),
    Endpoint("GET", STATUSES, list_statuses, "deployments/statuses#list-deployment-statuses"),
    Endpoint(
        "POST",
        STATUSES,
        create_status,
        "deployments/statuses#create-a-deployment-status",
        "write",
        NEEDS,
    ),
)
