"""Whether a project uses the newest release of a dependency."""

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.policy.push.dependencies import (
    Dependency,
    DependencyUpdate,
    find_used,
    search_used,
)

PACKAGE = '{"dependencies": {"linter": "^7.1.0", "@team/scanner": "~2.0", "linter-x": "9.0.0"}}'


def dependency(used: str, newest: str) -> Dependency:
    return Dependency("linter", "frontend", used, newest, "")


@pytest.mark.parametrize(("name", "used"), [("linter", "7.1.0"), ("scanner", "2.0")])
def test_the_used_version_is_read_from_package_json(name: str, used: str) -> None:
    assert find_used(PACKAGE, name) == used


def test_another_file_is_read_by_the_profiles_pattern() -> None:
    assert find_used("linter==7.1.0 \\\n", "linter", r"^linter==(\S+)") == "7.1.0"


@pytest.mark.parametrize("pattern", ["", "linter (", "linter"])
def test_a_version_that_is_not_there_is_refused(pattern: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        find_used("{}", "linter", pattern)


@pytest.mark.parametrize(
    ("used", "newest", "behind"),
    [
        ("7.1.0", "7.2.0", True),
        ("7.2.0", "v7.2.0", False),
        ("7.2", "7.2.0", False),
        ("7.10.0", "7.9.1", False),
        ("7.1.0", "", False),
        ("7.2.0", "7.2.0+build.3", False),
    ],
)
def test_what_is_behind_is_said(used: str, newest: str, behind: bool) -> None:
    found = dependency(used, newest)
    assert found.behind is behind
    assert ("is out" in str(found)) is behind


def test_a_dependency_that_is_not_used_has_no_version() -> None:
    assert search_used("{}", "linter") == ""
    with pytest.raises(UsageError, match="expected a regular expression"):
        search_used("{}", "linter", "linter (")


def test_an_update_says_from_what_to_what_and_by_which_commits() -> None:
    assert str(DependencyUpdate("linter", "frontend", "7.1.0", "7.2.0", ())) == (
        "frontend uses linter 7.2.0 instead of 7.1.0, by"
    )
    assert "uses linter 7.2.0 for the first time" in str(
        DependencyUpdate("linter", "frontend", "", "7.2.0", ())
    )
