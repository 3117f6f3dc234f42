"""`runbook check`: what it prints, and what it ends with."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from runbook_lib.cli import main
from tests.lint.written import write

OURS = [*(Path(__file__).parents[2] / "runbooks").glob("*.ipynb")]
WARNED = {"title": "# Publish\n\n" + "word " * 81}
WRONG = {"build": "import os; os.system('make')"}


@pytest.fixture
def runbooks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for runbooks of a new working directory."""
    (tmp_path / "runbooks").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path / "runbooks"


def checked(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def test_by_name_by_path_and_all_that_there_are(runbooks: Path) -> None:
    write(runbooks)
    assert checked("publish").output == "1 runbook: 0 errors, 0 warnings\n"
    assert checked("runbooks/publish.ipynb", "release").output.startswith("2 runbooks: 0 errors")
    everything = checked()
    assert everything.exit_code == 0 and len(OURS) + 1 == int(everything.output.split(" ")[0])


def test_each_finding_is_a_line_and_the_status_is_1(runbooks: Path) -> None:
    write(runbooks, WRONG)
    found = checked("publish")
    assert found.exit_code == 1
    assert found.output.splitlines() == [
        "runbooks/publish.ipynb: cell 9 (1 · Build), line 1: error effect: expected that only "
        "steps change something, found os.system(…), which is os.system: put it into a step, "
        "which announces it, looks first, and is on record",
        "1 runbook: 1 error, 0 warnings",
    ]


def test_warnings_fail_only_where_they_are_to(runbooks: Path) -> None:
    write(runbooks, WARNED)
    assert checked("publish").exit_code == 0
    assert checked("publish", "--strict").exit_code == 1


def test_a_program_reads_json(runbooks: Path) -> None:
    write(runbooks, WRONG)
    found = checked("publish", "--json")
    [finding] = json.loads(found.output)
    assert found.exit_code == 1
    assert finding["file"] == "runbooks/publish.ipynb"
    assert (finding["rule"], finding["severity"]) == ("effect", "error")
    assert (finding["cell"], finding["heading"], finding["line"]) == (9, "1 · Build", 1)
    assert {"expected", "found", "remedy"} < {*finding}


def test_a_heading_from_outside_steers_no_terminal(runbooks: Path) -> None:
    write(runbooks, {**WRONG, "first": "### 1 · Build \x1b[31m"})
    assert "\x1b" not in checked("publish").output


def test_a_runbook_that_is_not_there_is_wrong_usage(runbooks: Path) -> None:
    assert checked("publish").exit_code == 2


def test_the_rules_are_shown_as_a_table(runbooks: Path) -> None:
    shown = checked("--rules").output.splitlines()
    assert shown[1] == "| --- | --- | --- |"
    assert any(line.startswith("| `gate-unused` | error |") for line in shown)
    told = json.loads(checked("--rules", "--json").output)
    assert {"name": "gate-unused", "severity": "error"}.items() <= told[-4].items()
    assert len(told) == len(shown) - 2
