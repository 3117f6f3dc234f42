"""Branches, and their protection as it was before there were rules."""

import json
from typing import Any

from runbook_lib.sandbox.services.github.call import Answer, Call, Endpoint
from runbook_lib.sandbox.services.github.commits import show_commit
from runbook_lib.sandbox.services.github.objects import read_commits
from runbook_lib.sandbox.services.github.refs import find_ref
from runbook_lib.sandbox.services.github.refusal import Refusal, not_supplied
from runbook_lib.sandbox.services.github.rulesets import rules_of

NEEDED = (
    "required_status_checks",
    "enforce_admins",
    "required_pull_request_reviews",
    "restrictions",
)

Row = dict[str, Any]


def protection_of(call: Call, branch: str) -> Row | None:
    """What somebody has said of a branch's protection, or None."""
    query = "SELECT said FROM github_protection WHERE repository = ? AND branch = ?"
    row = call.one(query, call.repository.id, branch)
    found: Row | None = json.loads(row["said"]) if row else None
    return found


def contexts_of(protection: Row | None) -> list[str]:
    """The checks that a protection requires."""
    checks = (protection or {}).get("required_status_checks") or {}
    named = [one["context"] for one in checks.get("checks") or []]
    return list(checks.get("contexts") or named)


def need_branch(call: Call) -> str:
    """The branch that the path names."""
    branch = call.path("branch")
    if find_ref(call, f"refs/heads/{branch}") is None:
        raise Refusal(404, "Branch not found")
    return branch


def get_branch(call: Call) -> Answer:
    """A branch, with those of its protection that everybody may know."""
    branch = need_branch(call)
    ref = find_ref(call, f"refs/heads/{branch}")
    assert ref is not None, "it was found just now"
    protection, place = protection_of(call, branch), f"{call.links.repository}/branches/{branch}"
    contexts = contexts_of(protection)
    checks = {
        "enforcement_level": "non_admins" if contexts else "off",
        "contexts": contexts,
        "checks": [{"context": one, "app_id": None} for one in contexts],
    }
    shown = {
        "name": branch,
        "commit": show_commit(call, read_commits(call.folder, [ref.sha])[0]),
        "_links": {"self": place, "html": call.links.page("tree", branch)},
        "protected": bool(protection or rules_of(call, branch)),
        "protection": {"enabled": protection is not None, "required_status_checks": checks},
        "protection_url": f"{place}/protection",
    }
    return Answer(shown)


def get_protection(call: Call) -> Answer:
    """A branch's protection, for admins."""
    branch = need_branch(call)
    found = protection_of(call, branch)
    if found is None:
        raise Refusal(404, "Branch not protected")
    return Answer(show_protection(call, branch, found))


def put_protection(call: Call) -> Answer:
    """Protect a branch, as the request says."""
    branch = need_branch(call)
    missing = [name for name in NEEDED if name not in call.said]
    if missing:
        raise not_supplied(missing[0])
    row = (call.repository.id, branch, json.dumps(call.said))
    call.change("INSERT OR REPLACE INTO github_protection VALUES (?, ?, ?)", *row)
    return Answer(show_protection(call, branch, call.said))


def show_protection(call: Call, branch: str, said: Row) -> Row:
    """A branch's protection."""
    url = f"{call.links.repository}/branches/{branch}/protection"
    shown = {
        "url": url,
        "enforce_admins": {"url": f"{url}/enforce_admins", "enabled": bool(said["enforce_admins"])},
        "required_linear_history": {"enabled": bool(said.get("required_linear_history"))},
    }
    if said["required_status_checks"]:
        contexts = contexts_of(said)
        shown["required_status_checks"] = {
            "url": f"{url}/required_status_checks",
            "strict": bool(said["required_status_checks"].get("strict")),
            "contexts": contexts,
            "checks": [{"context": one, "app_id": None} for one in contexts],
            "contexts_url": f"{url}/required_status_checks/contexts",
        }
    if said["required_pull_request_reviews"] is not None:
        shown["required_pull_request_reviews"] = show_reviews(
            url, said["required_pull_request_reviews"]
        )
    return shown


def show_reviews(url: str, said: Row) -> Row:
    """Which reviews a protection asks for."""
    return {
        "url": f"{url}/required_pull_request_reviews",
        "dismiss_stale_reviews": bool(said.get("dismiss_stale_reviews")),
        "require_code_owner_reviews": bool(said.get("require_code_owner_reviews")),
        "required_approving_review_count": said.get("required_approving_review_count", 1),
        "require_last_push_approval": bool(said.get("require_last_push_approval")),
    }


BRANCH = "/repos/{owner}/{repo}/branches/{branch:path}"
DOCS = "branches/branch-protection#"
ENDPOINTS = (
    Endpoint(
        "GET", f"{BRANCH}/protection", get_protection, f"{DOCS}get-branch-protection", "admin"
    ),
    Endpoint(
        "PUT",
        f"{BRANCH}/protection",
        put_protection,
        f"{DOCS}update-branch-protection",
        "admin",
        "administration=write",
    ),
    Endpoint("GET", BRANCH, get_branch, "branches/branches#get-a-branch"),
)
