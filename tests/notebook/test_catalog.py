"""`runbook list`: what a runbook says of itself, read without a kernel."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from runbook_lib.cli import main
from runbook_lib.errors import UsageError
from runbook_lib.notebook.catalog import (
    Parameter,
    describe,
    find_runbook,
    list_runbooks,
    purpose,
    read_parameters_cell,
)
from tests.engine.conftest import write_notebook

RELEASE = Path(__file__).parents[2] / "runbooks" / "release.ipynb"
DECLARED = (
    "# What can be said\n"
    'subject: str = "#1"  # what it is about: a [b]name[/b], or #number\n'
    "limit: float = 1.5\n"
    "names: list[str] = [\n"
    '    "a",\n'
    "]  # whom to tell\n"
    "folder: str = str(1)  # where\n"
    "needed: int  # has no default\n"
    "plain = 3  # is no parameter"
)
TOLD = (
    Parameter("subject", "str", "#1", "what it is about: a [b]name[/b], or #number"),
    Parameter("limit", "float", 1.5),
    Parameter("names", "list[str]", ["a"], "whom to tell"),
    Parameter("folder", "str", "str(1)", "where"),
    Parameter("needed", "int", None, "has no default"),
)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working directory with a folder for runbooks."""
    (tmp_path / "runbooks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def listed(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["list", *arguments])


def test_a_parameters_cell_is_read_with_types_defaults_and_help() -> None:
    assert read_parameters_cell(DECLARED) == TOLD


def test_a_parameters_cell_that_is_no_python_is_named_with_its_line() -> None:
    with pytest.raises(UsageError, match="found in line 2"):
        read_parameters_cell("a: int = 1\nb: int = = 2")
    with pytest.raises(UsageError, match="found in line 1"):
        read_parameters_cell("a: int = 1\0")
    with pytest.raises(UsageError, match="found in line 1: 'utf-8' codec can't encode"):
        read_parameters_cell("a\ud800: int = 1")


@pytest.mark.parametrize(
    ("prose", "first"),
    [
        ("# Title\n\nDoes one thing. And another.", "Does one thing."),
        ("# Title\n\n## Below\n\nTakes\ntwo lines! Yes.", "Takes\ntwo lines!".replace("\n", " ")),
        ("Pushes tag 1.9 and no other", "Pushes tag 1.9 and no other"),
        ("# Only a title", ""),
        ("", ""),
    ],
)
def test_the_purpose_is_the_first_sentence_below_the_title(prose: str, first: str) -> None:
    assert purpose(prose) == first


def test_the_release_runbook_says_what_it_is_for_and_what_each_parameter_means() -> None:
    found = describe(RELEASE)
    assert found.purpose.startswith("Makes a production release")
    kinds = {parameter.name: parameter.type for parameter in found.parameters}
    assert (kinds["version"], kinds["plan"]) == ("str", "bool")
    assert all(parameter.help for parameter in found.parameters)


OURS = [path.stem for path in RELEASE.parent.glob("*.ipynb")]


def named(found: list[dict[str, Any]], name: str) -> dict[str, Any]:
    return next(one for one in found if one["name"] == name)


def test_a_runbook_here_stands_before_ours_of_that_name(here: Path) -> None:
    assert find_runbook("release").samefile(RELEASE)
    ours = write_notebook(here / "runbooks" / "release.ipynb", "# Release\n\nIs from here.")
    assert find_runbook("release").samefile(ours)
    assert [one.purpose for one in list_runbooks() if one.name == "release"] == ["Is from here."]
    write_notebook(here / "runbooks" / "desk.ipynb", "# A\n\nTidies up.")
    lines = listed().output.splitlines()
    assert "  in runbooks/release.ipynb, before the one that is built in" in lines
    assert "  in runbooks/desk.ipynb" in lines
    assert f"  in {RELEASE.parent / 'push_duty.ipynb'}" in lines


def test_a_file_that_is_no_notebook_keeps_nobody_from_the_others(here: Path) -> None:
    (here / "runbooks" / "broken.ipynb").write_text("{")
    answer = listed()
    assert answer.exit_code == 0
    assert "broken: ✘ expected a notebook in" in answer.output
    assert "release: Makes a" in answer.output


@pytest.mark.parametrize("said", ['"metadata": null', '"metadata": {"tags": null}', '"source": 1'])
def test_a_cell_that_is_not_whole_keeps_nobody_from_the_others(here: Path, said: str) -> None:
    cell = f'{{"cells": [{{"cell_type": "code", {said}}}]}}'
    (here / "runbooks" / "odd.ipynb").write_text(cell)
    answer = listed()
    assert answer.exit_code == 0, answer.exception
    assert "odd: " in answer.output
    assert "release: Makes a" in answer.output


def test_what_is_no_file_is_no_runbook(here: Path) -> None:
    (here / "runbooks" / "folder.ipynb").mkdir()
    (here / "runbooks" / "broken.ipynb").symlink_to("nowhere")
    assert [one.name for one in list_runbooks()] == sorted(OURS)
    with pytest.raises(UsageError, match="expected a runbook"):
        find_runbook("broken")


def test_a_default_that_json_cannot_hold_is_told_as_it_is_written(here: Path) -> None:
    declared = "places: set = {1, 2}\nodd: dict = {[]: 1}\nraw: bytes = b'a'"
    write_notebook(here / "runbooks" / "desk.ipynb", parameters=declared)
    desk = named(json.loads(listed("--json").output), "desk")
    assert [one["default"] for one in desk["parameters"]] == ["{1, 2}", "{[]: 1}", "b'a'"]


def test_a_program_gets_each_runbook_with_its_parameters(here: Path) -> None:
    path = write_notebook(
        here / "runbooks" / "desk.ipynb", "# A\n\nTidies up.", parameters=DECLARED
    )
    found = json.loads(listed("--json").output)
    assert [one["name"] for one in found] == sorted(["desk", *OURS])
    desk = named(found, "desk")
    assert desk["purpose"] == "Tidies up."
    assert (here / desk["path"]).samefile(path)
    assert [Parameter(**one) for one in desk["parameters"]] == list(TOLD)


def test_plain_output_has_one_line_for_each_parameter(here: Path) -> None:
    write_notebook(here / "runbooks" / "desk.ipynb", "# A\n\nTidies up.", parameters=DECLARED)
    every = listed().output.splitlines()
    lines = every[every.index("desk: Tidies up.") :]
    assert lines[1].split("  ")[1] == "subject: str = '#1'"
    assert lines[1].endswith("a [b]name[/b], or #number")
    assert lines[5].split() == ["needed:", "int", "has", "no", "default"]
    assert lines[6] == "  in runbooks/desk.ipynb"
    assert "\x1b" not in listed().output


def test_a_terminal_gets_a_table_and_text_is_no_markup(here: Path) -> None:
    write_notebook(here / "runbooks" / "desk.ipynb", "# A\n\nTidies up.", parameters=DECLARED)
    ours, theirs = pty.openpty()
    code = "from runbook_lib.cli import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", code, "list"],
        stdin=theirs,
        stdout=theirs,
        env={**os.environ, "COLUMNS": "140", "TERM": "xterm"},
    )
    os.close(theirs)
    shown = read_all(ours)
    assert process.wait(timeout=60) == 0
    assert "parameter" in shown
    assert "\x1b[" in shown
    assert "a [b]name[/b], or #number" in shown


def test_listing_starts_neither_papermill_nor_rich(here: Path, real_processes: None) -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from runbook_lib.cli import main\n"
        "assert CliRunner().invoke(main, ['list']).exit_code == 0\n"
        "print({'papermill', 'nbformat', 'rich'} & set(sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "set()\n"


def read_all(terminal: int) -> str:
    """All that is written to a terminal, until nobody has it open."""
    found = bytearray()
    try:
        while piece := os.read(terminal, 65536):
            found += piece
    except OSError:  # what Linux says at the end
        pass
    os.close(terminal)
    return found.decode()


@pytest.fixture
def elsewhere(here: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of runbooks somewhere else, with one."""
    folder = tmp_path_factory.mktemp("elsewhere")
    write_notebook(
        folder / "water.ipynb", "# Water\n\nWaters the plants.", parameters="can: str = 'x'"
    )
    return folder


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["run", *arguments])


def test_a_folder_of_ones_own_is_named_on_the_command_line_or_in_the_file(
    here: Path, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "water: " not in listed().output
    assert "water: Waters the plants." in listed("--runbooks", str(elsewhere)).output
    (here / "runbook.toml").write_text(f'runbooks = ["../{elsewhere.name}"]\n')
    assert "water: Waters the plants." in listed().output
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    assert "water: Waters the plants." in listed().output


def test_runbooks_beside_the_file_that_counts_are_found_from_below_it(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "runbook.toml").write_text("")
    write_notebook(here / "runbooks" / "desk.ipynb", "# A\n\nTidies up.")
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    assert "desk: Tidies up." in listed().output


def test_a_folder_that_is_not_there_is_named(here: Path) -> None:
    refused = listed("--runbooks", "nowhere")
    assert (refused.exit_code, "expected a folder with runbooks at nowhere" in refused.output) == (
        2,
        True,
    )


def test_two_runbooks_of_one_name_are_listed_and_neither_is_taken(
    here: Path, elsewhere: Path
) -> None:
    own = write_notebook(here / "runbooks" / "water.ipynb", "# Water\n\nWaters the lawn.")
    there = ("--runbooks", str(elsewhere))
    assert listed(*there).output.count("water: Waters the") == 2
    refused = run("water", *there)
    assert refused.exit_code == 2
    assert f"found runbooks/water.ipynb, {elsewhere}/water.ipynb: rename one" in refused.output
    (elsewhere / "water.ipynb").unlink()
    (elsewhere / "water.ipynb").symlink_to(own.resolve())
    assert listed(*there).output.count("water: Waters the") == 1


def test_a_mistyped_name_gets_the_nearest(here: Path, elsewhere: Path) -> None:
    refused = run("watr", "--runbooks", str(elsewhere))
    assert (refused.exit_code, "did you mean water?" in refused.output) == (2, True)
    assert ", release, " in run("xyz").output.partition("there are: ")[2]


def test_the_help_of_a_runbook_has_its_parameters(here: Path, elsewhere: Path) -> None:
    told = run("water", "--help", "--runbooks", str(elsewhere))
    assert told.exit_code == 0
    assert "Waters the plants." in told.output and "can: str = 'x'" in told.output
    assert "--plan" in run("--help").output
    assert run().exit_code == 2
