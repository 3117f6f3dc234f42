"""One run, several machines and people: the archive's remote is how they know of each other."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runbook_lib.steps.gate import whoami
from tests.record.conftest import CELLS, Practice, end, end_of, gone, wait_for
from tests.record.team import (
    CELLS_WITH_GATE,
    RUN,
    TEAM,
    give_secrets,
    make_machine,
    make_remote,
    wait_at_the_gate,
)
from tests.release.world import stop_worlds

MakeMachine = Callable[..., Practice]


@pytest.fixture
def remote(tmp_path: Path) -> Path:
    """The team's archive, on a server."""
    return make_remote(tmp_path / "remote.git")


@pytest.fixture
def machine(tmp_path: Path, remote: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakeMachine]:
    """Makes machines of a team's people; they have one desk, and one archive's remote."""
    give_secrets(monkeypatch)
    made: list[Practice] = []

    def make(operator: str, *, gate: bool = False, silent: float = 900) -> Practice:
        cells = CELLS_WITH_GATE if gate else CELLS
        made.append(
            make_machine(tmp_path, tmp_path / "desk", remote, operator, cells, silent=silent)
        )
        return made[-1]

    yield make
    for one in made:
        stop_worlds(one.home)


def test_a_run_is_asked_for_here_approved_there_and_finished_by_a_third(
    machine: MakeMachine,
) -> None:
    olive, ada, otto = (machine(name, gate=True) for name in ("olive", "ada", "otto"))
    wait_at_the_gate(olive)
    [open_run] = ada.asked("status")
    assert (open_run["run"], open_run["waiting"]["gate"]) == (RUN, "cups")
    digest = open_run["waiting"]["digest"][:12]
    olive.command("approve", RUN, "cups", "--reason", "my own cup")
    wait_at_the_gate(olive)
    ada.command("approve", RUN, "cups", "--digest", "0123456789ab", "--reason", "no", status=2)
    said = ada.command("approve", RUN, "cups", "--digest", digest, "--reason", "white is right")
    assert f"cups {digest} approved by ada (command, account {whoami()}): white is right" in said
    otto.run(*TEAM)
    assert (otto.desk / "cup").exists()
    log = [(one["operator"], one["runbook"], one["outcome"]) for one in otto.asked("log")]
    assert log == [
        ("otto", "practice", "done"),
        ("ada", "approve", "done"),
        ("ada", "approve", "refused"),
        ("olive", "practice", "waiting"),
        ("olive", "approve", "done"),
        ("olive", "practice", "waiting"),
    ]
    assert {one["profile"] for one in otto.asked("log")} == {"team"}
    for one in (olive, ada, otto):
        one.command("verify")
    assert olive.asked("status") == []


def test_what_was_pinned_on_one_machine_counts_on_the_next(machine: MakeMachine) -> None:
    olive, otto = machine("olive", gate=True), machine("otto", gate=True)
    wait_at_the_gate(olive)
    wait_at_the_gate(otto)
    [first, second] = otto.asked("log")[::-1]
    assert first["decided"] == {"name": "1.0"}
    assert second["decided"] == {}


def test_a_remote_that_is_away_gets_the_record_the_next_time(
    machine: MakeMachine, remote: Path
) -> None:
    olive = machine("olive")
    away = remote.rename(remote.with_name("away.git"))
    said = olive.run(*TEAM)
    assert "is not in the archive everywhere yet" in said
    shown = olive.command("show", RUN)
    assert "everything is kept here meanwhile" in shown
    assert "The run is locked on this machine only" in shown
    assert [one["outcome"] for one in olive.asked("log", "--offline")] == ["done"]
    assert "read as it was last seen" in olive.command("log")
    olive.command("verify")
    away.rename(remote)
    olive.run(*TEAM)
    otto = machine("otto")
    assert [one["operator"] for one in otto.asked("log")] == ["olive", "olive"]
    otto.command("verify")


def test_a_remote_that_refuses_keeps_nobody_from_working(
    machine: MakeMachine, remote: Path
) -> None:
    hook = remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho 'closed on Sundays' >&2\nexit 1\n")
    hook.chmod(0o755)
    olive = machine("olive")
    assert "closed on Sundays" in olive.run(*TEAM)
    assert "closed on Sundays" in olive.command("recover")
    assert "locked on this machine only" in olive.command("show", RUN)
    olive.command("verify")
    hook.unlink()
    assert olive.asked("recover")["remotes"] == []
    assert [one["outcome"] for one in machine("otto").asked("log")] == ["done"]


def test_two_sessions_cannot_work_on_one_run_at_once(machine: MakeMachine) -> None:
    olive, otto = machine("olive"), machine("otto")
    with olive.start(*TEAM, halt="act start") as papermill:
        kernel = olive.halted()
        with otto.start(*TEAM) as second:
            said = end_of(second)
        assert second.returncode != 0
        assert "olive" in said
        assert not (olive.desk / "cup").exists()
        end(kernel)
        end_of(papermill)
    otto.run(*TEAM)
    assert (olive.desk / "cup").exists()


@pytest.mark.parametrize("opening", ["open_desk", "decide_desk"])
def test_the_lock_of_a_session_that_is_silent_is_taken_over_after_asking(
    machine: MakeMachine, opening: str
) -> None:
    olive, otto = machine("olive"), machine("otto", silent=0.5)
    for one in (olive, otto):
        text = one.notebook.read_text()
        one.notebook.write_text(text.replace("open_desk", opening))
    with olive.start(*TEAM, halt="act end") as papermill:
        kernel = olive.halted()
        papermill.kill()
        end_of(papermill)
    wait_for(lambda: gone(kernel))
    wait_at_the_gate(otto)
    [open_run] = otto.asked("status")
    assert open_run["waiting"]["gate"] == "take-over"
    otto.command("approve", RUN, "take-over", "--reason", "olive's machine is gone")
    otto.run(*TEAM)
    shown = otto.command("show", RUN)
    assert "olive" in shown and "take" in shown.lower()
    assert otto.asked("log")[0]["outcome"] == "done"
    assert olive.asked("recover")["sessions"][0]["died"]
    otto.command("verify")


def test_machines_with_clocks_of_their_own_agree_on_who_was_first(machine: MakeMachine) -> None:
    names = ["olive", "otto", "ada"]
    for name in names:
        machine(name).run(*TEAM, "-r", "subject", name)
    log = machine("late").asked("log")
    assert [one["operator"] for one in log] == names[::-1]
    assert {one["outcome"] for one in log} == {"done"}


def test_a_machine_without_a_remote_hands_over_by_a_shared_folder(
    machine: MakeMachine, tmp_path: Path
) -> None:
    shared = tmp_path / "shared.git"
    olive, otto = machine("olive", gate=True), machine("otto", gate=True)
    for one in (olive, otto):
        config = one.folder / "runbook.toml"
        text = config.read_text().splitlines()
        text[-1] = f'archive = {{ folder = "{shared}" }}'
        config.write_text("\n".join(text))
    wait_at_the_gate(olive)
    otto.command("approve", RUN, "cups", "--reason", "white is right")
    olive.run(*TEAM)
    assert (otto.desk / "cup").exists()
    assert [one["operator"] for one in otto.asked("log")] == ["olive", "otto", "olive"]
