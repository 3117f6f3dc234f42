"""What was opened is what runs: what is changed after that is refused before anything is done."""

import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbook_lib.run.working_copy import open_copy
from tests.engine.opened import ACT, JOIN, OPEN, PROFILE, WORKS
from tests.notebook.test_reference import git
from tests.recorder.front import Front, start_front, write_notebook

PARAMETERS = 'profile: str = "team"  # a profile\nplan: bool = False  # only say'
CELLS = ("# Practice", PARAMETERS, OPEN, f"{JOIN}\n{WORKS}", ACT)
BELOW = CELLS[2:4]
SECRETS = {"HARBOR_LOGIN": "a-token-of-harbors", "HARBOR_BUGS": "a-key-of-harbors"}


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone with a team's runbook and its profile."""
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "runbook.toml").write_text(PROFILE)
    write_notebook(folder / "practice.ipynb", *CELLS)
    commit(folder)
    return folder


def commit(clone: Path) -> str:
    git(clone, "add", ".")
    git(clone, "commit", "-qm", "a change")
    return git(clone, "rev-parse", "HEAD")


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of a person with a data folder of their own."""
    return {**SECRETS, "RUNBOOK_HOME": str(tmp_path / "home"), "RUNBOOK_CONFIG": ""}


@pytest.fixture
def front(clone: Path, home: dict[str, str]) -> Iterator[Front]:
    """A kernel in which the run has just been opened and joined, as JupyterLab has it."""
    with start_front(clone, JPY_SESSION_NAME=str(clone / "practice.ipynb"), **home) as front:
        begin(front)
        (clone / "again").touch()
        yield front


def begin(front: Front) -> None:
    for cell in (PARAMETERS, *BELOW):
        went_well(front, cell)


def went_well(front: Front, cell: str) -> None:
    reply = front.run(cell)[-1]["content"]
    assert reply["status"] == "ok", reply


def refused(front: Front, cell: str = ACT) -> str:
    """Why a cell was refused."""
    reply = front.run(cell)[-1]["content"]
    assert reply["ename"] == "Refused", reply
    return str(reply["evalue"])


def edit(file: Path, old: str, new: str) -> None:
    """Change a file as an editor does: a new one stands in its place."""
    text = file.read_text()
    assert old in text
    file.with_suffix(".new").write_text(text.replace(old, new))
    file.with_suffix(".new").replace(file)


def test_a_parameter_that_is_changed_is_refused_until_the_run_is_opened_anew(
    front: Front, clone: Path
) -> None:
    front.run("plan = True")
    assert (
        "the parameters with which the run was opened, found that plan is True and was False"
        in (refused(front))
    )
    assert not (clone / "cup").exists()
    front.run("plan = False")
    went_well(front, ACT)
    assert (clone / "cup").exists()


def test_a_profile_that_is_changed_is_refused_until_the_run_is_opened_anew(
    front: Front, clone: Path
) -> None:
    edit(clone / "runbook.toml", "qa@bugs.example", "sam@bugs.example")
    said = refused(front)
    assert (
        "expected the profile 'team' with which the run was opened, found that bugzilla.qa is "
        "'sam@bugs.example' and was 'qa@bugs.example': run the runbook again from the cell that "
        "opens the run on; or set it back"
    ) in said
    assert not (clone / "cup").exists()
    for cell in (*BELOW, ACT):
        went_well(front, cell)
    assert (clone / "cup").exists()


def test_a_profile_that_is_set_back_goes_on(front: Front, clone: Path) -> None:
    edit(clone / "runbook.toml", "qa@bugs.example", "sam@bugs.example")
    with (clone / "runbook.toml").open("a") as file:
        file.write('bugzilla.cc = ["ops@bugs.example"]\n')
    assert "bugzilla.cc.0 is 'ops@bugs.example' and was None" in refused(front)
    (clone / "runbook.toml").write_text(PROFILE)
    went_well(front, ACT)


def test_a_profile_that_is_saved_as_it_says_the_same_is_no_change(
    front: Front, clone: Path
) -> None:
    other = PROFILE.replace("profiles.team", "profiles.other")
    (clone / "runbook.toml").write_text(f"# seen by us\n{PROFILE}{other}")
    went_well(front, "desk.put('cup')")
    os.utime(clone / "runbook.toml")
    went_well(front, "desk.put('saucer')")
    went_well(front, "%cd /")
    went_well(front, f"desk.put({str(clone / 'spoon')!r})")


def test_a_profile_that_is_gone_or_half_written_is_refused(front: Front, clone: Path) -> None:
    (clone / "runbook.toml").write_text("[profiles.team]\nproject =")
    assert "expected TOML in" in front.run(ACT)[-1]["content"]["evalue"]
    (clone / "runbook.toml").unlink()
    assert "expected one of the profiles sandbox" in front.run(ACT)[-1]["content"]["evalue"]
    assert not (clone / "cup").exists()


def test_a_secret_that_comes_from_elsewhere_is_no_part_of_the_profile(front: Front) -> None:
    front.run("import os\nos.environ['HARBOR_LOGIN'] = 'another-token'")
    went_well(front, ACT)


def test_a_runbook_that_a_pull_changes_is_refused_until_the_run_is_opened_anew(
    front: Front, clone: Path
) -> None:
    was = git(clone, "rev-parse", "HEAD")
    write_notebook(clone / "practice.ipynb", *CELLS, "a_new_check()")
    now = commit(clone)
    said = refused(front)
    assert (
        f"as it was when the run was opened ({was:.9}), found that it has changed ({now:.9})"
        in (said)
    )
    assert "Reload Notebook from Disk" in said
    assert not (clone / "cup").exists()
    for cell in (*BELOW, ACT):
        went_well(front, cell)
    assert (clone / "cup").exists()


def test_a_pull_that_changes_other_files_is_no_change(front: Front, clone: Path) -> None:
    (clone / "other.txt").write_text("news")
    commit(clone)
    went_well(front, ACT)


def test_what_jupyterlab_saves_of_the_notebook_itself_is_no_change(
    front: Front, clone: Path
) -> None:
    """Outputs, and a cell that a person has put in: the record tells of that one."""
    notebook = json.loads((clone / "practice.ipynb").read_text())
    output = {"output_type": "stream", "name": "stdout", "text": "shown"}
    notebook["cells"][1]["outputs"] = [output]
    notebook["cells"][1]["source"] += "\nlook = 1"
    (clone / "practice.ipynb").write_text(json.dumps(notebook))
    went_well(front, ACT)


def test_a_working_copy_keeps_the_commit_that_it_was_copied_at(
    clone: Path, home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RUNBOOK_HOME", home["RUNBOOK_HOME"])
    monkeypatch.chdir(clone)
    copy = open_copy(clone / "practice.ipynb").path
    with start_front(copy.parent, JPY_SESSION_NAME=str(copy), **home) as front:
        begin(front)
        (copy.parent / "again").touch()
        write_notebook(clone / "practice.ipynb", *CELLS, "a_new_check()")
        commit(clone)
        went_well(front, ACT)
        edit(clone / "runbook.toml", "qa@bugs.example", "sam@bugs.example")
        assert re.search("bugzilla.qa is 'sam", refused(front, "desk.put('saucer')"))


def test_what_papermill_has_read_is_executed_whatever_becomes_of_the_clone(
    clone: Path, home: dict[str, str]
) -> None:
    with start_front(clone, RUNBOOK_NOTEBOOK=str(clone / "practice.ipynb"), **home) as front:
        begin(front)
        (clone / "again").touch()
        write_notebook(clone / "practice.ipynb", *CELLS, "a_new_check()")
        commit(clone)
        went_well(front, ACT)


def test_a_record_that_is_run_by_mistake_does_nothing_and_says_how_to_go_on(
    clone: Path, home: dict[str, str]
) -> None:
    record = clone / "record.ipynb"
    told = json.loads((clone / "practice.ipynb").read_text())
    told["metadata"]["runbook"] = {"format": 1, "runbook": "practice", "run": "practice/desk/1.0"}
    record.write_text(json.dumps(told))
    with start_front(clone, JPY_SESSION_NAME=str(record), **home) as front:
        went_well(front, PARAMETERS)
        reply = front.run(OPEN)[-1]["content"]
        assert reply["ename"] == "UsageError"
        assert "found the record of practice/desk/1.0, which is for reading" in reply["evalue"]
        assert "runbook open practice" in reply["evalue"]
        assert front.run(f"{JOIN}\n{WORKS}")[-1]["content"]["status"] == "error"
    assert not (clone / "cup").exists()
    assert [*Path(home["RUNBOOK_HOME"]).rglob("journal.jsonl")] == []
