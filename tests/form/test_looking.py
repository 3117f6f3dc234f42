"""`runbook form`, as JupyterLab asks it too: what parameters may be, and what they come to."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runbook_lib.cli import main
from runbook_lib.errors import UsageError
from runbook_lib.launcher import COPIES, copy_of, form_of, told
from runbook_lib.notebook.reference import origin_of
from runbook_lib.sandbox.server.process import start, stop

RUNBOOKS = Path(__file__).parent.parent.parent / "runbooks"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder whose worlds run while the tests do."""
    folder = tmp_path_factory.mktemp("home")
    before = os.environ["RUNBOOK_HOME"]
    os.environ["RUNBOOK_HOME"] = str(folder)
    start(folder / "sandbox" / "sample", keep=True, sample=True)
    yield folder
    os.environ["RUNBOOK_HOME"] = before
    for world in folder.glob("sandbox/*"):
        stop(world)


def form(runbook: str, *arguments: str) -> tuple[dict[str, Any], dict[str, dict[str, Any]], int]:
    """A form, its fields by name, and the exit status."""
    answer = CliRunner().invoke(main, ["form", runbook, "--json", *arguments])
    assert isinstance(answer.exception, SystemExit | None), answer.output
    found = json.loads(answer.stdout)
    return found, {one["name"]: one for one in found["fields"]}, answer.exit_code


def kept(folder: Path) -> list[Path]:
    """The runs and sessions that there are."""
    return [*folder.glob("sandbox/*/sessions/*"), *folder.glob("sandbox/*/runs/*/*/*")]


def test_a_release_is_told_with_its_next_version_and_why(home: Path) -> None:
    found, fields, status = form("release")
    assert (status, found["problem"], found["cell"]) == (0, "", "")
    assert "master at " in found["told"][0]
    assert found["told"][1].startswith("next version: 1.9.0, after 1.8: ")
    assert fields["source"]["choices"] == ["master"]
    assert fields["last_release"]["choices"][0] == "1.8"
    assert fields["profile"]["choices"] == ["sandbox"]
    assert kept(home) == []


def test_a_version_is_judged_as_the_run_would_judge_it(home: Path) -> None:
    found, _, status = form("release", "-p", "version=2.0.0")
    assert status == 0
    assert found["told"][1].startswith("next version: 2.0.0")
    assert found["told"][2].startswith("to be approved: 2.0.0 where the commits call for 1.9.0")
    assert found["cell"] == "# Parameters\nversion = '2.0.0'"
    found, _, status = form("release", "-p", "version=1.8")
    assert status == 1
    assert "not released yet" in found["problem"]


def test_a_branch_that_is_not_there_is_told_beside_its_field(home: Path) -> None:
    _, fields, status = form("release", "-p", "source=mastre")
    assert status == 1
    assert "did you mean master?" in fields["source"]["problem"]


def test_a_push_is_told_with_its_day_and_repositories() -> None:
    found, fields, status = form("tag_push")
    assert (status, found["problem"]) == (0, "")
    assert found["told"][0].startswith("the push of Thursday ")
    assert any(line.startswith("server: main at ") for line in found["told"])
    days = fields["push_date"]["choices"]
    assert len(days) == 4 == len(set(days))
    found, _, status = form("tag_push", "-p", f"push_date={days[0][:-2]}28")
    assert status == 1
    assert "expected a push day" in found["problem"]


def test_offline_nothing_is_looked_at_but_types_and_profiles() -> None:
    found, fields, status = form(
        "release", "--offline", "-p", "profile=sandbx", "-p", "plan=perhaps"
    )
    assert (status, found["told"]) == (1, [])
    assert "did you mean sandbox?" in fields["profile"]["problem"]
    assert fields["plan"]["problem"]


def test_people_read_the_same_in_a_terminal() -> None:
    answer = CliRunner().invoke(main, ["form", "release", "--offline", "-p", "load_test=maybe"])
    assert answer.exit_code == 1
    assert "✘ parameter load_test: expected a value of type bool" in answer.output


def test_the_launcher_opens_a_copy_that_is_its_own_and_leaves_the_clone_clean(
    tmp_path: Path,
) -> None:
    assert {"release", "tag_push"} <= {one["name"] for one in told()}
    assert all(one["purpose"] for one in told())
    root = tmp_path.resolve()
    path = copy_of(root, "release")["path"]
    copy = root / path
    assert path.startswith(f"{COPIES}/release-")
    origin = origin_of(copy.read_bytes())
    assert origin is not None
    assert origin.path == str(RUNBOOKS / "release.ipynb")
    cells = json.loads(copy.read_text())["cells"]
    assert not any(cell.get("outputs") for cell in cells)
    assert (root / COPIES / ".gitignore").read_text() == "*\n"
    assert copy_of(root, "release")["path"] == path


def test_the_server_says_what_a_notebook_below_its_folder_takes_and_no_other(
    tmp_path: Path,
) -> None:
    root = tmp_path.resolve()
    path = copy_of(root, "push_duty")["path"]
    cell = "# Parameters\npush_date = '2026-03-12'"
    found = form_of(root, {"path": path, "cell": cell, "given": {}})
    assert [one["name"] for one in found["fields"]] == ["push_date", "profile"]
    assert found["cell"] == cell
    with pytest.raises(UsageError, match="expected a notebook below"):
        form_of(root, {"path": "../release.ipynb", "given": {}})
    with pytest.raises(UsageError, match="expected a parameter that this runbook has"):
        form_of(root, {"path": path, "given": {"push_dat": ""}})
