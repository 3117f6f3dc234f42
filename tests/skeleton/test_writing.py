"""`runbook new`: which names it takes, and that it writes all of its files or none."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runbook_lib.cli import main
from runbook_lib.lint.rules import check_notebook
from runbook_lib.notebook.catalog import describe
from runbook_lib.profile.configuration import read_configuration, runbook_folders
from runbook_lib.skeleton import writing

FILES = ["runbook.toml", "runbooks/greet.ipynb", "runbooks/greet.py", "runbooks/test_greet.py"]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A new working directory, of somebody who has no profiles."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path / "work"


def new(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["new", *arguments])


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_it_says_what_it_has_written_and_what_comes_next(here: Path) -> None:
    said = new("greet")
    assert (said.exit_code, files(here)) == (0, FILES)
    assert all(f"Written: {name}\n" in said.output for name in FILES)
    assert "  runbook check greet\n  runbook run greet\n" in said.output


def test_another_folder_is_named_in_what_comes_next(here: Path) -> None:
    said = new("greet", "--folder", "ops/books")
    assert "ops/books/greet.py" in files(here)
    assert "runbook run ops/books/greet.ipynb\n" in said.output


def test_what_is_written_breaks_no_rule_and_is_described(here: Path) -> None:
    new("restart_service")
    path = here / "runbooks" / "restart_service.ipynb"
    assert check_notebook(path) == ()
    found = describe(path)
    assert [one.name for one in found.parameters] == ["subject", "profile", "plan"]
    assert path.read_text().startswith('{\n "cells": [\n')
    assert '"# Restart service\\n"' in path.read_text()


def test_the_profile_is_read_once_its_comments_are_taken_off(here: Path) -> None:
    new("greet")
    assert read_configuration() == {}
    said = (here / "runbook.toml").read_text().partition("#\n")[2]
    (here / "runbook.toml").write_text(re.sub("^# ?", "", said, flags=re.MULTILINE))
    (here / "ops").mkdir()
    assert here / "ops" in runbook_folders()
    [team] = read_configuration()["team"]
    assert team.tables == {"note": {"file": "note.txt"}}
    assert team.gates["note"].people


def test_profiles_that_are_there_stay(here: Path) -> None:
    (here / "runbook.toml").write_text("[profiles.team]\n")
    assert "runbook.toml" not in new("greet").output
    assert (here / "runbook.toml").read_text() == "[profiles.team]\n"


def test_profiles_further_up_still_count(here: Path) -> None:
    (here.parent / "runbook.toml").write_text('runbooks = ["work/ops"]\n')
    (here / "ops").mkdir()
    assert "  runbook run greet\n" in new("greet", "--folder", "ops").output
    assert not (here / "runbook.toml").exists()
    assert "which is the runbook" in new("greet").output


@pytest.mark.parametrize("name", ["greet.ipynb", "greet.py", "test_greet.py"])
def test_nothing_is_written_over(name: str, here: Path) -> None:
    (here / "runbooks").mkdir()
    (here / "runbooks" / name).write_text("mine")
    said = new("greet")
    assert said.exit_code == 2 and name in said.output
    assert files(here) == [f"runbooks/{name}"]
    assert (here / "runbooks" / name).read_text() == "mine"


def test_a_file_that_comes_meanwhile_is_kept_and_the_others_go(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "runbooks").mkdir()
    (here / "runbooks" / "test_greet.py").write_text("mine")
    monkeypatch.setattr(writing, "refuse_existing", lambda _: None)
    assert new("greet").exit_code == 1
    assert files(here) == ["runbooks/test_greet.py"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("my-name", "try my_name"),
        ("1st", "try st"),
        ("../evil", "try evil"),
        ("Größe", "Python can import"),
        ("_", "such as restart_service"),
        ("class", "such as restart_service"),
        ("match", "such as restart_service"),
        ("", "such as restart_service"),
        ("json", "a module of Python's"),
        ("conftest", "or pytest's"),
        ("requests", "which is installed"),
        ("runbook_lib", "which is installed"),
        ("release", "which is the runbook"),
    ],
)
def test_a_name_that_is_none_or_taken_is_refused(name: str, said: str, here: Path) -> None:
    refused = new(name)
    assert refused.exit_code == 2 and said in refused.output
    assert files(here) == []


def test_a_name_that_another_runbook_here_has_is_refused(here: Path) -> None:
    new("greet")
    assert "which is the runbook" in new("greet", "--folder", "other").output
    assert files(here) == FILES
