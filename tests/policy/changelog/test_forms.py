"""Changelogs of many shapes: what is learnt of each, and every byte after an entry is written."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_lib.policy.accounting import as_question
from runbook_lib.policy.changelog import changed_elsewhere, find_entry
from runbook_lib.policy.changelog.adorned import fit, fitted
from runbook_lib.policy.changelog.beginning import find_form
from runbook_lib.policy.changelog.form import markup_of
from runbook_lib.policy.changelog.headings import read_heading
from runbook_lib.policy.changelog.pending import find_pending
from runbook_lib.policy.changelog.references import update_references
from runbook_lib.policy.changelog.rendering import Line, lines_of
from runbook_lib.policy.changelog.writing import Wanted, redated, write_entry
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.version import Version

NEXT = Version(1, 3)
DAY = date(2026, 1, 2)
LINK = "https://github.com/example/kit"
LINES = (
    Line("feature", "count <all>", "ui", "a" * 40),
    Line("fix", "mend it", "", "b" * 40),
)


def written(
    before: str, file: str = "CHANGELOG.md", *, keeps: bool | None = None, title: str = "1.3.0"
) -> str:
    """A changelog with the entry of the next version, read back before it is returned."""
    wanted = Wanted(NEXT, title, DAY, LINK, keeps)
    after = write_entry(before, find_form(before, file), wanted, LINES)
    assert find_entry(after, NEXT) is not None
    assert not changed_elsewhere(before, after, NEXT)
    return after


@pytest.mark.parametrize(
    ("text", "file", "markup"),
    [
        ("# 1.2\n", "CHANGES.md", "markdown"),
        ("# 1.2\n", "CHANGES", "markdown"),
        ("# 1.2\n", "CHANGES.TXT", "plain"),
        ("1.2 / 2018-07-26\n\n  * A bug\n", "History", "plain"),
        ("**1.2.0**\n\n* A bug\n", "History", "markdown"),
        ("1.2\n===\n\n- A bug\n", "CHANGES.rst", "restructured"),
    ],
)
def test_a_changelog_is_written_in_what_its_name_says_or_its_headings(
    text: str, file: str, markup: str
) -> None:
    assert markup_of(text, file) == markup


@pytest.mark.parametrize(
    ("line", "following", "heading"),
    [
        ("## 1.2 ##", "", (2, "1.2")),
        ("1.2", "===", (1, "1.2")),
        ("   1.2", "---", (2, "1.2")),
        ("    a = 1.2", "---", None),
        ("- 1.2", "---", None),
        ("1.2", "", None),
        ("", "---", None),
    ],
)
def test_a_line_is_a_heading_by_its_marks_or_by_the_line_under_it(
    line: str, following: str, heading: tuple[int, str] | None
) -> None:
    assert read_heading(line, following) == heading


@pytest.mark.parametrize(
    ("block", "longer"),
    [
        ("1.2\n===", "1.10.0\n======"),
        ("===\n1.2\n===", "======\n1.10.0\n======"),
        ("=====\n1.2\n=====", "========\n1.10.0\n========"),
        ("1.2\n=====", "1.10.0\n====="),
    ],
)
def test_a_line_of_marks_that_is_as_long_as_its_heading_is_as_long_as_the_next_one(
    block: str, longer: str
) -> None:
    assert fitted(fit(block).replace("1.2", "1.10.0")) == longer


@pytest.mark.parametrize(("version", "chosen"), [("1.4", "1.4"), ("1.3", "1.3"), ("", "1.4")])
def test_of_several_unreleased_parts_the_one_of_the_version_is_chosen(
    version: str, chosen: str
) -> None:
    text = "# Changes\n\n## 1.4 (unreleased)\n\n- A\n\n## 1.3 (unreleased)\n\n- B\n\n## 1.2\n"
    assert str(find_pending(text, version)) == f"{chosen} (unreleased)"


BASE = "https://x.example"
UNRELEASED = f"[Unreleased]: {BASE}/compare/v1.2.0..."


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"[1.2.0]: {BASE}/v1.2.0\n", f"[1.3.0]: {BASE}/v1.3.0\n[1.2.0]: {BASE}/v1.2.0\n"),
        (
            f"[1.2.0]: {BASE}/compare/v1.1.0...v1.2.0\r\n",
            f"[1.3.0]: {BASE}/compare/v1.2.0...v1.3.0\r\n"
            f"[1.2.0]: {BASE}/compare/v1.1.0...v1.2.0\r\n",
        ),
        (
            f"{UNRELEASED}HEAD\n",
            f"[Unreleased]: {BASE}/compare/v1.3.0...HEAD\n"
            f"[1.3.0]: {BASE}/compare/v1.2.0...v1.3.0\n",
        ),
        (f"[Unreleased]: {BASE}/tree/main\n", f"[Unreleased]: {BASE}/tree/main\n"),
        (f"[1.3.0]: {BASE}/v1.3.0\n", f"[1.3.0]: {BASE}/v1.3.0\n"),
        (f"[site]: {BASE}\n", f"[site]: {BASE}\n"),
    ],
)
def test_the_next_version_is_referred_to_as_the_last_one_is(before: str, after: str) -> None:
    assert update_references(before, version="1.3.0", last="1.2.0") == after


@pytest.mark.parametrize(("many", "told"), [(50, 50), (51, 51)])
def test_an_empty_entry_names_fifty_commits_and_counts_the_rest(many: int, told: int) -> None:
    entry = find_entry("# Changes\n\n## 1.3.0\n\n## 1.2.0\n", NEXT)
    assert entry is not None
    rows = as_question(entry, ["chore"] * many).doubt.split("\n")
    assert rows[1:51] == ["  chore"] * 50
    assert rows[51:-1] == (["  … and 1 more"] if many > 50 else [])
    assert f"{told} commits left out:" in rows[0]


@pytest.mark.parametrize(
    ("subject", "body", "line"),
    [
        ("feat(ui): count all", "", Line("feature", "count all", "ui", "a" * 40)),
        ("fix: mend it", "", Line("fix", "mend it", "", "a" * 40)),
        ("perf: be faster", "", Line("performance", "be faster", "", "a" * 40)),
        ("feat!: drop keys", "", Line("breaking", "drop keys", "", "a" * 40)),
        (
            "feat: drop keys",
            "BREAKING CHANGE: drop keys\nBREAKING CHANGE: renew\nBREAKING CHANGE: yours",
            Line("breaking", "drop keys", "", "a" * 40, "renew yours"),
        ),
        ("chore: tidy up", "", None),
        ("Tidy up", "", None),
    ],
)
def test_a_line_says_what_a_commit_is_to_who_reads_a_changelog(
    subject: str, body: str, line: Line | None
) -> None:
    commit = Commit("a" * 40, (), "Mia", datetime(2026, 1, 2, tzinfo=UTC), subject, body)
    assert lines_of([commit]) == ((line,) if line else ())


SHAPES = {
    "keep a changelog, with nothing unreleased": (
        "CHANGELOG.md",
        "# Changelog\n\n## [1.2.0] - 2025-12-31\n\n### Fixed\n\n- A bug\n\n"
        "## [1.1.0] - 2025-01-02\n",
        "## [1.2.0]",
        "## [1.3.0] - 2026-01-02\n\n### Added\n\n- **ui:** count &lt;all>\n\n"
        "### Fixed\n\n- mend it\n\n",
    ),
    "plain headings without groups": (
        "CHANGES.md",
        "# Changes\n\n## 1.2.0 (2025-12-31)\n\n* A bug\n* Another\n\n"
        "## 1.1.0 (2025-01-02)\n\n* B\n",
        "## 1.2.0",
        "## 1.3.0 (2026-01-02)\n\n* **ui:** count &lt;all>\n* mend it\n\n",
    ),
    "three empty lines, and a version without its patch": (
        "HISTORY.md",
        "## v1.2\n- A bug\n\n\n\n## v1.1\n- B\n",
        "## v1.2",
        "## v1.3\n- **ui:** count &lt;all>\n- mend it\n\n\n\n",
    ),
    "release-please": (
        "CHANGELOG.md",
        "# Changelog\n\n## [1.2.1](https://x.y/compare/v1.2.0...v1.2.1) (2025-12-31)\n\n\n"
        "### Bug Fixes\n\n* a ([0123456](https://x.y/commit/0123456789012345678901234567890123456789))"
        "\n\n## [1.2.0](https://x.y/compare/v1.1.0...v1.2.0) (2025-11-30)\n\n\n### Features\n\n"
        "* b ([0123456](https://x.y/commit/0123456789012345678901234567890123456789))\n",
        "## [1.2.1]",
        "## [1.3.0](https://x.y/compare/v1.2.1...v1.3.0) (2026-01-02)\n\n\n### Features\n\n"
        f"* **ui:** count &lt;all> ([aaaaaaa]({LINK}/commit/{'a' * 40}))\n\n### Bug Fixes\n\n"
        f"* mend it ([bbbbbbb]({LINK}/commit/{'b' * 40}))\n\n",
    ),
    "underlined, with groups in bold and no line below them": (
        "HISTORY.md",
        "History\n=======\n\n1.2.0 (2025-12-31)\n------------------\n\n**Bugfixes**\n- a\n\n"
        "1.1.0 (2025-01-02)\n------------------\n\n**Bugfixes**\n- b\n",
        "1.2.0 (",
        "1.3.0 (2026-01-02)\n------------------\n\n**Features**\n- **ui:** count &lt;all>\n\n"
        "**Bugfixes**\n- mend it\n\n",
    ),
    "a date of its own line, in reStructuredText": (
        "CHANGES.rst",
        ".. currentmodule:: kit\n\nVersion 1.2.10\n--------------\n\nReleased 2025-12-31\n\n"
        "-   A bug\n\n\nVersion 1.1.0\n-------------\n\nReleased 2025-01-02\n\n-   B\n",
        "Version 1.2.10",
        "Version 1.3.0\n-------------\n\nReleased 2026-01-02\n\n-   **ui:** count <all>\n"
        "-   mend it\n\n\n",
    ),
    "the name before, groups underlined, an underline of one length": (
        "docs/changelog.rst",
        "kit 1.2.0 (2025-12-31)\n=========================\n\nBug fixes\n~~~~~~~~~\n\n- a\n\n"
        "kit 1.1.0 (2025-01-02)\n=========================\n\nBug fixes\n~~~~~~~~~\n\n- b\n",
        "kit 1.2.0",
        "kit 1.3.0 (2026-01-02)\n=========================\n\nFeatures\n~~~~~~~~\n\n"
        "- **ui:** count <all>\n\nBug fixes\n~~~~~~~~~\n\n- mend it\n\n",
    ),
    "lines over and under, longer by one": (
        "docs/changelog.rst",
        "*********\n History\n*********\n\n*********************\n v1.2.0 (2025-12-31)\n"
        "*********************\n\n- a\n\n*********************\n v1.1.0 (2025-01-02)\n"
        "*********************\n\n- b\n",
        "*********************\n v1.2.0",
        "*********************\n v1.3.0 (2026-01-02)\n*********************\n\n"
        "- **ui:** count <all>\n- mend it\n\n",
    ),
    "a slash, and an indented list": (
        "History.md",
        "1.2.0 / 2025-12-31\n==================\n\n  * a\n  * b\n\n1.1.0 / 2025-01-02\n"
        "==================\n\n  * c\n",
        "1.2.0 /",
        "1.3.0 / 2026-01-02\n==================\n\n  * **ui:** count &lt;all>\n  * mend it\n\n",
    ),
    "text alone, a commit in each heading": (
        "ChangeLog",
        "2025.12.31, Version 1.2.0 (Stable), 01ab\n\n* a (Ada)\n\n"
        "2025.01.02, Version 1.1.0 (Stable), 23cd\n\n* b (Ada)\n",
        "2025.12.31",
        "2026.01.02, Version 1.3.0 (Stable)\n\n* ui: count <all>\n* mend it\n\n",
    ),
    "Debian's": (
        "changelog",
        "kit (1.2.0-1) unstable; urgency=medium\n\n  * a\n\n"
        " -- Ada <ada@example.org>  Wed, 31 Dec 2025 10:00:00 +0000\n\n"
        "kit (1.1.0-1) unstable; urgency=low\n\n  * b\n\n"
        " -- Ada <ada@example.org>  Thu, 02 Jan 2025 10:00:00 +0000\n",
        "kit (1.2.0-1)",
        "kit (1.3.0-1) unstable; urgency=medium\n\n  * ui: count <all>\n  * mend it\n\n"
        " -- Ada <ada@example.org>  Fri, 02 Jan 2026 00:00:00 +0000\n\n",
    ),
    "the newest at the end": (
        "NEWS",
        "News\n====\n\n1.1.0 (2 January 2025)\n----------------------\n\n- b\n\n"
        "1.2.0 (31 December 2025)\n------------------------\n\n- a\n",
        "",
        "\n1.3.0 (2 January 2026)\n----------------------\n\n- **ui:** count &lt;all>\n- mend it\n",
    ),
    "an anchor that is no clog's": (
        "CHANGELOG.md",
        "<a id='changelog-1.2.0'></a>\n# 1.2.0 — 2025-12-31\n\n## Fixed\n\n- a\n",
        "<a id='changelog-1.2.0'>",
        "<a id='changelog-1.3.0'></a>\n# 1.3.0 — 2026-01-02\n\n## Added\n\n"
        "- **ui:** count &lt;all>\n\n## Fixed\n\n- mend it\n\n",
    ),
    "code names": (
        "CHANGES.md",
        "## 1.2 Crazy Dog (2025-12-31)\n\n- a\n\n## 1.1 Lazy Cat (2025-01-02)\n\n- b\n",
        "## 1.2 ",
        "## 1.3 (2026-01-02)\n\n- **ui:** count &lt;all>\n- mend it\n\n",
    ),
    "an older underline that is too short": (
        "CHANGES.rst",
        "1.2.0\n-----\n\n* a\n\n1.1.0\n---\n\n* b\n",
        "1.2.0",
        "1.3.0\n-----\n\n* **ui:** count <all>\n* mend it\n\n",
    ),
    "headings with nothing but the version in common": (
        "CHANGES.md",
        "Version 1.2.0\n\n* a\n\n1.1.0\n\n* b\n",
        "Version",
        "1.3.0\n\n* **ui:** count &lt;all>\n* mend it\n\n",
    ),
    "nothing but a title": (
        "NEWS.rst",
        "News\n====\n",
        "",
        "\n1.3.0 (2026-01-02)\n------------------\n\n- **ui:** count <all>\n- mend it\n",
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_an_entry_is_written_as_the_others_are_where_it_belongs(shape: str) -> None:
    file, before, place, added = SHAPES[shape]
    after = before.replace(place, added + place, 1) if place else before + added
    assert written(before, file) == after
    assert written(before.replace("\n", "\r\n"), file) == after.replace("\n", "\r\n")


REFERENCES = """\
[unreleased]: https://x.y/compare/v1.2.0...HEAD
[1.2.0]: https://x.y/compare/v1.1.0...v1.2.0
"""
PENDING = {
    "what people wrote becomes the entry, and an empty one stays": (
        "# Log\n\n## [Unreleased]\n### Added\n- By hand\n\n## [1.2.0] - 2025-12-31\n- a\n\n"
        + REFERENCES,
        "# Log\n\n## [Unreleased]\n\n## [1.3.0] - 2026-01-02\n### Added\n- By hand\n\n"
        "## [1.2.0] - 2025-12-31\n- a\n\n[unreleased]: https://x.y/compare/v1.3.0...HEAD\n"
        "[1.3.0]: https://x.y/compare/v1.2.0...v1.3.0\n"
        "[1.2.0]: https://x.y/compare/v1.1.0...v1.2.0\n",
    ),
    "an empty one stays as it is": (
        "## Unreleased\n\n### Added\n\n### Fixed\n\n## 1.2.0 - 2025-12-31\n\n- a\n",
        "## Unreleased\n\n### Added\n\n### Fixed\n\n## 1.3.0 - 2026-01-02\n\n"
        "- **ui:** count &lt;all>\n- mend it\n\n## 1.2.0 - 2025-12-31\n\n- a\n",
    ),
    "one that names a version is the release, with any version": (
        "## 1.2.1 (unreleased)\n\n- By hand\n\n## 1.2.0 (2025-12-31)\n\n- a\n",
        "## 1.3.0 (2026-01-02)\n\n- By hand\n\n## 1.2.0 (2025-12-31)\n\n- a\n",
    ),
    "one that says so below its heading": (
        "Version 1.3.0\n-------------\n\nUnreleased\n\n- By hand\n\n"
        "Version 1.2.0\n-------------\n\nReleased 2025-12-31\n\n- a\n",
        "Version 1.3.0\n-------------\n\nReleased 2026-01-02\n\n- By hand\n\n"
        "Version 1.2.0\n-------------\n\nReleased 2025-12-31\n\n- a\n",
    ),
    "a template of what people are to write is nothing": (
        "dev\n---\n\n- \\[Short description of non-trivial change.\\]\n\n"
        "1.2.0 (2025-12-31)\n------------------\n\n- a\n",
        "dev\n---\n\n- \\[Short description of non-trivial change.\\]\n\n"
        "1.3.0 (2026-01-02)\n------------------\n\n- **ui:** count &lt;all>\n- mend it\n\n"
        "1.2.0 (2025-12-31)\n------------------\n\n- a\n",
    ),
    "the only thing in the file": (
        "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- By hand\n",
        "# Changelog\n\n## [Unreleased]\n\n## [1.3.0] - 2026-01-02\n\n### Added\n\n- By hand\n",
    ),
    "a version that is not released, and the only thing in the file": (
        "# Changelog\n\n## 1.3.0 (unreleased)\n\n- By hand\n",
        "# Changelog\n\n## 1.3.0 (2026-01-02)\n\n- By hand\n",
    ),
    "its link in its heading follows": (
        "## [Unreleased](https://x.y/compare/1.2.0...main)\n\n- By hand\n\n## 1.2.0 - 2025-12-31\n",
        "## [Unreleased](https://x.y/compare/1.3.0...main)\n\n## 1.3.0 - 2026-01-02\n\n"
        "- By hand\n\n## 1.2.0 - 2025-12-31\n",
    ),
}


@pytest.mark.parametrize("shape", PENDING)
def test_what_is_unreleased_is_promoted(shape: str) -> None:
    before, after = PENDING[shape]
    assert written(before) == after
    assert written(before.replace("\n", "\r\n")) == after.replace("\n", "\r\n")


SPELLINGS = (
    *("Unreleased", "[UNRELEASED]", "*unreleased*", "Next", "master", "dev", "Upcoming release"),
    *("In development", "1.3.0-dev", "1.3.0.dev0", "1.3.0 - TBD", "v1.3.0 (2026-xx-xx)", "TBD"),
)


@pytest.mark.parametrize("words", SPELLINGS)
def test_any_spelling_of_unreleased_is_promoted(words: str) -> None:
    before = f"## {words}\n\n- By hand\n\n## 1.2.0 - 2025-12-31\n\n- a\n"
    found = find_entry(written(before, keeps=False), NEXT)
    assert found is not None and found.text == "## 1.3.0 - 2026-01-02\n\n- By hand\n"


@pytest.mark.parametrize("words", ["Next steps", "Main changes", "Developers", "Head gear"])
def test_other_headings_are_not_unreleased(words: str) -> None:
    before = f"## {words}\n\n- By hand\n\n## 1.2.0 - 2025-12-31\n\n- a\n"
    assert written(before).startswith(f"## {words}\n\n- By hand\n\n## 1.3.0 - 2026-01-02\n")


@pytest.mark.parametrize("mark", ["~~~~", "^^^^^^", '""""'])
@pytest.mark.parametrize("heading", ["1.2.0 (2025-12-31)", "Version 1.2.0", "kit 1.2.0"])
def test_versions_whose_lines_are_all_too_short_are_not_what_is_unreleased(
    heading: str, mark: str
) -> None:
    pending = "Changes\n=======\n\nUnreleased\n----------\n\n"
    older = heading.replace("1.2", "1.1").replace("2025", "2024")
    released = f"{heading}\n{mark}\n\n- a\n\n{older}\n{mark}\n\n- b\n"
    new = heading.replace("1.2", "1.3").replace("2025-12-31", "2026-01-02")
    assert written(f"{pending}- By hand\n\n{released}", "CHANGES.rst") == (
        f"{pending}{new}\n{mark}\n\n- By hand\n\n{released}"
    )


@pytest.mark.parametrize("line", ["Use kit 1.2.0 so:", "1.2.0 is called so:", "Next steps"])
def test_a_fence_below_a_line_is_no_heading(line: str) -> None:
    entry = f"1.2.0\n-----\n\n{line}\n~~~~\n1.1.0\n-----\n~~~~\n"
    found = find_entry(entry, Version(1, 2))
    assert found is not None and found.text == entry


def test_an_empty_unreleased_goes_where_the_project_keeps_none() -> None:
    before = (
        "unreleased\n==========\n\n* By hand\n\n1.2.0 / 2025-12-31\n==================\n\n* a\n"
    )
    assert written(before, keeps=False) == before.replace(
        "unreleased\n==========", "1.3.0 / 2026-01-02\n=================="
    )


def test_an_empty_one_that_goes_leaves_what_is_there_for_programs() -> None:
    newest = "## 1.2.0 (2025-12-31)\n\n- a\n"
    before = f"## 1.2.1 (unreleased)\n\n<!-- start -->\n\n- Nothing yet\n\n{newest}"
    wanted = Wanted(NEXT, "1.3.0", DAY)
    assert write_entry(before, find_form(before, "NEWS.md"), wanted, LINES) == (
        "<!-- start -->\n\n## 1.3.0 (2026-01-02)\n\n- **ui:** count &lt;all>\n- mend it\n\n"
        + newest
    )


def test_a_version_that_was_never_released_long_ago_stays() -> None:
    before = "## 1.2.0 - 2025-12-31\n\n- a\n\n## 1.1.9 (unreleased)\n\n- never\n"
    assert written(before).endswith(before)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("2025-12-31", "2026-01-02"), ("2025/12/31", "2026/01/02"), ("31.12.2025", "02.01.2026"),
        ("12/31/2025", "01/02/2026"), ("December 31, 2025", "January 2, 2026"),
        ("Dec 31st, 2025", "Jan 2nd, 2026"), ("31 Dec 2025", "2 Jan 2026"),
        ("6th December, 2025", "2nd January, 2026"), ("Wed, 31 Dec 2025", "Fri, 2 Jan 2026"),
        ("08 Dec 2025", "02 Jan 2026"), ("31-Dec-2025", "2-Jan-2026"), ("2025-1-3", "2026-1-2"),
        ("December 2025", "January 2026"),
        ("Wednesday, 31 December 2025", "Friday, 2 January 2026"),
    ],
)  # fmt: skip
def test_a_date_is_written_as_the_last_one_was(old: str, new: str) -> None:
    after = written(f"## 1.2.0 ({old})\n\n- a\n")
    assert after.startswith(f"## 1.3.0 ({new})\n\n")


@pytest.mark.parametrize(
    ("heading", "title", "new"),
    [
        ("## 1.2.0", "1.3", "## 1.3.0"), ("## 1.2", "1.3", "## 1.3"),
        ("## v1.2.3", "v1.3.0", "## v1.3.0"), ("## Version 1.2.0", "1.3", "## Version 1.3.0"),
        ("## kit 1.2.0 (2025-12-31)", "1.3.0", "## kit 1.3.0 (2026-01-02)"),
        ("## Release 1.2.0 ##", "1.3.0", "## Release 1.3.0 ##"), ("**1.2.0**", "1.3", "**1.3.0**"),
    ],
)  # fmt: skip
def test_a_version_is_written_as_the_last_one_was(heading: str, title: str, new: str) -> None:
    assert written(f"{heading}\n\n- a\n", title=title).startswith(f"{new}\n\n")


def test_an_entry_that_another_day_wrote_gets_the_releases_date() -> None:
    text = "## 1.3.0 - 2026-01-05\n\n- a 2026-01-05\n\n## 1.2.0 - 2025-12-31\n"
    assert redated(text, NEXT, DAY) == text.replace(
        "## 1.3.0 - 2026-01-05", "## 1.3.0 - 2026-01-02"
    )
    assert redated(text, Version(9, 9), DAY) == text


rows = st.lists(st.sampled_from([
    "", "text", "# Changelog", "## Unreleased", "## [1.2.0] - 2025-12-31", "## 1.1", "- x", "  * y",
    "### Fixed", "**Fixed**", "====", "----", "1.0.0 (2020-01-01)", "Released 2020-01-01",
    "[1.2.0]: https://x.y/compare/v1.1.0...v1.2.0", "[unreleased]: https://x.y/compare/v1.2.0...HEAD",
    ".. _v1:", "<!-- c -->", "1.3.0.dev0", "kit (1.2.0-1) unstable; urgency=low", "é\u2028x",
]))  # fmt: skip


@given(rows, st.sampled_from(["\n", "\r\n"]), st.sampled_from(["CHANGELOG.md", "NEWS.rst", "NEWS"]))
def test_whatever_a_changelog_has_its_next_entry_is_read_back(
    found: list[str], end: str, file: str
) -> None:
    before = end.join(found)
    after = write_entry(before, find_form(before, file), Wanted(NEXT, "1.3.0", DAY), LINES)
    assert find_entry(after, NEXT) is not None
    assert len(after) > len(before) - 40
