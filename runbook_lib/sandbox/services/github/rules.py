"""How pull requests may be merged: a repository's own settings, and the rules of its branches."""

from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.refusal import Refusal
from runbook_lib.sandbox.services.github.rulesets import rules_of

METHODS = {"merge": "merge_commit", "squash": "squash_merge", "rebase": "rebase_merge"}
"""The ways to merge, with GitHub's names for what allows them."""
FORBIDDEN = {"merge": "Merge commits", "squash": "Squash merges", "rebase": "Rebase merges"}


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


def auto_merge_allowed(call: Call) -> bool:
    """Whether GitHub may merge pull requests by itself."""
    query = "SELECT 1 FROM github_auto_merge_allowed WHERE repository = ?"
    return call.one(query, call.repository.id) is not None


def change_auto_merge(call: Call) -> None:
    """Allow or forbid it, as the request's JSON says."""
    if "allow_auto_merge" in call.said:
        call.change(
            "DELETE FROM github_auto_merge_allowed WHERE repository = ?", call.repository.id
        )
        if call.flag("allow_auto_merge"):
            call.change("INSERT INTO github_auto_merge_allowed VALUES (?)", call.repository.id)


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
