"""Which file is the changelog, what gathers its fragments, and what is shown of both."""

from collections.abc import Callable

import pytest

from runbook_lib.policy.accounting import as_question
from runbook_lib.policy.changelog.entry import Entry
from runbook_lib.policy.changelog.file import find_changelog
from runbook_lib.policy.changelog.fragments import find_tool
from runbook_lib.policy.changelog.says import is_empty
from runbook_lib.policy.release.changelog import find_habit
from runbook_lib.policy.version import Version


def reader(files: dict[str, str]) -> Callable[[str], str | None]:
    return files.get


def found(files: dict[str, str]) -> str:
    return find_changelog(files, reader(files))


@pytest.mark.parametrize(
    "path",
    ["CHANGELOG.md", "changelog.md", "CHANGES", "CHANGES.rst", "HISTORY.md", "History.md", "NEWS",
     "NEWS.txt", "ChangeLog", "docs/changelog.rst", "doc/CHANGES.md", "Changes.markdown",
     "RELEASE_NOTES.md", "00-RELEASENOTES", "docs/source/changelog.rst", "docs/release-notes.md"],
)  # fmt: skip
def test_a_changelog_is_found_by_its_name(path: str) -> None:
    assert found({"README.md": "## 1.0\n", path: ""}) == path


@pytest.mark.parametrize(
    "path",
    ["src/CHANGELOG.md", "CHANGELOG/1.0.md", "history.py", "news/1.md", "CHANGELOG.md.j2",
     "old/docs/changelog.md", "mychangelog.md"],
)  # fmt: skip
def test_other_files_are_none(path: str) -> None:
    assert found({path: "## 1.0\n"}) == ""


def test_of_several_files_it_is_the_one_with_the_newest_release() -> None:
    old, new = "## 1.0\n\n- a\n", "## 2.0\n\n- a\n"
    assert found({"CHANGELOG.md": old, "HISTORY.md": new}) == "HISTORY.md"
    assert found({"CHANGELOG.md": new, "HISTORY.md": old}) == "CHANGELOG.md"
    assert found({"CHANGELOG.md": "See docs/changelog.md\n", "docs/changelog.md": old}) == (
        "docs/changelog.md"
    )
    assert found({"docs/changelog.md": new, "CHANGELOG.md": new}) == "CHANGELOG.md"
    assert found({"ChangeLog": "2020-01-01  Ada\n\n\t* a.c: b.\n", "NEWS": old}) == "NEWS"
    assert found({"NEWS": "", "CHANGES": "", "CHANGELOG": ""}) == "CHANGELOG"


def test_a_package_has_a_changelog_of_its_own() -> None:
    files = {"CHANGELOG.md": "## 9.0\n", "packages/core/CHANGES.md": "## 1.0\n"}
    assert find_changelog(files, reader(files), folder="packages/core") == (
        "packages/core/CHANGES.md"
    )
    assert find_habit(list(files), reader(files), folder="packages/ui").file == (
        "packages/ui/CHANGELOG.md"
    )


TOOLS = {
    "towncrier in its own file": (
        {"towncrier.toml": '[tool.towncrier]\ndirectory = "./news"\nfilename = "docs/news.rst"\n'},
        ("towncrier", "news", "docs/news.rst"),
    ),
    "towncrier's own folder and file": (
        {"pyproject.toml": "[tool.towncrier]\n"},
        ("towncrier", "newsfragments", "NEWS.rst"),
    ),
    "towncrier in its package": (
        {
            "pyproject.toml": '[tool.towncrier]\npackage = "kit.it"\npackage_dir = "src"\n',
            "src/kit/it/newsfragments/1.bugfix": "a",
        },
        ("towncrier", "src/kit/it/newsfragments", "NEWS.rst"),
    ),
    "scriv": ({"setup.cfg": "[scriv]\n"}, ("scriv", "changelog.d", "CHANGELOG.rst")),
    "scriv in its folder": (
        {"changelog.d/scriv.ini": "[tool.scriv]\nformat = md\n"},
        ("scriv", "changelog.d", "CHANGELOG.md"),
    ),
    "scriv with all that it has": (
        {"pyproject.toml": '[tool.scriv]\nfragment_directory = "frag"\nchangelog = "docs/c.md"\n'},
        ("scriv", "frag", "docs/c.md"),
    ),
    "changie": (
        {".changie.yaml": "changesDir: .changes  # here\nchangelogPath: 'LOG.md'\n"},
        ("changie", ".changes/unreleased", "LOG.md"),
    ),
}


@pytest.mark.parametrize("shape", TOOLS)
def test_a_tool_is_found_by_its_settings(shape: str) -> None:
    files, expected = TOOLS[shape]
    tool = find_tool(files, reader(files))
    assert tool is not None
    assert (tool.name, tool.folder, tool.file) == expected


TOWNCRIER = (("towncrier", "build", "--yes", "--version={version}", "--date={date}"),)
SCRIV = (("scriv", "collect", "--version={version}"),)


@pytest.mark.parametrize(
    ("file", "text", "commands", "install"),
    [
        ("towncrier.toml", "[tool.towncrier]\n", TOWNCRIER, "pip install towncrier"),
        ("tox.ini", "[scriv]\n", SCRIV, "pip install scriv"),
        ("pyproject.toml", "[tool.scriv]\n", SCRIV, "pip install 'scriv[toml]'"),
        (
            ".changie.yml",
            "versionExt: rst\n",
            (("changie", "batch", "v{version}"), ("changie", "merge")),
            "npm install --global changie",
        ),
    ],
)
def test_a_tool_is_called_by_its_own_commands(
    file: str, text: str, commands: tuple[tuple[str, ...], ...], install: str
) -> None:
    files = {file: text}
    tool = find_tool(files, reader(files))
    assert tool is not None
    assert (tool.seen, tool.commands, tool.install) == (file, commands, install)


@pytest.mark.parametrize(
    "files", [{}, {"pyproject.toml": "[tool.x]\n"}, {"pyproject.toml": "broken ["},
              {"setup.cfg": "broken"}, {"tox.ini": "[tox]\n"}]
)  # fmt: skip
def test_without_settings_there_is_no_tool(files: dict[str, str]) -> None:
    assert find_tool(files, reader(files)) is None


def test_what_lies_beside_fragments_is_none() -> None:
    files = {
        "towncrier.toml": '[tool.towncrier]\ndirectory = "news"\n',
        **dict.fromkeys(
            ("news/1.feature.md", "news/+a.bugfix.rst", "news/README.md", "news/.gitignore",
             "news/_template.md.j2", "news/template.rst", "other/2.feature.md"), "x",
        ),
    }  # fmt: skip
    tool = find_tool(files, reader(files))
    assert tool is not None
    assert tool.fragments(files) == ("news/1.feature.md", "news/+a.bugfix.rst")


def test_changie_names_a_version_as_its_files_are_named() -> None:
    for there, batch in (("v1.0.0", "v{version}"), ("1.0.0", "{version}")):
        files = {".changie.yml": "", f".changes/{there}.md": "x"}
        tool = find_tool(files, reader(files))
        assert tool is not None and tool.commands[0] == ("changie", "batch", batch)
        assert tool.made == f".changes/{batch}.md"


def test_what_is_found_is_shown_with_what_says_otherwise() -> None:
    files = {
        "HISTORY.md": "# History\n\n## 1.1 (2025-01-02)\n\n### Fixed\n\n* a\n",
        "towncrier.toml": '[tool.towncrier]\ndirectory = "news"\n',
    }
    habit = find_habit(list(files), reader(files), last="1.2")
    rows = [(row.what, row.found, row.seen, row.otherwise, row.missing) for row in habit.findings]
    assert rows == [
        ("changelog", "HISTORY.md", "HISTORY.md", "changelog.file", ""),
        (
            "changelog's form",
            "as ## 1.1 (2025-01-02), items *, groups Fixed; the next above 1.1 (2025-01-02); "
            "its newest entry is 1.1, the last release 1.2: it may not be kept any more",
            "HISTORY.md", "changelog.command", "",
        ),
        (
            "changelog's tool", "towncrier", "towncrier.toml, 0 fragments in news",
            "changelog.command", "no fragments: the entry is written from the commits",
        ),
    ]  # fmt: skip


def test_without_a_changelog_one_is_made_and_said_to_be() -> None:
    habit = find_habit([], reader({}))
    assert (habit.file, habit.found) == ("CHANGELOG.md", False)
    assert habit.findings[0].missing == "no changelog is there: CHANGELOG.md is made"
    assert find_habit(["NEWS"], reader({"NEWS": ""}), file="docs/x.md").file == "docs/x.md"
    given = find_habit([], reader({}), command=("clog", "-F"))
    assert given.findings[-1].found == "clog -F"


def test_where_the_next_entry_goes_is_told() -> None:
    pending = "## Unreleased\n\n- By hand\n\n## 1.0\n\n- a\n"
    for text, place in (
        (pending, "is what stands under Unreleased"),
        (pending.replace("- By hand\n\n", ""), "above 1.0"),
        ("## 1.0\n\n## 1.1\n", "at its end"),
        ("# Log\n", "below its title"),
    ):
        assert find_habit(["NEWS"], reader({"NEWS": text})).place == place


@pytest.mark.parametrize(
    "body",
    ["", "### Fixed\n", "**Bug fixes**\n", "- \n", "<!-- a comment\nof two lines -->\n",
     "Nothing changed yet.\n", "- Nothing yet\n", "- No significant changes.\n", "* TBD\n",
     "Fixed:\n", "[1.3.0]: https://x.y\n", "### Added\n\n### Fixed\n\n- None\n"],
)  # fmt: skip
@pytest.mark.parametrize("heading", ["## 1.3.0 (2026-01-02)\n\n", "1.3.0\n-----\n\n"])
def test_an_entry_without_a_line_for_users_is_empty(heading: str, body: str) -> None:
    assert is_empty(heading + body)


@pytest.mark.parametrize(
    "body", ["- a\n", "Text.\n", "### Fixed\n\n- mend\n", "- No changes to X\n"]
)
def test_an_entry_with_a_line_for_users_is_not(body: str) -> None:
    assert not is_empty(f"## 1.3.0\n\n{body}")


def test_an_empty_entry_is_asked_about_with_all_that_it_leaves_out() -> None:
    entry = Entry(Version(1, 3), "## 1.3.0\n", file="NEWS.md")
    asked = as_question(entry, [f"commit {n}" for n in range(60)])
    lines = str(asked).splitlines()
    assert lines[0] == (
        "The entry of 1.3.0 is EMPTY: no line of it says anything to a user. 60 commits left out:"
    )
    assert lines[1] == "  commit 0" and lines[51] == "  … and 10 more"
    assert "NEWS.md" in lines[52] and lines[53] == ""
    assert asked.digest == entry.digest and "EMPTY" in asked.html()
    assert "There is no commit either." in str(as_question(entry, []))
    full = Entry(Version(1, 3), "## 1.3.0\n\n- a\n")
    assert as_question(full, ["x"]) is full
