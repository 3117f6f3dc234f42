"""Whoever a team's profile names hears of its release, at a receiver of their own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbclient.exceptions import DeadKernelError

from runbook_lib.journal.session import data_folder
from tests.notify.receivers import Hook, open_hook, open_mailbox
from tests.release.carried_out import step_through
from tests.release.conftest import Execute, WriteProfile
from tests.release.test_gates import runbook
from tests.release.world import World

RUN = "release/tidewatch/1.9"
TEAM = {"profile": "team"}
PASSWORD = "tok3n-4f9a77c1d2"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with open_hook() as found:
        yield found


def test_a_release_is_told_from_its_gate_to_its_end(
    world: World, write_profile: WriteProfile, hook: Hook
) -> None:
    with open_mailbox() as mailbox:
        write_profile({"notify.to": [hook.address, mailbox.address]})
        for _ in range(2):
            step_through(TEAM).ended_with("Waiting")
        world.set_person("reviewer", mode="off")
        runbook("approve", RUN, "changelog", "--reason", "every fix is listed")
        write_profile({"notify.to": [hook.address, mailbox.address], "wait.limit": 0.1})
        for _ in range(2):
            step_through(TEAM).ended_with("Waiting")
        world.set_person("reviewer", mode="on")
        world.settle()
        write_profile({"notify.to": [hook.address, mailbox.address]})
        step_through(TEAM, approve="load-test").went_well()
    told = [title.partition("; ")[0] for title in hook.titles]
    assert told[:1] == [f"… {RUN}: The changelog of 1.9"]
    assert told[1].startswith(f"… {RUN}: waiting: ")
    assert told[2:] == [
        f"… {RUN}: The load test of 1.9",
        f"✔ {RUN}: 1.9 is published",
    ]
    assert [mail["subject"] for mail in mailbox.mails] == hook.titles


def test_headless_a_release_tells_of_its_gate_and_of_a_cell_that_fails(
    world: World,
    write_profile: WriteProfile,
    execute: Execute,
    hook: Hook,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPS_URL", f"json://olive:{PASSWORD}@127.0.0.1:{hook.port}/hook")
    write_profile({"notify.to": ["OPS_URL"]})
    execute(profile="team", version="nonsense").ended_with("UsageError")
    execute(profile="team").ended_with("Waiting")
    assert hook.titles == ["✘ release: refused", f"… {RUN}: The changelog of 1.9"]
    assert "nonsense" in hook.received[0]["message"]
    assert "runbook run release -p version=nonsense -p profile=team" in hook.received[0]["message"]
    kept = [path for path in data_folder().rglob("*") if path.is_file()]
    assert not [path for path in kept if PASSWORD.encode() in path.read_bytes()]


def test_a_receiver_that_is_away_stops_nothing(
    world: World, write_profile: WriteProfile, execute: Execute
) -> None:
    write_profile({"notify.to": ["json://127.0.0.1:1/hook"]})
    said = execute(profile="team")
    said.ended_with("Waiting")
    assert "! json://127.0.0.1:1/hook has not heard of this (gate)" in said.text
    assert "stand" in runbook("verify")


def test_a_session_that_died_is_told_when_it_is_recovered(
    world: World, write_profile: WriteProfile, hook: Hook
) -> None:
    write_profile({"notify.to": [hook.address]})
    step_through(TEAM, until="upstream = run.mirror.fetch()", abandon=True)
    assert hook.received == []
    assert "had died" in runbook("recover")
    assert hook.titles == [f"✘ {RUN}: failed"]
    assert "its session died between two steps" in hook.received[0]["message"]
    assert "runbook run release -p load_test=False -p profile=team" in hook.received[0]["message"]
    assert "There was nothing to recover" in runbook("recover")
    assert len(hook.received) == 1
    assert "stand" in runbook("verify")


def test_headless_a_kernel_that_is_killed_is_told_at_once(
    world: World, write_profile: WriteProfile, execute: Execute, hook: Hook
) -> None:
    kill = ["sh", "-c", "kill -9 $PPID"]
    write_profile({"notify.to": [hook.address], "test.command": kill})
    with pytest.raises(DeadKernelError):
        execute(profile="team")
    assert hook.titles == [f"? {RUN}: unknown"]
    assert "nobody has seen how this ended" in hook.received[0]["message"]
    assert "There was nothing to recover" in runbook("recover")


def test_an_address_that_is_kept_nowhere_is_refused_at_opening(
    world: World, write_profile: WriteProfile
) -> None:
    write_profile({"notify.to": ["OPS_URL"]})
    said = step_through(TEAM).ended_with("UsageError")
    assert "expected a secret for notify-OPS_URL" in said
    assert "set OPS_URL" in said


def test_a_secret_in_the_profile_is_refused(
    world: World, write_profile: WriteProfile, tmp_path: Path
) -> None:
    write_profile({"notify.to": [f"mailto://olive:{PASSWORD}@example.org"]})
    said = step_through(TEAM).ended_with("UsageError")
    assert "profiles.team.notify.to.0" in said
    assert PASSWORD not in said
