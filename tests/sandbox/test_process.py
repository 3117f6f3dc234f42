"""A sandbox's process: it is found, shared, held and ended."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from threading import Timer

import pytest

from runbook_lib.errors import Failed
from runbook_lib.sandbox.server import process
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.server.process import Running
from runbook_lib.sandbox.world.leases import holders, in_use

pytestmark = pytest.mark.usefixtures("real_processes")

SESSION = """
import sys, time
from pathlib import Path
from runbook_lib.sandbox.server import process
running = process.start(Path(sys.argv[1]))
lease = process.hold(Path(sys.argv[1]))
print(running.pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder(tmp_path: Path):
    yield tmp_path / "world"
    process.stop(tmp_path / "world")


def session(folder: Path) -> subprocess.Popen[str]:
    """A session of its own, which starts and holds a sandbox and says its process id."""
    return subprocess.Popen(
        [sys.executable, "-c", SESSION, str(folder)],
        stdout=subprocess.PIPE,
        text=True,
        env=process.environment(),
    )


def gone(folder: Path, seconds: float = 60) -> bool:
    """Whether a sandbox ends within some seconds."""
    limit = time.monotonic() + seconds
    while process.find(folder):
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def start_held(folder: Path) -> tuple[Running, process.Lease]:
    return process.start(folder), process.hold(folder)


def test_a_started_sandbox_answers_and_is_found(folder: Path) -> None:
    running, _lease = start_held(folder)
    assert process.find(folder) == running
    assert Client(running.url, running.token).expect("GET", "/sandbox/state")["repositories"] == []


def test_the_token_is_in_no_repr_and_readable_by_its_owner_alone(folder: Path) -> None:
    running, _lease = start_held(folder)
    assert running.token not in repr(running) + repr(running.client)
    for name in ("server.json", "world.sqlite", "server.log"):
        assert (folder / name).stat().st_mode & 0o077 == 0, name


def test_a_world_is_its_owners_alone_also_one_that_was_open_to_others(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    _running, _lease = start_held(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_starting_again_gives_the_same_sandbox(folder: Path) -> None:
    running, _lease = start_held(folder)
    assert process.start(folder) == running


def test_one_that_is_slow_to_answer_is_found_and_no_second_is_begun(folder: Path) -> None:
    running, _lease = start_held(folder)
    os.kill(running.pid, signal.SIGSTOP)
    Timer(6, os.kill, (running.pid, signal.SIGCONT)).start()
    assert process.start(folder) == running


def test_it_waits_for_who_starts_it_however_long_its_planting_takes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, held = Client.expect, list[list[int]]()

    def expect(client: Client, *asked: object) -> object:
        held.append(holders(folder))
        return whole(client, *asked)  # type: ignore[arg-type]

    monkeypatch.setattr(Client, "expect", expect)
    process.start(folder, sample=True)
    assert held == [[os.getpid()]]
    assert holders(folder) == [] and in_use(folder), "it is about to be held"


def test_sessions_that_start_at_once_share_one_sandbox(folder: Path) -> None:
    sessions = [session(folder) for _ in range(3)]
    try:
        pids = {each.stdout.readline().strip() for each in sessions if each.stdout}
        assert len(pids) == 1
        assert pids.pop().isdigit()
    finally:
        for each in sessions:
            each.kill()
            each.communicate()


def test_threads_that_start_at_once_share_one_sandbox(folder: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = set(threads.map(lambda _: process.start(folder), range(4)))
    assert len(found) == 1


def test_the_death_of_its_only_session_ends_a_sandbox(folder: Path) -> None:
    holder = session(folder)
    assert holder.stdout
    holder.stdout.readline()
    assert process.find(folder)
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    assert gone(folder)
    assert not list((folder / "leases").iterdir())
    assert not (folder / "server.json").exists()


def test_a_sandbox_outlives_one_of_its_two_sessions(folder: Path) -> None:
    _running, lease = start_held(folder)
    second = session(folder)
    assert second.stdout
    second.stdout.readline()
    lease.close()
    assert not gone(folder, seconds=1.5)
    second.kill()
    second.communicate()
    assert gone(folder)


def test_a_kept_sandbox_stays_without_a_session_until_it_is_stopped(folder: Path) -> None:
    running = process.start(folder, keep=True)
    process.hold(folder).close()
    assert not gone(folder, seconds=1.5)
    process.stop(folder)
    assert process.find(folder) is None
    with pytest.raises(ProcessLookupError):
        os.kill(running.pid, 0)


def test_a_running_sandbox_can_be_kept_later(folder: Path) -> None:
    running, lease = start_held(folder)
    assert process.start(folder, keep=True) == running
    process.hold(folder).close()
    lease.close()
    assert not gone(folder, seconds=1.5)


def test_sigterm_ends_a_sandbox_cleanly(folder: Path) -> None:
    running, _lease = start_held(folder)
    os.kill(running.pid, signal.SIGTERM)
    assert process.children[running.pid].wait(60) == 0
    assert not (folder / "server.json").exists()
    assert (folder / "server.log").read_text() == ""


def test_stopping_what_does_not_run_is_no_harm(folder: Path) -> None:
    process.stop(folder)
    folder.mkdir()
    process.stop(folder)


def test_a_world_is_the_same_after_a_restart(folder: Path) -> None:
    running, _lease = start_held(folder)
    running.client.expect("PUT", "/sandbox/settings/merge_method", {"value": "squash"})
    process.stop(folder)
    again, _second = start_held(folder)
    assert again.pid != running.pid
    assert again.client.expect("GET", "/sandbox/settings")["merge_method"] == "squash"


def test_what_a_killed_server_left_is_not_taken_for_a_running_one(folder: Path) -> None:
    running, _lease = start_held(folder)
    os.kill(running.pid, signal.SIGKILL)
    process.children[running.pid].wait(60)
    assert (folder / "server.json").exists()
    assert process.find(folder) is None
    again = process.start(folder)
    assert again.pid != running.pid


def test_another_server_at_the_noted_address_is_not_taken_for_this_one(
    folder: Path, tmp_path: Path
) -> None:
    other, _lease = start_held(tmp_path / "other")
    folder.mkdir()
    card = json.loads((other.folder / "server.json").read_text()) | {"instance": "another"}
    (folder / "server.json").write_text(json.dumps(card))
    assert process.find(folder) is None
    process.stop(tmp_path / "other")


def test_a_server_that_cannot_start_says_why(folder: Path) -> None:
    folder.mkdir()
    (folder / "world.sqlite").write_text("this is no database, and never was one, whatever it says")
    with pytest.raises(Failed, match="file is not a database"):
        process.start(folder)


def test_only_this_machine_is_answered(folder: Path) -> None:
    running, _lease = start_held(folder)
    host, port = running.url.removeprefix("http://").split(":")
    assert host == "127.0.0.1"
    connection = HTTPConnection(host, int(port))
    connection.request("GET", "/sandbox/alive", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400
    connection.close()
    with pytest.raises(OSError), socket.create_connection(("127.0.0.2", int(port)), 1):
        pass


def test_the_access_log_names_the_account_and_no_secret(folder: Path) -> None:
    running, _lease = start_held(folder)
    running.client.ask("GET", f"/sandbox/state?token={running.token}")
    Client(running.url, "wrong-token").ask("GET", "/sandbox/state")
    text = (folder / "access.jsonl").read_text()
    seen = [(line["account"], line["status"]) for line in map(json.loads, text.splitlines())]
    assert seen == [("operator", 200), (None, 401)]
    assert "token" not in text
