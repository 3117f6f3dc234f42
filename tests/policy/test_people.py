"""A person is known by each of several names, and is one all the same."""

import pytest

from runbook_lib.policy.people import NOBODY, KnownPerson, People

MAT = KnownPerson("mat", (("github", "diox"), ("matrix", "@mat:mozilla.example")), ("Mathieu P",))
BOB = KnownPerson("bob", (("github", "bobsilver"), ("slack", "U012AB3CD")), ("bob@work.example",))
TEAM = People((MAT, BOB))


@pytest.mark.parametrize(
    "name",
    ["mat", "Mat", "diox", "@Diox", "@mat:mozilla.example", " mathieu  p ", "mat:mozilla.example"],
)
def test_whoever_has_one_of_the_names_is_that_person(name: str) -> None:
    assert TEAM.name(name) == "mat"
    assert TEAM.same(name, "diox") and not TEAM.same(name, "bob")


@pytest.mark.parametrize("name", ["mathieu", "dio", "bob@other.example", "bob@work", ""])
def test_whoever_has_none_of_them_is_nobody_of_the_table(name: str) -> None:
    assert TEAM.find(name) is None
    assert TEAM.name(name) == name


def test_two_names_that_no_table_has_are_compared_as_logins_are() -> None:
    assert NOBODY.same("@Willow", "willow")
    assert not NOBODY.same("willow", "edith")


def test_the_name_in_a_place_is_told_for_any_other() -> None:
    assert TEAM.at("slack", "bobsilver") == "U012AB3CD"
    assert (TEAM.at("slack", "mat"), TEAM.at("github", "willow")) == ("", "")


def test_a_name_that_two_share_is_found() -> None:
    assert TEAM.shared == ""
    twin = KnownPerson("bobby", (), ("BobSilver",))
    assert People((MAT, BOB, twin)).shared == "BobSilver"
