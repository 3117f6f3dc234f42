"""What commit messages say, in the words of clog and of Conventional Commits."""

import re
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.policy.commits import CLOSES_PATTERN, Commit
from runbook_lib.policy.convention import KNOWN, Kind, Level


def commit(subject: str, body: str = "", *, parents: int = 1) -> Commit:
    ids = tuple(f"{number:040x}" for number in range(parents))
    return Commit(
        "3f2c81d09" + "0" * 31, ids, "Ada", datetime(2020, 2, 7, tzinfo=UTC), subject, body
    )


@pytest.mark.parametrize(
    ("labels", "type"),
    [
        ((), ""),
        (("Help wanted",), ""),
        (("Bug fix", "Help wanted"), "fix"),
        (("bug_fix", "new"), "feat"),
        (("bug-fix", "gone"), "breaks"),
        (("bug fix", "odd"), "fix"),
    ],
)
def test_of_several_labels_the_one_counts_that_calls_for_most(
    labels: tuple[str, ...], type: str
) -> None:
    named = {"bug fix": "fix", "new": "feat", "gone": "breaks", "odd": "of no kind"}
    assert KNOWN.adding({}, named).labelled(labels) == type


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
        ("feat(ui (v2)): nested", "feature", "ui (v2)", "nested"),
        ("fix(a): b (c): d", "fix", "a", "b (c): d"),
        ("Fix: in any case", "fix", "", "in any case"),
        ("revert: the new cache", "fix", "", "the new cache"),
        ("deps: update", "other", "", "update"),
        ("bug: clog does not know this", "none", "", "bug: clog does not know this"),
        ("featuring: not a feature", "none", "", "featuring: not a feature"),
        ("unix: a folder", "none", "", "unix: a folder"),
        ("README: a file", "none", "", "README: a file"),
        ("src(x)!: a folder", "none", "", "src(x)!: a folder"),
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
    ("level", "kind", "breaking"),
    [
        ("major", "other", True),
        ("minor", "feature", False),
        ("patch", "fix", False),
        ("nothing", "other", False),
    ],
)
def test_a_profile_adds_types(level: Level, kind: Kind, breaking: bool) -> None:
    found = replace(commit("UI(menu): round"), convention=KNOWN.adding({"ui": level}))
    assert (found.kind, found.breaking, found.scope) == (kind, breaking, "menu")
    assert replace(commit("feat: x"), convention=found.convention).kind == "feature"


def test_a_profile_says_otherwise_of_a_known_type() -> None:
    convention = KNOWN.adding({"deps": "patch", "breaks": "nothing"})
    assert replace(commit("deps: update"), convention=convention).kind == "fix"
    assert not replace(commit("breaks: x"), convention=convention).breaking


@pytest.mark.parametrize(
    ("subject", "kind"),
    [
        ('Revert "feat: x"', "fix"),
        ('Revert "perf: x" (#12)', "fix"),
        ('Revert "docs: x"', "other"),
        ('Revert "x"', "none"),
        ('Revert "Revert "feat: x""', "feature"),
        ('Reapply "feat: x"', "feature"),
        ('Revert "Reapply "feat: x""', "fix"),
    ],
)
def test_what_takes_back_a_released_change_mends_it(subject: str, kind: Kind) -> None:
    assert commit(subject).kind == kind


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


@pytest.mark.parametrize(
    "said",
    ["None", "none.", "N/A", "n/a", "NA", "no", "No.", "-", "—", "", "  ", "**None**", "(none)",
     "Nothing!", "no breaking changes", "Not applicable", "false", "None\n\nThe rest.",
     "\nSigned-off-by: Ada <ada@example.org>", "<!-- say what breaks -->",
     "\n\n* fix: the next of a squash"],
)  # fmt: skip
def test_a_template_that_was_answered_with_nothing_breaks_nothing(said: str) -> None:
    found = commit("feat: x", f"Text.\n\nBREAKING CHANGE: {said}")
    assert not found.breaking and found.breaks == ()
    assert commit("feat!: x", f"BREAKING CHANGE: {said}").breaking


@pytest.mark.parametrize(
    ("body", "breaks"),
    [
        ("BREAKING CHANGE: the old column is gone", ("the old column is gone",)),
        ("BREAKING CHANGE: None of the old names is left", ("None of the old names is left",)),
        ("BREAKING-CHANGE: over\n  two lines\n\nmore", ("over two lines",)),
        ("BREAKING CHANGE:\n\nthe API has moved", ("the API has moved",)),
        ("BREAKING CHANGE: y\nRefs: #12", ("y",)),
        ("BREAKING: y\r\nBREAKING CHANGES: z", ("y", "z")),
        ("BREAKING CHANGE: n/a\nBREAKING CHANGE: z", ("z",)),
        ("BREAKING CHANGE: y <!-- what? -->", ("y",)),
        ("Closes #1", ()),
    ],
)
def test_what_breaks_is_told_in_its_first_words(body: str, breaks: tuple[str, ...]) -> None:
    found = commit("feat: x", body)
    assert (found.breaks, found.breaking) == (breaks, bool(breaks))


def test_what_was_dropped_calls_for_nothing() -> None:
    found = replace(commit("feat!: x", "BREAKING CHANGE: y"), dropped="reverted by 1")
    assert (found.kind, found.breaking, found.belongs) == ("other", False, False)


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
