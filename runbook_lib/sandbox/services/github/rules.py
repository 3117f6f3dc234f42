"""How pull requests may be merged: a repository's own settings, and the rules of its branches."""

import json
from fnmatch import fnmatchcase
from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refs import find_ref
from runbook_lib.sandbox.services.github.refusal import Refusal, invalid, not_supplied

METHODS = {"merge": "merge_commit", "squash": "squash_merge", "rebase": "rebase_merge"}
"""The ways to merge, with GitHub's names for what allows them."""
FORBIDDEN = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}
TYPES = ("pull_request", "merge_queue", "required_linear_history")
"""The rules that are known here: those that say how things are merged."""

Row = dict[str, Any]


def merge_settings(call: Call) -> dict[str, bool]:
    """Which ways to merge the repository allows; all, until somebody says otherwise."""
    query = "SELECT method FROM github_forbidden_merge WHERE repository = ?"
    forbidden = {row["method"] for row in call.all(query, call.repository.id)}
    return {f"allow_{name}": method not in forbidden for method, name in METHODS.items()}


def change_merge_settings(call: Call) -> None:
    """Allow and forbid ways to merge, as the request's JSON says."""
    for method, name in METHODS.items():
        if f"allow_{name}" in call.said:
            row = (call.repository.id, method)
            call.change(
                "DELETE FROM github_forbidden_merge WHERE repository = ? AND method = ?", *row
            )
            if not call.flag(f"allow_{name}"):
                call.change("INSERT INTO github_forbidden_merge VALUES (?, ?)", *row)


def refuse_method(call: Call, branch: str, method: str) -> None:
    """Refuse a way to merge that the repository or its branch does not allow."""
    if not merge_settings(call)[f"allow_{METHODS[method]}"]:
        raise Refusal(405, f"{FORBIDDEN[method]} are not allowed on this repository.")
    for rule in rules_of(call, branch):
        allowed = rule["parameters"].get("allowed_merge_methods", list(METHODS))
        if rule["type"] == "merge_queue":
            raise Refusal(405, "Changes must be made through the merge queue")
        if rule["type"] == "required_linear_history" and method == "merge":
            raise Refusal(405, "This branch must not contain merge commits.")
        if method not in allowed:
            raise Refusal(405, f"{FORBIDDEN[method]} are not allowed on this branch.")


def rules_of(call: Call, branch: str) -> list[Row]:
    """The rules that apply to a branch."""
    rows = call.all("SELECT * FROM github_ruleset WHERE repository = ?", call.repository.id)
    return [
        {"ruleset": row["id"], "parameters": {}, **rule}
        for row in rows
        if any(applies(call, pattern, branch) for pattern in json.loads(row["include"]))
        for rule in json.loads(row["rules"])
    ]


def applies(call: Call, pattern: str, branch: str) -> bool:
    """Whether a ruleset's pattern means a branch."""
    if pattern == "~DEFAULT_BRANCH":
        return branch == call.repository.default_branch
    return pattern == "~ALL" or fnmatchcase(f"refs/heads/{branch}", pattern)


def list_rules(call: Call) -> Answer:
    """The rules of a branch, which need not be there."""
    return paged(call, rules_of(call, call.path("branch")), lambda rule: show_rule(call, rule))


def show_rule(call: Call, rule: Row) -> Row:
    """A rule, and the ruleset that it is of."""
    parameters = {"parameters": rule["parameters"]} if rule["parameters"] else {}
    return {
        "type": rule["type"],
        **parameters,
        "ruleset_source_type": "Repository",
        "ruleset_source": call.repository.full_name,
        "ruleset_id": rule["ruleset"],
    }


def create_ruleset(call: Call) -> Answer:
    """Make a ruleset of rules about merging."""
    if "name" not in call.said or "enforcement" not in call.said:
        raise not_supplied("enforcement" if "name" in call.said else "name")
    include = call.said_object("conditions").get("ref_name", {}).get("include", [])
    rules = call.said.get("rules") or []
    if any(rule.get("type") not in TYPES for rule in rules):
        raise invalid("RepositoryRuleset", "rules")
    number = call.add(
        "github_ruleset",
        repository=call.repository.id,
        name=call.text("name"),
        include=json.dumps(include),
        rules=json.dumps(rules),
        created_at=call.now,
    )
    return Answer(show_ruleset(call, number), 201)


def show_ruleset(call: Call, number: int) -> Row:
    """A ruleset."""
    row = call.one("SELECT * FROM github_ruleset WHERE id = ?", number) or {}
    return {
        "id": number,
        "name": row["name"],
        "target": "branch",
        "source_type": "Repository",
        "source": call.repository.full_name,
        "enforcement": "active",
        "node_id": f"RRS_{number}",
        "conditions": {"ref_name": {"include": json.loads(row["include"]), "exclude": []}},
        "rules": json.loads(row["rules"]),
        "created_at": row["created_at"],
        "updated_at": row["created_at"],
    }


def get_protection(call: Call) -> Answer:
    """A branch's protection, as it was before there were rules: no branch here has one."""
    if find_ref(call, f"refs/heads/{call.path('branch')}") is None:
        raise Refusal(404, "Branch not found")
    raise Refusal(404, "Branch not protected")


REPOSITORY = "/repos/{owner}/{repo}"
ENDPOINTS = (
    Endpoint(
        "GET",
        f"{REPOSITORY}/branches/{{branch:path}}/protection",
        get_protection,
        "branches/branch-protection#get-branch-protection",
        "admin",
    ),
    Endpoint(
        "GET",
        f"{REPOSITORY}/rules/branches/{{branch:path}}",
        list_rules,
        "repos/rules#get-rules-for-a-branch",
    ),
    Endpoint(
        "POST",
        f"{REPOSITORY}/rulesets",
        create_ruleset,
        "repos/rules#create-a-repository-ruleset",
        "admin",
        "administration=write",
    ),
)
