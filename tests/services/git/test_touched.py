"""Who has touched a file, or one of its lines, last."""

from pathlib import Path

import pytest

from runbook_lib.services.git.git import Git
from runbook_lib.services.git.touched import last_touch
from tests.services.git.conftest import commit, git


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A repository to commit in."""
    place = tmp_path / "touched"
    place.mkdir()
    git(place, "init", "--quiet", "--initial-branch=main")
    git(place, "config", "user.name", "Edith Egret")
    git(place, "config", "user.email", "edith@example.com")
    return place


def touched(folder: Path, path: str, line: int = 0) -> str:
    found = last_touch(Git(folder), git(folder, "rev-parse", "HEAD"), path, line)
    return found.subject if found else ""


def test_a_files_newest_commit_is_found_and_a_lines_own(folder: Path) -> None:
    commit(folder, "first", a_in_one__py="x = 1\ny = 1\n", b__py="")
    commit(folder, "second", a_in_one__py="x = 1\ny = 2\n")
    commit(folder, "elsewhere", b__py="z = 1\n")
    assert touched(folder, "a/one.py") == "second"
    assert (touched(folder, "a/one.py", 1), touched(folder, "a/one.py", 2)) == ("first", "second")


def test_a_line_that_is_there_no_more_is_its_files(folder: Path) -> None:
    commit(folder, "first", one__py="x = 1\n")
    assert touched(folder, "one.py", 90) == "first"


def test_a_file_that_is_not_there_was_touched_by_nobody(folder: Path) -> None:
    commit(folder, "first", one__py="x = 1\n")
    assert touched(folder, "two.py") == "" and touched(folder, "two.py", 3) == ""


def test_a_merge_touches_nothing_of_itself(folder: Path) -> None:
    commit(folder, "first", one__py="x = 1\ny = 1\n", two__py="")
    git(folder, "switch", "--quiet", "-c", "side")
    commit(folder, "on the side", one__py="x = 2\ny = 1\n")
    git(folder, "switch", "--quiet", "main")
    commit(folder, "meanwhile", two__py="z = 1\n")
    git(folder, "merge", "--quiet", "--no-ff", "-m", "merge the side", "side")
    assert touched(folder, "one.py") == "on the side"
