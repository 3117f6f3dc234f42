"""What an older version of this library has archived still reads, stands, and is gone on with."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from runbook_lib.cli import main
from tests.record.conftest import Practice
from tests.record.team import CELLS_WITH_GATE, TEAM, give_secrets, make_machine, make_remote

OLDER = Path(__file__).parent / "older"


def unpack(branch: str, archive: Path) -> None:
    """Have one of the bundle's archives in a bare repository."""
    fetch = ("fetch", "--quiet", str(OLDER / "0.1.0.bundle"), f"{branch}:main")
    subprocess.run(["git", "-C", str(make_remote(archive)), *fetch], check=True)


def make_older(folder: Path) -> Practice:
    """A machine that has nothing but the archives: two worlds' of its own, and a team's remote."""
    remote = folder / "remote.git"
    unpack("desk", remote)
    machine = make_machine(folder, folder / "desk", remote, "olive", CELLS_WITH_GATE)
    profile = machine.folder / "runbook.toml"
    signers = f'signers = "{OLDER}/desk.signers", silent ='
    profile.write_text(profile.read_text().replace("silent =", signers))
    for world in ("sample", "team"):
        folder = machine.home / "sandbox" / world
        (folder / "keys").mkdir(parents=True)
        shutil.copy(OLDER / f"{world}.signers", folder / "keys" / "allowed_signers")
        unpack(world, folder / "archive.git")
    return machine


Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ask]:
    """What a `runbook` command says on that machine, as JSON where that is asked for."""
    older = make_older(tmp_path_factory.mktemp("older"))

    def asked(*arguments: str) -> Any:
        done = CliRunner().invoke(main, arguments)
        assert done.exit_code == 0, done.output
        return json.loads(done.output) if "--json" in arguments else done.output

    with pytest.MonkeyPatch.context() as patch:
        give_secrets(patch)
        patch.setenv("RUNBOOK_HOME", str(older.home))
        patch.delenv("RUNBOOK_CONFIG", raising=False)
        patch.setenv("TZ", "UTC")
        patch.chdir(older.folder)
        yield asked


OUTCOMES = {
    "release/tidewatch/1.9": "done",
    "release/tidewatch/1.10": "failed",
    "release/tidewatch/2.0": "waiting",
    "release/tidewatch/2.1": "planned",
    "push_duty/pelican/2026-03-12": "done",
    "tag_push/pelican/2026-03-12": "done",
    "cherry_pick/pelican/server-2026-03-12-03308c3d544d": "done",
    "live_push/pelican/2026-03-12": "done",
    "close_push/pelican/2026-03-12": "done",
    "practice/desk/1.0": "done",
    "practice/desk/2.0": "unknown",
    "practice/desk/3.0": "waiting",
}
RELEASE, PLAN, SIGNED = "release/tidewatch/1.9", "release/tidewatch/2.1", "practice/desk/1.0"
RELEASED = {"good": 21, "done": 15, "already": 2}
APPROVED = {
    RELEASE: {("changelog", "approver@sandbox"), ("load-test", "approver@sandbox")},
    "tag_push/pelican/2026-03-12": {("tags", "approver@sandbox")},
    "live_push/pelican/2026-03-12": {("qa", "qa@sandbox"), ("blockers", "approver@sandbox")},
    SIGNED: {("cups", "grace")},
}


def test_each_session_is_listed_with_what_it_came_to(ask: Ask) -> None:
    listed = ask("log", "--json")
    assert len(listed) == 16
    assert {one["run"]: one["outcome"] for one in reversed(listed)} == OUTCOMES
    assert {one["problem"] for one in listed} == {""}
    assert {one["library"] for one in listed} == {"0.1.0"}
    assert all(run in ask("log") for run in OUTCOMES)


def test_who_approved_what_is_read(ask: Ask) -> None:
    for run, expected in APPROVED.items():
        sessions = ask("show", run, "--json")["sessions"]
        made = [each for one in sessions for each in one["decisions"]]
        assert {(one["gate"], one["by"]) for one in made} == expected, run
        assert {one["verdict"] for one in made} == {"approved"}


def test_each_step_is_read(ask: Ask) -> None:
    [release] = ask("show", RELEASE, "--json")["sessions"]
    [plan] = ask("show", PLAN, "--json")["sessions"]
    [failed] = ask("show", "1.10", "--json")["sessions"]
    assert Counter(one["outcome"] for one in release["steps"]) == RELEASED
    assert {one["outcome"] for one in plan["steps"]} == {"good", "already", "planned"}
    assert (failed["steps"][-1]["step"], failed["steps"][-1]["outcome"]) == ("run", "failed")
    assert release["result"] == "1.9 is published; bug 1 asks operations"
    assert release["doubts"] == plan["doubts"] == failed["doubts"] == []


def test_each_record_is_shown_as_text_and_as_a_page(ask: Ask, tmp_path: Path) -> None:
    for run, outcome in OUTCOMES.items():
        text = ask("show", run)
        assert f" {outcome}\n" in text and "── " in text
        ask("show", run, "--html", str(tmp_path / "page.html"))
        assert run in (tmp_path / "page.html").read_text()
    assert "2026.03.12 is tagged, and on stage" in ask("show", "tag_push/pelican/2026-03-12")


def test_what_a_gate_asked_is_shown(ask: Ask) -> None:
    asked = ask("show", "release/tidewatch/2.0", "--gate", "version", "--json")
    assert (asked["digest"][:12], asked["decisions"]) == ("e01575cee31e", [])
    assert "the one commit since 1.9.0" in asked["text"]


def test_two_runs_are_compared(ask: Ask) -> None:
    said = ask("diff", RELEASE, PLAN)
    assert "- changelog, approver@sandbox approved e6399f448faf" in said
    assert "+ version                2.1.0" in said


def test_what_is_unfinished_is_offered(ask: Ask) -> None:
    found = {one["run"]: one for one in ask("status", "--json")}
    assert {run: one["state"] for run, one in found.items()} == {
        run: outcome for run, outcome in OUTCOMES.items() if outcome not in ("done", "planned")
    }
    assert found["release/tidewatch/1.10"]["advice"] == "run it again"
    assert found["practice/desk/2.0"]["waiting"]["announced"] == "put cup on the desk"
    assert found["release/tidewatch/2.0"]["waiting"]["gate"] == "version"
    assert found["practice/desk/3.0"]["advice"].startswith("runbook approve practice/desk/3.0 cups")


def test_all_of_it_stands(ask: Ask) -> None:
    told = ask("verify", "--json")
    assert [one["looked"] for one in told["archives"]] == [7, 4, 5]
    assert [one["signed"] for one in told["archives"]] == [
        {"olive": 5, "grace": 2},
        {"operator@sandbox.example": 4},
        {"operator@sandbox.example": 5},
    ]
    assert told["stands"] and all(one["findings"] == [] for one in told["archives"])


def test_an_unfinished_run_is_gone_on_with_behind_its_signed_approval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_secrets(monkeypatch)
    older = make_older(tmp_path)
    older.run(*TEAM, "-r", "subject", "2.0")
    assert {one.name for one in older.desk.iterdir()} == {"cup", "plate"}
    said = older.output.read_text()
    assert "unfinished  practice/desk/2.0, begun 2026-11-26 12:06 UTC by olive" in said
    assert "? unknown   put cup on the desk (session 20261126T120653.488701Z-8e39c9)" in said
    assert "approved by grace (command): one more" in said
    assert [one["run"] for one in older.asked("status") if one["profile"] == "team"] == [
        "practice/desk/3.0"
    ]
