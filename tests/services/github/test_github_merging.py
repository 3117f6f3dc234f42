"""Whether a release's pull request can be merged with a merge commit, before anything is pushed."""

from typing import Any

import pytest

from runbook_lib.errors import Refused
from tests.services.github.conftest import Hub


def allow_only(hub: Hub, *methods: str) -> None:
    """Have an admin forbid the other ways to merge, in the repository's settings."""
    names = {"merge": "merge_commit", "squash": "squash_merge", "rebase": "rebase_merge"}
    said = {f"allow_{name}": method in methods for method, name in names.items()}
    hub.ask("operator", "PATCH", "", said)


def rule(hub: Hub, kind: str, parameters: dict[str, Any] | None = None) -> None:
    """Have an admin make a ruleset for the default branch."""
    said = {"type": kind, **({"parameters": parameters} if parameters else {})}
    ruleset = {"name": "main", "enforcement": "active", "rules": [said]}
    ruleset["conditions"] = {"ref_name": {"include": ["~DEFAULT_BRANCH"], "exclude": []}}
    hub.ask("operator", "POST", "/rulesets", ruleset, status=201)


def protect(hub: Hub, *, contexts: list[str], approvals: int) -> None:
    """Have an admin protect the default branch, as it was done before there were rules."""
    said = {
        "required_status_checks": {"strict": False, "contexts": contexts},
        "required_pull_request_reviews": {"required_approving_review_count": approvals},
        "enforce_admins": None,
        "restrictions": None,
    }
    hub.ask("operator", "PUT", "/branches/master/protection", said)


def test_merge_commits_are_allowed_and_an_admin_sees_that_nothing_is_hidden(hub: Hub) -> None:
    github = hub.github()
    said = "harbor/tidewatch takes merge commits into master"
    assert str(github.check_merging("master")) == said
    assert (github.calls, github.writes) == (3, 0)


def test_who_is_no_admin_is_told_that_a_protection_cannot_be_read(hub: Hub) -> None:
    protect(hub, contexts=["ci/tests"], approvals=2)
    github = hub.github("reviewer")
    said = str(github.check_merging("master"))
    assert "(its protection can't be read with this token)" in said
    assert said.endswith("before that it asks for checks: ci/tests")
    assert github.calls == 3


def test_a_branch_without_protection_hides_nothing_from_who_is_no_admin(hub: Hub) -> None:
    github = hub.github("reviewer")
    assert str(github.check_merging("master")) == "harbor/tidewatch takes merge commits into master"
    assert github.calls == 3


def test_what_is_asked_for_before_a_merge_is_said_with_the_most_of_each(hub: Hub) -> None:
    protect(hub, contexts=["ci/tests"], approvals=1)
    asks = {"required_approving_review_count": 2, "require_code_owner_review": True}
    rule(hub, "pull_request", asks)
    named = [{"context": "lint"}, {"context": "ci/tests"}]
    rule(hub, "required_status_checks", {"required_status_checks": named})
    rule(hub, "merge_queue", {"merge_method": "MERGE"})
    found = hub.github().check_merging("master")
    assert found.demands.checks == ("ci/tests", "lint")
    assert str(found).endswith(
        "before that it asks for 2 approvals, one by a code owner; checks: ci/tests, lint; "
        "a merge queue, into which whoever merges puts it"
    )


@pytest.mark.parametrize("methods", [["squash"], ["rebase"], ["squash", "rebase"]])
def test_a_repository_that_takes_no_merge_commits_is_refused_with_its_choices(
    hub: Hub, methods: list[str]
) -> None:
    allow_only(hub, *methods)
    choices = rf"allows to {' or '.join(methods)} only.*settings.*parameter source"
    with pytest.raises(Refused, match=choices):
        hub.github().check_merging("master")


def test_a_branch_rule_that_takes_no_merge_commits_is_refused_on_that_branch(hub: Hub) -> None:
    rule(hub, "pull_request", {"allowed_merge_methods": ["squash"]})
    with pytest.raises(
        Refused, match=r"ruleset 1 allows to squash only.*rules\?ref=refs%2Fheads%2F"
    ):
        hub.github().check_merging("master")
    assert hub.github().check_merging("release/1.9").branch == "release/1.9"


def test_a_rule_that_also_takes_merge_commits_is_no_reason(hub: Hub) -> None:
    rule(hub, "pull_request", {"allowed_merge_methods": ["merge", "squash"]})
    rule(hub, "merge_queue", {"merge_method": "MERGE"})
    assert hub.github().check_merging("master")


@pytest.mark.parametrize(
    ("kind", "parameters", "said"),
    [
        ("required_linear_history", None, "ruleset 1 wants a linear history"),
        ("merge_queue", {"merge_method": "SQUASH"}, "merge queue of ruleset 1 does a squash"),
    ],
)
def test_a_linear_history_and_a_queue_that_squashes_are_refused(
    hub: Hub, kind: str, parameters: dict[str, Any] | None, said: str
) -> None:
    rule(hub, kind, parameters)
    with pytest.raises(Refused, match=said):
        hub.github().check_merging("master")


def test_a_classic_protection_with_a_linear_history_is_refused(hub: Hub) -> None:
    linear = {"required_linear_history": {"enabled": True}}
    hub.spoil("GET", "/branches/master/protection$", answer=(200, {}, linear))
    with pytest.raises(Refused, match="its protection wants a linear history"):
        hub.github().check_merging("master")


def test_a_plan_without_rules_and_an_app_without_settings_are_no_reason_to_refuse(hub: Hub) -> None:
    words = "Upgrade to GitHub Pro or make this repository public to enable this feature."
    hub.spoil("GET", "/rules/branches/", answer=(403, {}, {"message": words}))
    shown = hub.ask("reader", "GET", "")
    assert "allow_merge_commit" not in shown
    hub.spoil("GET", "/repos/harbor/tidewatch$", answer=(200, {}, shown))
    hub.spoil("GET", "/branches/master$", answer=(403, {}, {"message": words}))
    said = "its rules and its protection can't be read"
    assert said in str(hub.github().check_merging("master"))
