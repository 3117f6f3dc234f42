"""What a configuration says of the sandbox counts there, for the procedures that come along too."""

from pathlib import Path

import pytest

from runbook_lib.errors import UsageError
from runbook_lib.profile import read_sandbox
from runbook_lib.profile.team import GateSettings, Team
from runbook_lib.run.own_setting import sandbox_profile
from runbook_lib.run.setting import with_said

BASE = Team(
    project="tidewatch",
    gates={"qa": GateSettings(people=("qa",))},
    tables={"github": {"repository": "harbor/tidewatch"}},
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNBOOK_CONFIG", raising=False)
    return tmp_path / "runbook.toml"


def test_without_a_word_the_sandbox_is_as_it_is_built_in(file: Path) -> None:
    assert with_said(BASE, read_sandbox(Team)) == BASE
    file.write_text('[profiles.team]\nproject = "x"\n')
    assert with_said(BASE, read_sandbox(Team)) == BASE


def test_gates_waivers_and_tables_are_added_to_what_is_built_in(file: Path) -> None:
    file.write_text(
        '[profiles.sandbox]\nwaivable = ["ci"]\n'
        "[profiles.sandbox.gates.changelog]\napprovals = 2\n"
        '[profiles.sandbox.index]\nurl = "https://index.example"\n'
    )
    found = with_said(BASE, read_sandbox(Team))
    assert found.project == "tidewatch"
    assert (set(found.gates), found.gates["changelog"].approvals) == ({"qa", "changelog"}, 2)
    assert set(found.tables) == {"github", "index"}
    assert found.waivable == ("ci",)
    assert found.wait == BASE.wait


def test_runs_of_ones_own_are_of_the_project_that_the_file_names(file: Path) -> None:
    assert sandbox_profile().project == "tidewatch"
    file.write_text("[profiles.sandbox]\nwaivable = []\n")
    assert sandbox_profile().project == "tidewatch"
    file.write_text('[profiles.sandbox]\nproject = "shop"\n')
    assert with_said(sandbox_profile(), read_sandbox(Team)).project == "shop"


def test_what_is_wrong_with_another_profile_is_no_matter_there(file: Path) -> None:
    file.write_text("[profiles.team]\nproject = 1\n[profiles.sandbox]\nwaivable = []\n")
    assert read_sandbox(Team) is not None
    file.write_text('[profiles.sandbox]\nwaivible = ["ci"]\n')
    with pytest.raises(UsageError, match=r"profiles.sandbox.waivible: an unknown key"):
        read_sandbox(Team)
