"""One table says who is who, for approvals as for all else."""

from typing import Any

import pytest

from runbook_lib.journal.decision import Decision
from runbook_lib.policy.quorum import Count, Person, count
from runbook_lib.profile import Team

PEOPLE = {
    "mat": {"github": "diox", "names": ["mathieu", "mathieu@work.example"]},
    "bob": {"github": "bobsilver"},
}


def team(**said: Any) -> Team:
    return Team.model_validate({"project": "tool", "people": PEOPLE, **said})


def counted(found: Team, *by: str, operator: str) -> Count:
    """How a gate of the team counts those who approve, by any of their names."""
    said = [
        Decision("qa", "d", "approved", found.at_work(one), "desk", "command", "") for one in by
    ]
    rule = found.rules["qa"].asked(of="QA")
    return count(rule, said, Person(found.at_work(operator), operator, "laptop"))


def test_the_operator_is_known_by_account_and_by_what_the_profile_says() -> None:
    assert team().at_work("mathieu") == "mat"
    assert team(operator="diox").at_work("root") == "mat"
    assert team().at_work("willow") == "willow"


def test_the_operator_does_not_count_by_another_name_either() -> None:
    found = team(gates={"qa": {"approvals": 1}})
    assert not counted(found, "diox", operator="mathieu").enough
    assert counted(found, "bobsilver", operator="mathieu").people == ("bob",)


def test_somebody_with_two_names_approves_once() -> None:
    found = team(gates={"qa": {"approvals": 2}})
    assert counted(found, "diox", "mathieu", operator="willow").people == ("mat",)


@pytest.mark.parametrize("listed", ["mat", "diox", "mathieu@work.example", "mat@elsewhere.example"])
def test_who_may_approve_is_listed_by_any_name(listed: str) -> None:
    found = team(gates={"qa": {"people": [listed]}})
    assert counted(found, "diox", operator="bob").enough
    assert not counted(found, "bobsilver", operator="willow").enough


def test_who_may_let_a_check_pass_is_listed_so_too() -> None:
    found = team(waivable=["check_ci"], waivers={"check_ci": {"people": ["diox"]}})
    assert found.waiver_rules["check_ci"].people == ("mat",)


@pytest.mark.parametrize(
    ("people", "why"),
    [
        ({"mat": {"github": "diox"}, "bob": {"names": ["Diox"]}}, "found 'Diox' twice"),
        ({"mat": {"github": "@diox"}}, "github"),
        ({"mat": {"slack": "mat"}}, "slack"),
        ({"mat": {"matrix": "mat"}}, "matrix"),
        ({"mat": {"irc": "mat"}}, "irc"),
    ],
)
def test_a_table_that_says_nothing_certain_is_refused(people: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        team(people=people)
