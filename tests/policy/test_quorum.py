"""Who counts at a gate: how many, who, and one person once."""

from dataclasses import dataclass
from datetime import datetime

import pytest

from runbook_lib.policy.quorum import Count, Person, Rule, count

OLIVE = Person("olive", "olive", "desk")


@dataclass(frozen=True)
class Said:
    by: str
    verdict: str = "approved"
    account: str = ""
    host: str = ""
    given: str = ""


def counted(rule: Rule, *said: Said, doubt: str = "") -> Count:
    return count(rule, said, OLIVE, lambda _: doubt)


def test_one_person_is_enough_where_nothing_else_is_said() -> None:
    assert counted(Rule(), Said("olive")).enough
    assert not counted(Rule()).enough


def test_too_few_are_counted_aloud() -> None:
    found = counted(Rule(approvals=2), Said("rowan"))
    assert (found.enough, str(found)) == (False, "1 of 2")
    assert str(counted(Rule(approvals=2))) == "0 of 2"
    assert str(counted(Rule())) == ""


def test_the_operator_does_not_count_under_another_name_either() -> None:
    rule = Rule(operator_counts=False)
    found = counted(rule, Said("bob", account="olive", host="desk"))
    assert not found.enough
    assert str(found) == ("the operator does not count; bob is the operator, who does not count")


def test_one_account_on_one_machine_is_one_person() -> None:
    same = [Said("rowan", account="root", host="pod"), Said("quinn", account="root", host="pod")]
    assert str(counted(Rule(approvals=2), *same)) == "1 of 2; quinn is the same account as rowan"
    other = Said("quinn", account="root", host="another")
    assert counted(Rule(approvals=2), same[0], other).enough


@pytest.mark.parametrize("name", ["quinn", "quinn@example.org"])
def test_only_those_who_are_named_count(name: str) -> None:
    rule = Rule(people=(name,))
    assert counted(rule, Said("quinn")).enough
    found = counted(rule, Said("rowan"))
    assert str(found) == f"who may: {name}; rowan is not one of those who may"


def test_all_who_may_are_named() -> None:
    found = counted(Rule(people=("quinn", "rowan")), Said("otto"))
    assert str(found) == "who may: quinn, rowan; otto is not one of those who may"


def test_the_last_word_of_each_counts() -> None:
    assert not counted(Rule(), Said("rowan"), Said("rowan", "rejected")).enough


def test_an_approval_that_is_in_doubt_does_not_count() -> None:
    found = counted(Rule(), Said("rowan"), doubt="has signed with a key that is not theirs")
    assert (found.enough, found.left_out) == (
        False,
        ("rowan has signed with a key that is not theirs",),
    )


def test_a_doubt_is_of_one_decision_and_the_others_count() -> None:
    found = count(
        Rule(approvals=2),
        [Said("rowan"), Said("quinn")],
        OLIVE,
        lambda one: "has not signed" if one.by == "rowan" else "",
    )
    assert (found.people, found.left_out) == (("quinn",), ("rowan has not signed",))


def test_another_person_is_meant_where_a_gate_says_whose_it_is() -> None:
    assert Rule().asked(of="QA").operator_counts is False
    assert Rule().asked(of="").operator_counts is True
    assert Rule(operator_counts=True).asked(of="QA").operator_counts is True


def test_an_approval_counts_for_as_long_as_its_rule_says() -> None:
    rule, said = Rule(hours=12), Said("rowan", given="2026-01-15T10:00:00+00:00")
    at = datetime.fromisoformat
    assert count(rule, [said], OLIVE, now=at("2026-01-15T21:59:00+00:00")).enough
    assert count(rule, [said], OLIVE, now=at("2026-01-15T22:00:00+00:00")).enough
    late = count(rule, [said], OLIVE, now=at("2026-01-15T22:01:00+00:00"))
    assert not late.enough
    assert str(late).endswith(
        "rowan approved it 2026-01-15 10:00 UTC, which counted for 12 h and has to be said anew"
    )
    assert count(Rule(), [said], OLIVE, now=at("2036-01-15T22:01:00+00:00")).enough
    assert not count(rule, [Said("rowan", given="at tea")], OLIVE).enough
