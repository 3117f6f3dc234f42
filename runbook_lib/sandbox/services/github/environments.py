"""Environments that are deployed to, and whose review each of them asks for."""

import json
from typing import Any

from runbook_lib.sandbox.services.github.accounts import show_account_by_id
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.refusal import not_found, unprocessable

MOST_REVIEWERS = 6

Row = dict[str, Any]


def find_environment(call: Call, name: str) -> Row | None:
    """The environment of that name, or None."""
    query = "SELECT * FROM github_environment WHERE repository = ? AND name = ?"
    return call.one(query, call.repository.id, name)


def make_environment(call: Call, name: str) -> Row:
    """The environment of that name, made where there is none."""
    call.change(
        "INSERT OR IGNORE INTO github_environment (repository, name, created_at, updated_at)"
        " VALUES (?, ?, ?, ?)",
        call.repository.id,
        name,
        call.now,
        call.now,
    )
    found = find_environment(call, name)
    assert found is not None, "it was made just now"
    return found


def get_environment(call: Call) -> Answer:
    """One environment."""
    row = find_environment(call, call.path("environment_name"))
    if row is None:
        raise not_found()
    return Answer(show_environment(call, row))


def put_environment(call: Call) -> Answer:
    """Make an environment, or change whose review it asks for: accounts alone, by their numbers."""
    reviewers = call.said.get("reviewers") or []
    if len(reviewers) > MOST_REVIEWERS or any(one.get("type") != "User" for one in reviewers):
        raise unprocessable("Invalid reviewers")
    row = make_environment(call, call.path("environment_name"))
    numbers = json.dumps([one.get("id") for one in reviewers])
    call.update("github_environment", row["id"], reviewers=numbers, updated_at=call.now)
    return Answer(show_environment(call, make_environment(call, row["name"])))


def show_environment(call: Call, row: Row) -> Row:
    """An environment."""
    return {
        "id": row["id"],
        "node_id": f"EN_{row['id']}",
        "name": row["name"],
        "url": f"{call.links.repository}/environments/{row['name']}",
        "html_url": call.links.page("deployments", "activity_log"),
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
        "protection_rules": protection_rules(call, row),
        "deployment_branch_policy": None,
    }


def protection_rules(call: Call, row: Row) -> list[Row]:
    """What is asked for before a deployment goes on."""
    found = [show_account_by_id(call, number) for number in json.loads(row["reviewers"])]
    reviewers = [{"type": "User", "reviewer": one} for one in found if one]
    rule = {"id": row["id"], "node_id": f"GA_{row['id']}", "type": "required_reviewers"}
    return [{**rule, "prevent_self_review": False, "reviewers": reviewers}] if reviewers else []


ENVIRONMENT = "/repos/{owner}/{repo}/environments/{environment_name}"
DOCS = "deployments/environments#"
ENDPOINTS = (
    Endpoint("GET", ENVIRONMENT, get_environment, f"{DOCS}get-an-environment"),
    Endpoint(
        "PUT",
        ENVIRONMENT,
        put_environment,
        f"{DOCS}create-or-update-an-environment",
        "admin",
        "administration=write",
    ),
)
