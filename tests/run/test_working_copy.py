"""Working copies: made once for each state of a runbook, kept, and known as what they are of."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runbook_lib.cli import main
from runbook_lib.errors import UsageError
from runbook_lib.notebook.reference import Reference, is_private, read_reference
from runbook_lib.run.working_copy import make_copy, open_copy
from tests.notebook.test_reference import git
from tests.recorder.front import write_notebook

GATE = 'run.approve("changelog", entry, title="The changelog")'


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A clone with a runbook and a runbook.toml, where a person is, with a data folder."""
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("RUNBOOK_CONFIG", raising=False)
    monkeypatch.delenv("RUNBOOK_NOTEBOOK", raising=False)
    folder = tmp_path / "clone"
    (folder / "runbooks").mkdir(parents=True)
    git(folder, "init", "-q")
    (folder / "runbook.toml").write_text("[profiles]\n")
    monkeypatch.chdir(folder)
    write_notebook(folder / "runbooks" / "tides.ipynb", "# Tides", "a = 1", GATE)
    commit(folder)
    return folder


@pytest.fixture
def runbook(clone: Path) -> Path:
    return clone / "runbooks" / "tides.ipynb"


def commit(clone: Path) -> None:
    git(clone, "add", ".")
    git(clone, "commit", "-qm", "a change")


def change(path: Path, **said: Any) -> None:
    """Change a notebook as a person at JupyterLab does."""
    found = json.loads(path.read_text())
    path.write_text(json.dumps({**found, **said}))


def sources(reference: Reference) -> list[str]:
    return [cell.source for cell in reference.cells]


def test_the_same_copy_opens_again_with_what_its_person_has_put_in(
    clone: Path, runbook: Path
) -> None:
    first = open_copy(runbook)
    assert first.before is None
    change(first.path, cells=[])
    again = open_copy(runbook)
    assert (again.path, again.before) == (first.path, None)
    assert json.loads(again.path.read_text())["cells"] == []
    assert git(clone, "status", "--porcelain", "--ignored") == ""
    assert first.path.parent.stat().st_mode & 0o077 == 0


def test_a_newer_runbook_opens_as_a_new_copy_and_the_older_one_stays(
    clone: Path, runbook: Path
) -> None:
    first = open_copy(runbook)
    had = first.path.read_bytes()
    write_notebook(runbook, "# Tides", "a = 2", GATE)
    commit(clone)
    second = open_copy(runbook)
    assert second.before == first.path
    assert second.path != first.path and first.path.read_bytes() == had
    assert sources(read_reference(second.path)) == ["# Tides", "a = 2", GATE]
    assert open_copy(runbook).path == second.path
    assert open_copy(first.path).path == first.path, "an older copy can be gone on with"


def test_a_new_copy_is_made_where_it_is_asked_for(runbook: Path) -> None:
    first = open_copy(runbook)
    change(first.path, cells=[])
    second = make_copy(runbook)
    assert (second.before, open_copy(runbook).path) == (first.path, second.path)
    assert json.loads(second.path.read_text())["cells"]


def test_a_copy_that_was_made_half_is_no_copy(runbook: Path, monkeypatch: Any) -> None:
    """It has its name only when it is whole."""

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("runbook_lib.run.working_copy.write_copy", die)
        with pytest.raises(KeyboardInterrupt):
            open_copy(runbook)
    assert open_copy(runbook).path.read_bytes()


def test_two_that_open_at_once_have_the_same_copy(
    runbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second has looked before the first one's copy was there."""
    first = open_copy(runbook)
    change(first.path, cells=[])
    monkeypatch.setattr("runbook_lib.run.working_copy.copies", lambda *_: [])
    assert open_copy(runbook).path == first.path
    assert json.loads(first.path.read_text())["cells"] == []
    assert list(first.path.parent.parent.iterdir()) == [first.path.parent]


def test_a_copy_is_configured_as_the_place_where_it_was_opened(
    clone: Path, runbook: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = open_copy(runbook)
    assert (here.path.parent / "runbook.toml").resolve() == clone / "runbook.toml"
    other = tmp_path / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    there = open_copy(runbook)
    assert there.path.parent.parent != here.path.parent.parent
    assert not (there.path.parent / "runbook.toml").exists()


def test_the_reference_of_a_copy_is_the_runbook_that_it_was_copied_from(
    clone: Path, runbook: Path
) -> None:
    copied_at = git(clone, "rev-parse", "HEAD")
    copy = open_copy(runbook).path
    change(copy, cells=json.loads(copy.read_text())["cells"][:2])
    found = read_reference(copy)
    assert (found.path, found.commit, found.changed) == (runbook, copied_at, False)
    assert sources(found) == ["# Tides", "a = 1", GATE]
    write_notebook(runbook, "# Tides", "a = 2")
    commit(clone)
    later = read_reference(copy)
    assert (later.commit, later.changed, later.cells) == (copied_at, True, found.cells)


def test_a_copy_of_a_runbook_that_is_gone_is_refused(runbook: Path, clone: Path) -> None:
    copy = open_copy(runbook).path
    runbook.unlink()
    assert sources(read_reference(copy))[-1] == GATE, "git still has it"
    clone.rename(clone.parent / "moved")
    with pytest.raises(UsageError, match=r"found none: open a new copy with `runbook open tides`"):
        read_reference(copy)


def test_a_copy_of_what_git_does_not_have_is_read_from_its_file(
    tmp_path: Path, clone: Path
) -> None:
    loose = write_notebook(tmp_path / "loose.ipynb", "a = 1")
    found = read_reference(open_copy(loose).path)
    assert (found.path, found.commit, sources(found)) == (loose, "", ["a = 1"])


def test_a_private_runbook_is_private_as_a_copy_too(
    runbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(runbook, metadata={"runbook": {"private": True}})
    copy = open_copy(runbook).path
    monkeypatch.setenv("JPY_SESSION_NAME", str(copy))
    assert is_private("tides", {})
    assert read_reference(copy).private


def test_without_jupyterlab_it_says_what_to_do_and_where_the_copy_is(
    runbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runbook_lib.reading.jupyterlab.find_spec", lambda _: None)
    answer = CliRunner().invoke(main, ["open", "tides"])
    assert answer.exit_code == 2
    assert f"The working copy is {open_copy(runbook).path}" in answer.output
    assert "pip install 'runbook-kit[lab]'" in answer.output


def test_what_stood_before_is_told_with_how_to_go_on_in_it(
    runbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[Path] = []
    monkeypatch.setattr("runbook_lib.reading.jupyterlab.open_working_copy", shown.append)
    had = open_copy(runbook).path
    write_notebook(runbook, "# Tides", "a = 2")
    said = CliRunner().invoke(main, ["open", "tides"]).output
    assert "The runbook has changed since you opened it: this is a new copy." in said
    assert f"What you had is kept: runbook open {had}" in said
    asked = CliRunner().invoke(main, ["open", "tides", "--new"]).output
    assert "has changed" not in asked and f"kept: runbook open {shown[0]}" in asked
    CliRunner().invoke(main, ["open", str(had)])
    assert [path.parent.name[:3] for path in shown] == ["002", "003", "001"]
