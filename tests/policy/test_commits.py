"""What commit messages say, in the words of clog and of Conventional Commits."""

import re
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.policy.commits import CLOSES_PATTERN, Commit, Kind


def commit(subject: str, body: str = "", *, parents: int = 1) -> Commit:
    ids = tuple(f"{number:040x}" for number in range(parents))
    return Commit(
        "3f2c81d09" + "0" * 31, ids, "Ada", datetime(2020, 2, 7, tzinfo=UTC), subject, body
    )


@pytest.mark.parametrize(
    ("subject", "kind", "scope", "summary"),
    [
        ("feat: add a thing", "feature", "", "add a thing"),
        ("ft(api): add a thing", "feature", "api", "add a thing"),
        ("Feat (api) : add", "none", "", "Feat (api) : add"),
        ("fix(): empty scope", "fix", "", "empty scope"),
        ("fx(a: b): odd scope", "fix", "a: b", "odd scope"),
        ("perf:no space", "performance", "", "no space"),
        ("chore(deps): update", "other", "deps", "update"),
        ("bug: clog does not know this", "other", "", "clog does not know this"),
        ("featuring: not a feature", "other", "", "not a feature"),
        ("feat", "none", "", "feat"),
        ("Merge pull request #1 from x/y", "none", "", "Merge pull request #1 from x/y"),
        ("fix: --exec=$(reboot) <b>", "fix", "", "--exec=$(reboot) <b>"),
        ("", "none", "", ""),
    ],
)
def test_a_subject_is_taken_apart(subject: str, kind: Kind, scope: str, summary: str) -> None:
    found = commit(subject)
    assert (found.kind, found.scope, found.summary) == (kind, scope, summary)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("feat!: drop python 2", ""),
        ("refactor(api)!: rename", ""),
        ("breaks: the old protocol", ""),
        ("breaking(api): the old protocol", ""),
        ("feat: x", "Long text.\n\nBREAKING CHANGE: y"),
        ("feat: x", "BREAKING-CHANGE: y"),
        ("not conventional", "BREAKING: y"),
        ("fix: x", "Breaks #12"),
        ("fix: x", "Text. Broke: #12, #13"),
    ],
)
def test_a_breaking_commit_says_so_in_one_of_these_ways(subject: str, body: str) -> None:
    assert commit(subject, body).breaking


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("fix: stop breaking old clients", ""),
        ("fix: x", "This avoids breaking changes: none of them is needed."),
        ("fix: x", "Breaks nothing (see #12)"),
        ("feat: a BREAKING CHANGE: marker in the subject is text", ""),
        ("feat: wow!", ""),
    ],
)
def test_a_commit_that_only_speaks_of_breaking_breaks_nothing(subject: str, body: str) -> None:
    assert not commit(subject, body).breaking


def test_every_issue_that_is_closed_is_found() -> None:
    found = commit("fix: x", "Closes #12, #3\nsee #99\nfixes: #4\nResolves #3\nforecloses #7")
    assert re.findall(CLOSES_PATTERN, found.message) == ["#12, #3", "#4", "#3"]


def test_a_commit_with_two_parents_is_a_merge() -> None:
    assert commit("Merge branch 'x'", parents=2).is_merge
    assert not commit("feat: x", parents=1).is_merge
    assert not commit("feat: root", parents=0).is_merge


def test_a_commit_never_changes() -> None:
    with pytest.raises(FrozenInstanceError):
        commit("feat: x").subject = "y"  # type: ignore[misc]


@given(st.text(), st.text())
def test_any_text_at_all_can_be_read(subject: str, body: str) -> None:
    found = commit(subject, body)
    assert found.kind in ("feature", "fix", "performance", "other", "none")
    assert found.summary in subject and found.scope in subject
    assert isinstance(found.breaking, bool)
