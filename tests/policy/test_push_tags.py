"""The tags of pushes: read, sorted by number, never used again."""

import re
from datetime import date

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.tag_form import USUAL
from runbook_lib.policy.push.tags import (
    FollowUp,
    find_base,
    is_later,
    is_newer,
    last_before,
    newest,
    next_free,
    next_suffixed,
    read_follow_ups,
    tags_of,
)

DAY = date(2026, 3, 12)


@pytest.mark.parametrize("name", ["2026.03.12", "2026.03.12-1", "2017.04.06-10"])
def test_a_push_s_tag_comes_back_as_it_was(name: str) -> None:
    assert str(USUAL.parse(name)) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "1.9",
        "2026.3.12",
        "2026.02.30",
        "2026.03.12-0",
        "2026.03.12-01",
        "2026.03.12-migration",
        "2026.03.12\n",
        "x2026.03.12",
        "2026-03-12",
        "0000.01.01",
        "٢٠٢٦.03.12",
    ],
)
def test_what_is_no_push_s_tag_is_none_and_named(name: str) -> None:
    assert USUAL.find(name) is None
    with pytest.raises(UsageError, match=re.escape(repr(name))):
        USUAL.parse(name)


def test_tags_are_sorted_by_number() -> None:
    tags = ["2026.03.12-10", "2026.03.12-9", "2026.03.05-11", "2026.03.12", "v1"]
    assert tags_of(USUAL, DAY, tags) == ("2026.03.12", "2026.03.12-9", "2026.03.12-10")
    assert newest(USUAL, DAY, tags) == "2026.03.12-10"
    assert newest(USUAL, date(2026, 3, 19), tags) == ""


@pytest.mark.parametrize(
    ("there", "main", "picks"),
    [
        ([], "2026.03.12", "2026.03.12-1"),
        (["2026.03.05-3", "1.9"], "2026.03.12", "2026.03.12-1"),
        (["2026.03.12"], "2026.03.12-1", "2026.03.12-1"),
        (["2026.03.12-1"], "2026.03.12-2", "2026.03.12-2"),
        (["2026.03.12", "2026.03.12-9", "2026.03.12-10"], "2026.03.12-11", "2026.03.12-11"),
        (["2026.03.12", "2026.03.12-3"], "2026.03.12-4", "2026.03.12-4"),
    ],
)
def test_the_next_free_tag_is_beyond_every_other(there: list[str], main: str, picks: str) -> None:
    assert next_free(USUAL, DAY, there) == main
    assert next_suffixed(USUAL, DAY, there) == picks


def test_what_was_pushed_before_is_the_latest_suffix_of_the_push_before() -> None:
    tags = ["2026.02.26-4", "2026.03.05", "2026.03.05-10", "2026.03.05-2", "2026.03.12"]
    assert last_before(USUAL, DAY, tags) == "2026.03.05-10"
    assert last_before(USUAL, date(2026, 2, 26), tags) == ""


@pytest.mark.parametrize(
    ("tag", "production", "base"),
    [
        ("2026.03.12", "2026.02.26", "2026.02.26"),  # last week's never went out
        ("2026.03.12", "", "2026.03.05-1"),
        ("2026.03.12", "nightly", "2026.03.05-1"),
        ("2026.03.12", "2026.03.12", "2026.03.05-1"),  # it is in production by now
        ("2026.03.12-1", "2026.03.12", "2026.03.12"),  # a fix after the push
        ("2026.03.12", "2026.03.05", "2026.03.05"),
        ("2026.03.12", "2026.03.19", "2026.03.05-1"),  # a later push is in production by now
        ("2026.03.12", "2026.03.12-1", "2026.03.05-1"),
    ],
)
def test_a_tag_is_compared_with_what_production_runs(tag: str, production: str, base: str) -> None:
    tags = ["2026.02.26", "2026.03.05", "2026.03.05-1", "2026.03.12", "2026.03.12-1", "2026.03.19"]
    assert find_base(USUAL, tag, tags, production=production) == base


@pytest.mark.parametrize(
    ("one", "other", "newer"),
    [
        ("2026.03.12-1", "2026.03.12", True),
        ("2026.03.12-10", "2026.03.12-9", True),
        ("2026.03.12", "2026.03.12", False),
        ("2026.03.12", "2026.03.12-1", False),
        ("2026.03.19", "2026.03.12", False),
        ("latest", "2026.03.12", False),
        ("2026.03.12", "latest", False),
    ],
)
def test_a_tag_is_newer_than_those_of_its_own_push_that_were_made_before(
    one: str, other: str, newer: bool
) -> None:
    assert is_newer(USUAL, one, other) is newer


@pytest.mark.parametrize(
    ("version", "tag", "later"),
    [
        ("2026.03.19", "2026.03.12-1", True),
        ("2026.03.12-1", "2026.03.12", False),
        ("2026.03.05", "2026.03.12", False),
        ("latest", "2026.03.12", False),
        ("2026.03.19", "latest", False),
    ],
)
def test_a_version_is_later_that_is_of_a_later_push(version: str, tag: str, later: bool) -> None:
    assert is_later(USUAL, version, tag) is later


def test_the_first_push_of_all_is_compared_with_nothing() -> None:
    assert find_base(USUAL, "2026.03.12", ["1.9"]) == ""


def test_follow_ups_are_asked_for_by_repository_and_tag() -> None:
    assert read_follow_ups(USUAL, "", DAY) == ()
    both = (FollowUp("server", "2026.03.12-1"), FollowUp("code-manager", "2026.03.12"))
    assert read_follow_ups(USUAL, " server  2026.03.12-1, code-manager 2026.03.12,", DAY) == both


@pytest.mark.parametrize(
    "text",
    [
        "server",
        "2026.03.12-1",
        "server 2026.03.05-1",  # another push's
        "server 1.9",
        "server 2026.03.12-1 frontend",
        "server 2026.03.12-1, server 2026.03.12-2",
    ],
)
def test_what_names_no_repository_and_tag_of_the_push_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="such as follow_up='server 2026.03.12-1', found"):
        read_follow_ups(USUAL, text, DAY)
