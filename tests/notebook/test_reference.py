"""The runbook as committed, and which notebook it is that is executed."""

import json
import subprocess
from pathlib import Path

import pytest

from runbook_lib.notebook.reference import Reference, find_notebook, read_cells, read_reference
from tests.recorder.front import write_notebook


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=olive", "-c", "user.email=olive@example.org")
    answer = subprocess.run(
        ["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, text=True
    )
    return answer.stdout.strip()


@pytest.fixture
def committed(tmp_path: Path) -> Path:
    """A notebook in a folder of a repository, committed."""
    git(tmp_path, "init", "-q")
    (tmp_path / "runbooks").mkdir()
    path = write_notebook(tmp_path / "runbooks" / "tides.ipynb", "# Tides", "a = 1")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "one")
    return path


def test_a_committed_notebook_names_its_commit(committed: Path) -> None:
    found = read_reference(committed)
    assert found.commit == git(committed.parent, "rev-parse", "HEAD")
    assert not found.changed
    assert [(cell.type, cell.source, cell.id) for cell in found.cells] == [
        ("markdown", "# Tides", "cell-00"),
        ("code", "a = 1", "cell-01"),
    ]


def test_of_a_changed_notebook_the_committed_cells_count(committed: Path) -> None:
    before = read_reference(committed)
    write_notebook(committed, "# Tides", "a = 2")
    found = read_reference(committed)
    assert found.changed
    assert (found.cells, found.commit, found.digest) == (
        before.cells,
        before.commit,
        before.digest,
    )


def test_a_notebook_that_git_does_not_have_is_read_from_its_file(
    committed: Path, tmp_path: Path
) -> None:
    new = write_notebook(tmp_path / "new.ipynb", "b = 1")
    found = read_reference(new)
    assert (found.commit, found.changed, len(found.cells)) == ("", False, 1)


def test_the_repository_that_a_git_hook_names_is_not_the_notebooks(
    committed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    assert read_reference(committed).commit


def test_without_a_notebook_there_is_nothing_to_compare_with(tmp_path: Path) -> None:
    assert read_reference(None) == Reference()
    assert read_reference(tmp_path / "none.ipynb").cells == ()


def test_a_reference_is_the_same_after_it_was_kept(committed: Path) -> None:
    found = read_reference(committed)
    assert Reference.from_dict(found.to_dict()) == found


def test_the_notebook_is_the_one_that_the_front_end_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two, three = (
        write_notebook(tmp_path / f"{name}.ipynb", name) for name in ("one", "two", "three")
    )
    (tmp_path / "console").write_text("no notebook")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNBOOK_NOTEBOOK", raising=False)
    monkeypatch.setenv("JPY_SESSION_NAME", "deep/in/the/root/one.ipynb")
    assert find_notebook("release", {}) == one
    assert find_notebook("release", {"__vsc_ipynb_file__": str(two)}) == two
    monkeypatch.setenv("RUNBOOK_NOTEBOOK", str(three))
    assert find_notebook("release", {"__vsc_ipynb_file__": str(two)}) == three


def test_without_a_front_end_that_says_so_it_is_the_runbook_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("RUNBOOK_NOTEBOOK", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    installed = find_notebook("release", {"__session__": "a-console-without-a-notebook"})
    assert installed is not None
    assert installed.name == "release.ipynb"
    (tmp_path / "runbooks").mkdir()
    here = write_notebook(tmp_path / "runbooks" / "release.ipynb", "a = 1")
    assert find_notebook("release", {}) == here
    assert find_notebook("no-such-runbook", {}) is None


@pytest.mark.parametrize(
    "cell",
    [
        {"source": [{"a": 1}]},
        {"source": 7},
        {"metadata": None},
        {"metadata": 7},
        {"metadata": {"tags": 7}},
        {"metadata": {"tags": [["x"]]}},
    ],
)
def test_a_cell_of_another_form_is_read_as_far_as_it_can_be(cell: dict[str, object]) -> None:
    [found] = read_cells(json.dumps({"cells": [{"cell_type": "code", **cell}]}).encode())
    assert (found.source, found.tags) == ("", ())


def test_a_notebook_without_end_is_none() -> None:
    assert read_cells(b'{"cells":' + b"[" * 100_000) == ()
