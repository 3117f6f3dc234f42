"""Entries are found, put in and taken out, and nothing else of a changelog changes."""

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from runbook_lib.errors import UsageError
from runbook_lib.policy.accounting import account, reason_left_out
from runbook_lib.policy.changelog import (
    Entry,
    changed_elsewhere,
    diff_entry,
    find_entry,
    find_headings,
    insert_entry,
    without_entry,
)
from runbook_lib.policy.clog import check_heading
from runbook_lib.policy.colours import GREEN
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.version import Version

V19 = Version(1, 9)
NEW = Entry(V19, '<a name="1.9"></a>\n## 1.9 (2020-03-01)\n\n\n#### Features\n\n*   new\n')
CLOG = """\
<a name="1.7.1"></a>
## 1.8.0 (2020-02-13)

#### Features

*   support the pool_size argument ([62a11542](62a11542), closes [#110](110))
* **auth:**  Receive key-id details. ([3d01e614](3d01e614))

<a name="1.7.0"></a>
## 1.7.0 (2020-02-07)


#### Features

*   improve compatibility ([044423af](044423af), closes [#135](135))
"""
KEEP = """\
# Changelog

All notable changes are kept here.

## [Unreleased]

### Added

- something

## [1.8.0] - 2020-02-13

### Fixed

- a bug
  ```sh
  # a comment, not a heading
  ## 1.5.0
  ```

## [1.7.0](https://example.org/1.7.0) - 2020-02-07

[1.8.0]: https://example.org/1.8.0
"""


def commit(number: int, subject: str, body: str = "", *, parents: int = 1) -> Commit:
    when = datetime(2020, 2, 7, tzinfo=UTC)
    return Commit(f"{number:04x}" * 10, tuple("p" * parents), "Ada", when, subject, body)


def test_the_entry_of_a_version_goes_from_its_anchor_to_the_next() -> None:
    found = find_entry(CLOG, Version(1, 8))
    assert found is not None
    assert found.text == CLOG[: CLOG.index('\n<a name="1.7.0">')]
    assert find_entry(CLOG, Version(1, 7)) == Entry(
        Version(1, 7), CLOG[CLOG.index('<a name="1.7.0">') :]
    )
    assert find_entry(CLOG, Version(1, 9)) is None


def test_an_entry_in_the_manner_of_keep_a_changelog_keeps_its_parts_and_its_code() -> None:
    found = find_entry(KEEP, Version(1, 8))
    assert found is not None
    assert found.text.startswith("## [1.8.0] - 2020-02-13\n\n### Fixed")
    assert found.text.endswith("  ## 1.5.0\n  ```\n")
    assert find_entry(KEEP, Version(1, 5)) is None


@pytest.mark.parametrize(
    "heading",
    [
        "## 1.9", "## v1.9", "# 1.9.0", "### 1.9.0 (2018-07-26)", "## [1.9.0] - 2018-07-26",
        "## [v1.9.0](https://x.y/z) (2018-07-26)", "## 1.9 crazy-dog (2018-07-26)", "## 1.9 ##",
        "## Version 1.9", "## Release v1.9.0", '<a name="x"></a>\n## 1.9', "1.9.0 (2018)\n------",
        "  ## 1.9 — 2018-07-26",
    ],
)  # fmt: skip
def test_a_release_is_known_by_its_heading(heading: str) -> None:
    text = f"# Changes\n\n{heading}\n\n- x\n\n## 1.8\n\n- y\n"
    found = find_entry(text, V19)
    assert found is not None and found.text == f"{heading}\n\n- x\n"


@pytest.mark.parametrize(
    "heading",
    ["## 1.9.1", "## 1.9rc1", "## 1.90", "## 11.9", "## 1.9-dev", "##1.9", "- ## 1.9",
     "    ## 1.9", "## Upgrade to 1.9"],
)  # fmt: skip
def test_other_headings_are_not_the_release(heading: str) -> None:
    assert find_entry(f"{heading}\n\n- x\n", V19) is None


def test_a_patch_release_under_a_smaller_heading_ends_the_entry_above_it() -> None:
    text = "## 1.9 (2020-03-01)\n\n#### 1.8 is required\n\n- x\n\n### 1.8.1 (2020-02-20)\n\n- y\n"
    found = find_entry(text, V19)
    assert found is not None and found.text.endswith("#### 1.8 is required\n\n- x\n")


def test_a_new_entry_goes_on_top_of_clogs_with_three_empty_lines_between() -> None:
    assert insert_entry(CLOG, NEW) == NEW.text + "\n\n\n" + CLOG


def test_a_new_entry_goes_below_title_preamble_and_unreleased() -> None:
    place = KEEP.index("## [1.8.0]")
    assert insert_entry(KEEP, NEW) == KEEP[:place] + NEW.text + "\n\n\n" + KEEP[place:]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", NEW.text),
        ("# Changelog\n", "# Changelog\n\n" + NEW.text),
        ("# Changelog", "# Changelog\n\n" + NEW.text),
        ("# Changelog\n\nText.\n\n", "# Changelog\n\nText.\n\n" + NEW.text),
        ("Changes\n=======\n\n## Unreleased\n- x\n",
         "Changes\n=======\n\n## Unreleased\n- x\n\n" + NEW.text),
        ("# Changes\n\n## May 2020\n- x\n",
         "# Changes\n\n" + NEW.text + "\n\n\n## May 2020\n- x\n"),
        ("\ufeff## 1.8\n", "\ufeff" + NEW.text + "\n\n\n## 1.8\n"),
        ("# C\r\n\r\n## 1.8\r\n",
         "# C\r\n\r\n" + (NEW.text + "\n\n\n").replace("\n", "\r\n") + "## 1.8\r\n"),
    ],
)  # fmt: skip
def test_every_sort_of_file_takes_an_entry(before: str, after: str) -> None:
    assert insert_entry(before, NEW) == after


def test_a_second_entry_for_one_version_is_refused() -> None:
    with pytest.raises(UsageError, match=r"without an entry of 1\.8\.0, found one"):
        insert_entry(CLOG, Entry(Version(1, 8), "## 1.8\n"))


lines = st.sampled_from([
    "", "text", "# Changelog", "## Unreleased", "## 1.8.0 (2020-02-13)", "### 1.7.1", "- x", "```",
    "* **a:**  b ([044423af](044423af))", "#### Features", '<a name="1.7"></a>', "====", "----",
    "~~~~", "<!-- c -->", "> 1.9", "é\u2028x\x0b",
])  # fmt: skip
bullets = st.lists(st.sampled_from(["*   a", "* **b:**", "  *  c", "", "#### Bug Fixes"]))


@given(st.lists(lines), st.sampled_from(["\n", "\r\n"]), bullets)
def test_what_was_put_in_is_found_and_all_other_bytes_stay(
    rows: list[str], end: str, body: list[str]
) -> None:
    text = end.join(rows)
    head = ['<a name="1.9"></a>', "## 1.9 (2020-03-01)", ""]
    new = Entry(V19, "\n".join([*head, *body]).rstrip() + "\n")
    changed = insert_entry(text, new)
    assert find_entry(changed, V19) == new
    assert not changed_elsewhere(text, changed, V19)
    rest = without_entry(changed, V19)
    assert rest.startswith(text) or rest.replace(end, "") == text.replace(end, "")
    assert "\n" not in changed.replace("\r\n", "") if "\r\n" in text else "\r" not in changed


@given(st.text(alphabet="#*-=[]().v190 \r\n`~<>ab\ufeff", max_size=80))
def test_no_text_at_all_makes_trouble(text: str) -> None:
    assume(find_entry(text, V19) is None)
    starts = [heading.start for heading in find_headings(text)]
    assert starts == sorted(starts)
    assert len(insert_entry(text, NEW)) >= len(text) + len(NEW.text)


def test_a_change_to_any_other_part_is_noticed() -> None:
    good = insert_entry(CLOG, NEW)
    assert not changed_elsewhere(CLOG, good, V19)
    assert not changed_elsewhere(CLOG, good.replace("*   new", "*   newer"), V19)
    assert changed_elsewhere(CLOG, good.replace("pool_size", "size"), V19)
    assert changed_elsewhere(CLOG, good.replace('<a name="1.7.0"></a>\n', ""), V19)
    assert changed_elsewhere(CLOG, NEW.text, V19)
    assert changed_elsewhere("# Log\n" + CLOG, good, V19)
    assert changed_elsewhere(CLOG, CLOG + "x", V19)


def test_an_entry_shows_itself_as_the_change_to_its_file() -> None:
    text = insert_entry(CLOG, NEW)
    diff = diff_entry(text, V19, "CHANGELOG.md")
    entry = Entry(V19, NEW.text, diff, "CHANGELOG.md")
    assert str(entry).splitlines()[:4] == [
        "CHANGELOG.md has the entry of 1.9.0", "--- a/CHANGELOG.md", "+++ b/CHANGELOG.md",
        "@@ -1,3 +1,13 @@",
    ]  # fmt: skip
    assert '+<a name="1.9"></a>\n+## 1.9 (2020-03-01)' in diff
    assert f'<span style="color:{GREEN}">+## 1.9 (2020-03-01)</span>' in entry.html()
    assert "&lt;a name=&quot;1.9&quot;&gt;" in entry.html() and "<a " not in entry.html()


def test_the_digest_is_that_of_the_entry_alone() -> None:
    assert NEW.digest == Entry(V19, NEW.text, "any diff", "any file").digest
    assert NEW.digest != Entry(V19, NEW.text + "x").digest


ENTRY = Entry(
    V19,
    "## 1.9\n\n#### Features\n\n"
    "*   by its id ([00010001](00010001))\n"
    "* **scope:**  a &lt;b> edited by hand\n"
    "*   cut (see 000600)\n"
    "- another ([00070007](https://x.y/commit/" + "0007" * 10 + "), closes [#1](1))\n"
    "- plain bullet\n",
)


def test_every_commit_is_accounted_for() -> None:
    listed = [
        commit(1, "feat: something else by now"),
        commit(2, "feat(scope): a <b>  edited by hand"),
        commit(7, "fix: also by its id"),
        commit(0xA, "fix: plain bullet"),
    ]
    left = [
        commit(3, "chore: tidy"),
        commit(4, "Merge branch 'x'", parents=2),
        commit(5, "Update README"),
        commit(6, "fix: cut"),
        commit(8, "docs!: break"),
        commit(9, "chore: another"),
    ]
    found = account(ENTRY, [*listed, *left])
    assert list(found.listed) == listed
    assert [(item.commit, item.reason) for item in found.left_out] == [
        (left[0], "chore"),
        (left[1], "merge"),
        (left[2], "does not say what it is"),
        (left[3], "fix, yet not in the entry"),
        (left[4], "breaking, yet not in the entry"),
        (left[5], "chore"),
    ]
    assert found.missing == (left[3], left[4])
    assert str(found).splitlines()[0] == (
        "10 commits: 4 listed, 6 left out; look again: 2 of these should be listed"
    )


@pytest.mark.parametrize(
    ("subject", "belongs"),
    [
        ("feat: count", True), ("fix: count", True), ("perf: count faster", True),
        ("refactor: count", False), ("test: count", False), ("count", False),
        ("refactor!: count", True),
    ],
)  # fmt: skip
def test_what_says_something_to_the_reader_of_a_changelog_is_missed_there(
    subject: str, belongs: bool
) -> None:
    found = account(ENTRY, [commit(6, subject)])
    assert bool(found.missing) is belongs


def test_an_accounting_without_anything_left_out_has_no_table() -> None:
    assert account(ENTRY, []).html() == ("<div><b>0 commits: 0 listed, 0 left out</b></div>")


def test_an_accounting_escapes_what_commits_say_and_shows_at_most_two_hundred() -> None:
    many = [commit(n, f"chore: <script>{n}</script>") for n in range(16, 266)]
    found = account(ENTRY, many)
    assert "<script" not in found.html() and "&lt;script&gt;16" in found.html()
    assert found.html().count("<tr>") == 200
    assert str(found).endswith("… and 50 more")
    assert str(account(ENTRY, [])) == "0 commits: 0 listed, 0 left out"


@pytest.mark.parametrize(
    "link",
    ["https://user:secret@github.com/o/n", "javascript:alert(1)", "https://x.y/a b", "--help",
     "https://x.y/'''", "https://x.y/{{ z }}", "https://x.y/)", "https://token@x.y"],
)  # fmt: skip
def test_a_link_that_is_none_is_refused_without_being_repeated(link: str) -> None:
    with pytest.raises(UsageError, match="address in a browser") as caught:
        check_heading("1.9", link)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("title", ["", "-1.9", "1.9 x", "{{ x }}", "1.9'''", "<b>"])
def test_a_heading_that_is_none_is_refused(title: str) -> None:
    with pytest.raises(UsageError, match="heading"):
        check_heading(title, "")


def test_all_that_a_commit_breaks_is_told_where_an_entry_leaves_it_out() -> None:
    body = "BREAKING CHANGE: keys are gone\nBREAKING CHANGE: renew yours"
    commit = Commit("a" * 40, (), "Mia", datetime(2026, 1, 2, tzinfo=UTC), "feat: drop", body)
    assert reason_left_out(commit) == ("breaking (keys are gone renew yours), yet not in the entry")
