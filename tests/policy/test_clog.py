"""Entries as clog writes them, of what `policy.commits` has read: one shape a test."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from runbook_lib.policy.accounting import account
from runbook_lib.policy.changelog import find_entry
from runbook_lib.policy.clog import write_clog_entry
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.convention import KNOWN
from runbook_lib.policy.release.choice import called_for
from runbook_lib.policy.reverts import drop_reverts
from runbook_lib.policy.version import Version

ID = "3f2c81d0" + "0" * 32
AT = "([3f2c81d0](3f2c81d0))"
HEADING = '<a name="1.9"></a>\n## 1.9 (2020-03-01)\n'


def commit(subject: str, body: str = "") -> Commit:
    return Commit(ID, ("0" * 40,), "Ada", datetime(2020, 2, 7, tzinfo=UTC), subject, body)


def entry(*commits: Commit) -> str:
    return write_clog_entry(commits, title="1.9", date=date(2020, 3, 1))


@pytest.mark.parametrize(
    ("subject", "body", "listed"),
    [
        ("feat(ui (v2)): round", "", [("Features", f"* **ui (v2):**  round {AT}")]),
        ("unix: a folder", "", []),
        ("feat: x", "BREAKING CHANGE: N/A", [("Features", f"*   x {AT}")]),
        ("feat: x", "BREAKING CHANGE: y is gone",
         [("Features", f"*   x {AT}"), ("Breaking Changes", f"*   x {AT}: y is gone")]),
        ("docs!: x", "", [("Breaking Changes", f"*   x {AT}")]),
        ("update", "BREAKING CHANGE: by @ada <b>",
         [("Breaking Changes", f"*   update {AT}: by `@ada` &lt;b>")]),
        ("fix(@babel/core): x", "", [("Bug Fixes", f"* **`@babel/core`:**  x {AT}")]),
        ('Revert "feat: z"', "", [("Bug Fixes", f'*   Revert "feat: z" {AT}')]),
        ("feat: a\r## 2.0 (2020-03-01)", "", [("Features", f"*   a ## 2.0 (2020-03-01) {AT}")]),
    ],
)  # fmt: skip
def test_a_commit_is_listed_by_what_it_says(
    subject: str, body: str, listed: list[tuple[str, str]]
) -> None:
    sections = [f"\n#### {title}\n\n{line}\n" for title, line in listed]
    assert entry(commit(subject, body)) == HEADING + "".join(["\n", *sections] if listed else [])


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("feat(ui (v2)): x", ""),
        ("feat (ui): x", ""),
        ("Feat : x", ""),
        ("unix: x", ""),
        ("security: x", ""),
        ("Revert \"fix: x\"", ""),
        ("chore: x", "BREAKING CHANGE: None"),
        ("chore: x", "BREAKING CHANGE: all of it"),
        ("chore: x", "Breaks #12"),
    ],
)  # fmt: skip
def test_version_changelog_and_accounting_read_a_commit_alike(subject: str, body: str) -> None:
    for convention in (KNOWN, KNOWN.adding({"security": "patch"})):
        one = replace(commit(subject, body), convention=convention)
        found = find_entry(entry(one), Version(1, 9))
        assert found is not None
        accounting = account(found, [one])
        assert bool(accounting.listed) is one.belongs is (ID[:8] in found.text)
        assert (called_for([one]) in ("major", "minor", "patch")) is one.belongs


def test_a_pair_of_a_commit_and_its_revert_is_in_neither_and_says_why() -> None:
    other = replace(commit("fix: y"), id="1" * 40)
    revert = replace(commit('Revert "feat: x"', f"This reverts commit {ID}."), id="2" * 40)
    commits = drop_reverts([revert, other, commit("feat: x")])
    assert entry(*commits) == f"{HEADING}\n\n#### Bug Fixes\n\n*   y ([11111111](11111111))\n"
    found = find_entry(entry(*commits), Version(1, 9))
    assert found is not None
    assert str(account(found, commits)).splitlines() == [
        "3 commits: 1 listed, 2 left out",
        '  left out: 222222222 Revert "feat: x" (reverts 3f2c81d00)',
        "  left out: 3f2c81d00 feat: x (reverted by 222222222)",
    ]


@pytest.mark.parametrize(
    ("subject", "body", "line"),
    [
        ("fix: ask @iris (#84)", "", "* ask `@iris` ([#84](https://github.com/o/r/issues/84))"),
        ("fix: ask @iris", "", "* ask ``@iris``"),
        ("fix: a_b and *c*", "", "* a\\_b and \\*c\\*"),
        ("feat: x", "BREAKING CHANGE: y is gone", "* x: y is gone"),
        ("feat: x", "BREAKING CHANGE: y is gone", "* x"),
        ("feat(ui)!: x", "", "* **Breaking:** **ui:** x"),
        ("feat!: x", "", "- Breaking: x"),
    ],
)
def test_a_line_without_an_id_is_the_commits_whose_words_it_has(
    subject: str, body: str, line: str
) -> None:
    found = find_entry(f"## 1.9\n\n{line}\n", Version(1, 9))
    assert found is not None
    assert account(found, [commit(subject, body)]).left_out == ()


def test_what_breaks_and_is_not_listed_is_told_in_the_accounting() -> None:
    found = find_entry("## 1.9\n\n* another\n", Version(1, 9))
    assert found is not None
    accounting = account(found, [commit("chore: x", "BREAKING CHANGE: y is gone")])
    assert "(breaking (y is gone), yet not in the entry)" in str(accounting)
