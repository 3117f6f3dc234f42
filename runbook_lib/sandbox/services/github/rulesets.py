"""Rulesets: what is asked of the branches or tags whose names fit.

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/about-rulesets
"""

import json
from typing import Any

from runbook_lib.policy.ref_patterns import means
from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint, chosen
from runbook_lib.sandbox.services.github.pages import paged
from runbook_lib.sandbox.services.github.refusal import invalid, not_found, not_supplied

TYPES = (
    "branch_name_pattern",
    "commit_message_pattern",
    "creation",
    "deletion",
    "merge_queue",
    "pull_request",
    "required_linear_history",
    "required_signatures",
    "required_status_checks",
    "tag_name_pattern",
    "update",
)
"""The rules that are known here."""
FOLDERS = {"branch": "refs/heads/", "tag": "refs/tags/"}
DEFAULT = "~DEFAULT_BRANCH"

Row = dict[str, Any]


def ruleset_rows(call: Call, target: str = "") -> list[Row]:
    """The rulesets, with what stands beside a row: its target, and who may bypass it."""
    rows = call.all("SELECT * FROM github_ruleset WHERE repository = ?", call.repository.id)
    beside = {row["ruleset"]: row for row in call.all("SELECT * FROM github_ruleset_more")}
    none = {"target": "branch", "exclude": "[]", "bypass": "[]"}
    whole = [{**none, **beside.get(row["id"], {}), **row} for row in rows]
    return [row for row in whole if target in ("", row["target"])]


def rules_of(call: Call, branch: str) -> list[Row]:
    """The rules that apply to a branch."""
    return [
        {"ruleset": row["id"], "parameters": {}, **rule}
        for row in ruleset_rows(call, "branch")
        if applies(call, row, branch)
        for rule in json.loads(row["rules"])
    ]


def applies(call: Call, ruleset: Row, name: str) -> bool:
    """Whether a ruleset means a branch or a tag."""
    included, excluded = (
        [default_branch(call, one) for one in json.loads(ruleset[key])]
        for key in ("include", "exclude")
    )
    return means(included, excluded, FOLDERS[ruleset["target"]] + name)


def default_branch(call: Call, pattern: str) -> str:
    """A pattern, with the name of the default branch in place of GitHub's word for it."""
    return f"refs/heads/{call.repository.default_branch}" if pattern == DEFAULT else pattern


def may_bypass(call: Call, ruleset: Row) -> bool:
    """Whether the caller is one of those to whom a ruleset does not apply: an admin may be."""
    actors = json.loads(ruleset["bypass"])
    named = any(one.get("actor_type") == "RepositoryRole" for one in actors)
    return named and call.permission == "admin"


def holds_back(call: Call, ref: str) -> bool:
    """Whether a ruleset lets the caller make no such ref, by its full name."""
    for target, folder in FOLDERS.items():
        for row in ruleset_rows(call, target) if ref.startswith(folder) else ():
            kinds = {rule["type"] for rule in json.loads(row["rules"])}
            about = applies(call, row, ref.removeprefix(folder))
            if about and "creation" in kinds and not may_bypass(call, row):
                return True
    return False


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
    """Make a ruleset."""
    if "name" not in call.said or "enforcement" not in call.said:
        raise not_supplied("enforcement" if "name" in call.said else "name")
    names = call.said_object("conditions").get("ref_name", {})
    rules = call.said.get("rules") or []
    if any(rule.get("type") not in TYPES for rule in rules):
        raise invalid("RepositoryRuleset", "rules")
    number = call.add(
        "github_ruleset",
        repository=call.repository.id,
        name=call.text("name"),
        include=json.dumps(names.get("include", [])),
        rules=json.dumps(rules),
        created_at=call.now,
    )
    call.add(
        "github_ruleset_more",
        ruleset=number,
        target=chosen(call, "target", tuple(FOLDERS), "branch", "RepositoryRuleset"),
        exclude=json.dumps(names.get("exclude", [])),
        bypass=json.dumps(call.said.get("bypass_actors") or []),
    )
    return Answer(show_ruleset(call, need_ruleset(call, number)), 201)


def need_ruleset(call: Call, number: int) -> Row:
    """The ruleset of that number."""
    row = next((row for row in ruleset_rows(call) if row["id"] == number), None)
    if row is None:
        raise not_found()
    return row


def list_rulesets(call: Call) -> Answer:
    """The rulesets, without their rules; `targets` narrows them down."""
    wanted = call.query("targets").split(",")
    rows = [row for row in ruleset_rows(call) if wanted == [""] or row["target"] in wanted]
    return paged(call, rows, lambda row: show_short_ruleset(call, row))


def get_ruleset(call: Call) -> Answer:
    """One ruleset."""
    return Answer(show_ruleset(call, need_ruleset(call, call.number("ruleset_id"))))


def show_short_ruleset(call: Call, row: Row) -> Row:
    """A ruleset as it stands in a list."""
    return {
        "id": row["id"],
        "name": row["name"],
        "target": row["target"],
        "source_type": "Repository",
        "source": call.repository.full_name,
        "enforcement": "active",
        "node_id": f"RRS_{row['id']}",
        "created_at": row["created_at"],
        "updated_at": row["created_at"],
    }


def show_ruleset(call: Call, row: Row) -> Row:
    """A ruleset; who may bypass it is told to admins alone."""
    names = {key: json.loads(row[key]) for key in ("include", "exclude")}
    actors = {"bypass_actors": json.loads(row["bypass"])} if call.permission == "admin" else {}
    return {
        **show_short_ruleset(call, row),
        **actors,
        "current_user_can_bypass": "always" if may_bypass(call, row) else "never",
        "conditions": {"ref_name": names},
        "rules": json.loads(row["rules"]),
    }


REPOSITORY = "/repos/{owner}/{repo}"
DOCS = "repos/rules#"
ENDPOINTS = (
    Endpoint(
        "GET",
        f"{REPOSITORY}/rules/branches/{{branch:path}}",
        list_rules,
        f"{DOCS}get-rules-for-a-branch",
    ),
    Endpoint("GET", f"{REPOSITORY}/rulesets", list_rulesets, f"{DOCS}get-all-repository-rulesets"),
    Endpoint(
        "GET",
        f"{REPOSITORY}/rulesets/{{ruleset_id}}",
        get_ruleset,
        f"{DOCS}get-a-repository-ruleset",
    ),
    Endpoint(
        "POST",
        f"{REPOSITORY}/rulesets",
        create_ruleset,
        f"{DOCS}create-a-repository-ruleset",
        "admin",
        "administration=write",
    ),
)
