"""Rulesets and protected branches: what is told of them, and what they hold back."""

from typing import Any

import pytest

from .served import Served

NEEDED: dict[str, Any] = {
    "required_status_checks": None,
    "enforce_admins": None,
    "required_pull_request_reviews": None,
    "restrictions": None,
}
PLACE = ":/branches/master/protection"


def ruleset(github: Served, *rules: dict[str, Any], **said: Any) -> int:
    names = {"include": said.pop("include", ["~DEFAULT_BRANCH"]), "exclude": []}
    body = {"name": "held", "enforcement": "active", "rules": list(rules), **said}
    answer = github.post(":/rulesets", {**body, "conditions": {"ref_name": names}})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


def reviews(count: int) -> dict[str, Any]:
    no = ("dismiss_stale_reviews_on_push", "require_code_owner_review")
    more = ("require_last_push_approval", "required_review_thread_resolution")
    parameters = {**dict.fromkeys((*no, *more), False), "required_approving_review_count": count}
    return {"type": "pull_request", "parameters": parameters}


def checks(*names: str) -> dict[str, Any]:
    named = [{"context": name} for name in names]
    parameters = {"required_status_checks": named, "strict_required_status_checks_policy": False}
    return {"type": "required_status_checks", "parameters": parameters}


def open_pull(github: Served) -> None:
    said = {"title": "Release 1.9", "head": "release/1.9", "base": "master"}
    assert github.post(":/pulls", said).status_code == 201


def state(github: Served) -> str:
    return str(github.get(":/pulls/1").json()["mergeable_state"])


def refused(github: Served) -> str:
    answer = github.ask("PUT", ":/pulls/1/merge", {}, who="reviewer")
    assert answer.status_code == 405, answer.text
    return str(answer.json()["message"])


def test_rules_hold_a_merge_back_until_reviews_and_checks_are_there(github: Served) -> None:
    ruleset(github, reviews(1), checks("ci", "lint"))
    open_pull(github)
    sha = github.git("rev-parse", "release/1.9").strip()
    assert github.post(f":/statuses/{sha}", {"state": "pending", "context": "ci"}, who="ci").ok
    assert state(github) == "blocked"
    assert refused(github) == (
        "At least 1 approving review is required by reviewers with write access. "
        'Required status check "ci" is pending. Required status check "lint" is expected.'
    )
    approval = {"event": "APPROVE", "body": "Read."}
    assert github.post(":/pulls/1/reviews", approval, who="reviewer").ok
    for name in ("ci", "lint"):
        github.post(f":/statuses/{sha}", {"state": "success", "context": name}, who="ci")
    assert state(github) == "clean"
    assert github.ask("PUT", ":/pulls/1/merge", {}, who="reviewer").ok


@pytest.mark.parametrize(
    ("said", "merges"),
    [
        ("reviewer APPROVE, reviewer COMMENT", "clean"),
        ("reviewer APPROVE, reviewer REQUEST_CHANGES", "blocked"),
        ("reviewer COMMENT", "blocked"),
        ("reader APPROVE", "blocked"),
    ],
)
def test_what_counts_is_what_each_who_may_write_decided_last_and_a_comment_decides_nothing(
    github: Served, said: str, merges: str
) -> None:
    ruleset(github, reviews(1))
    open_pull(github)
    for who, event in (one.split() for one in said.split(", ")):
        assert github.post(":/pulls/1/reviews", {"event": event, "body": "Read."}, who=who).ok
    assert state(github) == merges


def test_protection_is_told_to_admins_and_its_checks_to_everybody(github: Served) -> None:
    assert github.get(PLACE).json()["message"] == "Branch not protected"
    shown = github.get(":/branches/master", who="reader").json()
    assert (shown["protected"], shown["protection"]["enabled"]) == (False, False)
    said = {
        **NEEDED,
        "required_status_checks": {"strict": True, "contexts": ["ci"]},
        "required_pull_request_reviews": {"required_approving_review_count": 2},
    }
    assert github.ask("PUT", PLACE, said).status_code == 200
    assert github.get(PLACE, who="reviewer").status_code == 403
    found = github.get(PLACE).json()
    assert found["required_pull_request_reviews"]["required_approving_review_count"] == 2
    shown = github.get(":/branches/master", who="reader").json()
    assert (shown["protected"], shown["protection"]["enabled"]) == (True, True)
    assert shown["protection"]["required_status_checks"]["contexts"] == ["ci"]
    open_pull(github)
    assert refused(github).startswith("At least 2 approving reviews are required")


def test_a_protection_says_all_that_is_needed_of_a_branch_that_is_there(github: Served) -> None:
    assert github.ask("PUT", PLACE, {"restrictions": None}).status_code == 422
    assert github.ask("PUT", ":/branches/none/protection", NEEDED).status_code == 404
    assert github.get(":/branches/none").status_code == 404


def test_rulesets_of_tags_are_told_with_who_may_bypass_them(github: Served) -> None:
    branches = ruleset(github, reviews(1))
    admins = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]
    tags = ruleset(
        github,
        {"type": "creation"},
        target="tag",
        include=["refs/tags/v*"],
        bypass_actors=admins,
    )
    assert [one["id"] for one in github.get(":/rulesets").json()] == [branches, tags]
    (only,) = github.get(":/rulesets?targets=tag", who="reader").json()
    assert (only["id"], "rules" in only) == (tags, False)
    for who, bypass in (("operator", "always"), ("ci", "never")):
        shown = github.get(f":/rulesets/{tags}", who=who).json()
        assert shown["current_user_can_bypass"] == bypass
        assert ("bypass_actors" in shown) == (who == "operator")
    assert github.get(":/rulesets/99").status_code == 404
    assert github.get(":/rules/branches/v1").json() == []


@pytest.mark.parametrize("said", [{"rules": [{"type": "none"}]}, {"target": "push"}])
def test_a_ruleset_that_is_not_known_here_is_refused(github: Served, said: dict[str, Any]) -> None:
    body = {"name": "held", "enforcement": "active", **said}
    assert github.post(":/rulesets", body).status_code == 422
