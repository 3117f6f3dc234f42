"""What a branch asks of a pull request before it is merged, by rules and by protection."""

from runbook_lib.sandbox.services.github.accounts import account_by_id
from runbook_lib.sandbox.services.github.call import Call
from runbook_lib.sandbox.services.github.check_suites import latest_runs, runs_of
from runbook_lib.sandbox.services.github.protection import contexts_of, protection_of
from runbook_lib.sandbox.services.github.pull_rows import Row
from runbook_lib.sandbox.services.github.rulesets import rules_of
from runbook_lib.sandbox.services.github.statuses import latest_of, statuses_of

PASSING = ("success", "neutral", "skipped")
WRITING = ("write", "admin")


def lacking(call: Call, row: Row) -> list[str]:
    """What an open pull request lacks of what is required, in GitHub's words."""
    branch = row["base_ref"]
    return [
        *lacking_reviews(call, row, required_approvals(call, branch)),
        *lacking_checks(call, row["head_sha"], required_checks(call, branch)),
    ]


def required_approvals(call: Call, branch: str) -> int:
    """How many approvals are required."""
    reviews = (protection_of(call, branch) or {}).get("required_pull_request_reviews")
    counts = [
        rule["parameters"].get("required_approving_review_count", 0)
        for rule in rules_of(call, branch)
        if rule["type"] == "pull_request"
    ]
    own = 0 if reviews is None else reviews.get("required_approving_review_count", 1)
    return max(int(one) for one in (own, *counts))


def required_checks(call: Call, branch: str) -> list[str]:
    """Which checks are required."""
    named = [
        check["context"]
        for rule in rules_of(call, branch)
        for check in rule["parameters"].get("required_status_checks", [])
    ]
    return list(dict.fromkeys([*contexts_of(protection_of(call, branch)), *named]))


def lacking_reviews(call: Call, row: Row, wanted: int) -> list[str]:
    """What it lacks of the approvals that are required."""
    given = {}
    query = "SELECT * FROM github_review WHERE pull = ? AND submitted_at IS NOT NULL ORDER BY id"
    for review in call.all(query, row["id"]):
        account = account_by_id(call, review["author"])
        if account and account.permission in WRITING and review["state"] != "COMMENTED":
            given[review["author"]] = review["state"]
    approved = sum(state == "APPROVED" for who, state in given.items() if who != row["author"])
    if approved >= wanted:
        return []
    reviews = "review is" if wanted == 1 else "reviews are"
    return [f"At least {wanted} approving {reviews} required by reviewers with write access."]


def lacking_checks(call: Call, sha: str, wanted: list[str]) -> list[str]:
    """What it lacks of the checks that are required."""
    found = {one["context"]: one["state"] for one in latest_of(statuses_of(call, sha))}
    runs = latest_runs(runs_of(call, sha))
    found |= {one["name"]: one["conclusion"] or one["status"] for one in runs}
    missing = {name: found.get(name, "expected") for name in wanted}
    words = {"expected": "expected", "failure": "failing"}
    return [
        f'Required status check "{name}" is {words.get(state, state)}.'
        for name, state in missing.items()
        if state not in PASSING
    ]
