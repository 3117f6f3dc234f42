"""Whether rules would refuse to let tag and branch be pushed, asked before they are."""

from typing import Any

import pytest

from runbook_lib.errors import Refused
from runbook_lib.services.github import Pushed
from tests.services.github.conftest import Hub

CREATION = {"type": "creation"}
ADMINS = [{"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}]


def ruleset(hub: Hub, *rules: dict[str, Any], **said: Any) -> None:
    """Have an admin make a ruleset, by default for all tags."""
    names = {"include": said.pop("include", ["~ALL"]), "exclude": said.pop("exclude", [])}
    body = {"name": "held", "enforcement": "active", "target": "tag", "rules": list(rules), **said}
    hub.ask("operator", "POST", "/rulesets", {**body, "conditions": {"ref_name": names}})


def push(hub: Hub, tag: str = "2.0", *, signed: bool = False, login: str = "operator") -> int:
    """Ask whether a release could be pushed; how many calls that took."""
    github = hub.github(login)
    github.refuse_held_back(Pushed(tag, f"release/{tag}", f"chore: tag {tag}", signed))
    return github.calls


def test_without_rulesets_one_call_says_so(hub: Hub) -> None:
    assert push(hub) == 1


def test_a_ruleset_that_forbids_to_make_the_tag_is_found_before_it_is_pushed(hub: Hub) -> None:
    ruleset(hub, CREATION, include=["refs/tags/v*", "refs/tags/2*"])
    words = (
        r"tag 2\.0 and branch release/2\.0 can be pushed .*refs/tags/2\.0: ruleset held lets this "
        r"account make no such tag\. Have an account that may bypass"
    )
    with pytest.raises(Refused, match=words):
        push(hub)
    assert push(hub, "1.10") == 2


def test_who_may_bypass_a_ruleset_is_not_held_back(hub: Hub) -> None:
    ruleset(hub, CREATION, bypass_actors=ADMINS)
    assert push(hub) == 2
    with pytest.raises(Refused, match="account that may bypass them"):
        push(hub, login="ci")


def test_a_ruleset_may_be_about_the_release_branch(hub: Hub) -> None:
    ruleset(hub, CREATION, target="branch", include=["refs/heads/release/**/*"])
    with pytest.raises(Refused, match=r"refs/heads/release/2\.0: ruleset held .* such branch"):
        push(hub)


def test_what_is_left_out_of_a_ruleset_is_not_held_back(hub: Hub) -> None:
    ruleset(hub, CREATION, exclude=["refs/tags/2.*"])
    assert push(hub) == 2


def test_a_commit_that_is_signed_is_what_a_ruleset_may_want(hub: Hub) -> None:
    ruleset(hub, {"type": "required_signatures"})
    with pytest.raises(Refused, match="wants the commit signed too"):
        push(hub)
    assert push(hub, signed=True) == 2


@pytest.mark.parametrize(
    ("kind", "operator", "pattern", "negate", "wants"),
    [
        ("tag_name_pattern", "starts_with", "v", False, "wants starts with 'v', unlike '2.0'"),
        ("tag_name_pattern", "ends_with", ".0", True, "wants not ends with '.0'"),
        ("tag_name_pattern", "contains", "rc", False, "wants contains 'rc'"),
        ("tag_name_pattern", "regex", r"^v\d", False, r"wants regex '\^v"),
        ("commit_message_pattern", "starts_with", "release:", False, "unlike 'chore: tag 2.0'"),
    ],
)
def test_a_name_or_a_message_that_does_not_fit_a_pattern_is_told(
    hub: Hub, kind: str, operator: str, pattern: str, negate: bool, wants: str
) -> None:
    given = {"operator": operator, "pattern": pattern, "negate": negate}
    ruleset(hub, {"type": kind, "parameters": given})
    with pytest.raises(Refused, match=wants):
        push(hub)
    shown = hub.ask("operator", "GET", "/rulesets/1")
    opposite = {"type": kind, "parameters": {**given, "negate": not negate}}
    hub.spoil("GET", "/rulesets/1$", answer=(200, {}, {**shown, "rules": [opposite]}))
    assert push(hub) == 2


def test_a_pattern_that_cannot_be_read_here_is_githubs_to_judge(hub: Hub) -> None:
    given = {"operator": "regex", "pattern": r"\p{L}+(?<x>"}
    ruleset(hub, {"type": "tag_name_pattern", "parameters": given})
    assert push(hub) == 2


@pytest.mark.parametrize("on_create", [True, False])
def test_checks_before_a_push_may_be_asked_for(hub: Hub, on_create: bool) -> None:
    named = [{"context": "lint"}]
    given = {"required_status_checks": named, "do_not_enforce_on_create": not on_create}
    ruleset(hub, {"type": "required_status_checks", "parameters": given}, target="branch")
    if on_create:
        with pytest.raises(Refused, match="wants checks on the commit before .*: lint"):
            push(hub)
    else:
        assert push(hub) == 2


def test_rules_that_the_token_may_not_read_are_no_reason_to_refuse(hub: Hub) -> None:
    ruleset(hub, CREATION)
    words = {"message": "Upgrade to GitHub Pro or make this repository public"}
    hub.spoil("GET", "/rulesets$", answer=(403, {}, words))
    assert push(hub) == 1


def test_a_ruleset_that_does_not_say_who_may_bypass_it_is_githubs_to_judge(hub: Hub) -> None:
    ruleset(hub, CREATION)
    shown = hub.ask("operator", "GET", "/rulesets/1")
    shown.pop("current_user_can_bypass")
    hub.spoil("GET", "/rulesets/1$", answer=(200, {}, shown))
    assert push(hub) == 2
