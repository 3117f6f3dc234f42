"""Before each step it is known which commit is checked out, though git is seldom asked."""

from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.notebook import checked_out
from runbook_lib.notebook.checked_out import CheckedOut
from tests.notebook.test_reference import git

CHANGES = {
    "a commit": [("commit", "-q", "--allow-empty", "-m", "more")],
    "a commit after refs were packed": [
        ("pack-refs", "--all"),
        ("commit", "-q", "--allow-empty", "-m", "more"),
    ],
    "another branch": [("checkout", "-q", "other")],
    "a commit of no branch": [("checkout", "-q", "--detach", "other")],
    "a reset": [("reset", "-q", "--hard", "HEAD~1")],
    "a branch that another repository's push moves": [("update-ref", "HEAD", "other")],
    "a branch that is renamed, and moved": [
        ("branch", "-m", "new"),
        ("reset", "-q", "--hard", "other"),
    ],
}


@pytest.fixture(params=["a clone", "a worktree"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where a runbook is checked out, in a branch that is not called as another is."""
    clone = tmp_path / "clone"
    clone.mkdir()
    git(clone, "init", "-q")
    (clone / "practice.ipynb").write_text("{}")
    git(clone, "add", ".")
    for message in ("first", "second"):
        git(clone, "commit", "-q", "--allow-empty", "-m", message)
    git(clone, "branch", "other", "HEAD~1")
    if request.param == "a clone":
        return clone
    git(clone, "worktree", "add", "-q", "-b", "work", str(tmp_path / "worktree"))
    return tmp_path / "worktree"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What git was asked about."""
    found: list[Path] = []
    really: Callable[[Path], tuple[str, str]] = checked_out.find_committed

    def find_committed(path: Path) -> tuple[str, str]:
        found.append(path)
        return really(path)

    monkeypatch.setattr(checked_out, "find_committed", find_committed)
    return found


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_whatever_is_checked_out_it_is_found_at_once(
    folder: Path, change: list[tuple[str, ...]]
) -> None:
    found = CheckedOut(folder / "practice.ipynb")
    for _ in range(3):
        assert found.find() == git(folder, "rev-parse", "HEAD")
    before = found.find()
    for command in change:
        git(folder, *command)
        for _ in range(3):
            assert found.find() == git(folder, "rev-parse", "HEAD")
    assert found.find() != before


def test_git_is_not_asked_again_where_nothing_has_moved(folder: Path, asked: list[Path]) -> None:
    found = CheckedOut(folder / "practice.ipynb")
    names = {found.find() for _ in range(9)}
    assert names == {git(folder, "rev-parse", "HEAD")}
    assert len(asked) == 2


def test_what_moves_while_git_is_asked_is_found_the_next_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = CheckedOut(folder / "practice.ipynb")
    really = checked_out.find_committed

    def moved_then(path: Path) -> tuple[str, str]:
        answer = really(path)
        git(folder, "commit", "-q", "--allow-empty", "-m", "meanwhile")
        return answer

    with monkeypatch.context() as patch:
        patch.setattr(checked_out, "find_committed", moved_then)
        found.find()
        found.find()
    assert found.find() == git(folder, "rev-parse", "HEAD")


def test_where_git_has_no_such_notebook_it_is_asked_again_and_again(
    folder: Path, asked: list[Path]
) -> None:
    found = CheckedOut(folder.parent / "elsewhere.ipynb")
    assert [found.find(), found.find(), found.find()] == ["", "", ""]
    assert len(asked) == 3
