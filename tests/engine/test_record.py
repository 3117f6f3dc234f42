"""Papermill and a run that is really open: what its own file says, and what the record says.

The session is closed and archived when papermill ends; only a killed papermill leaves that to
`runbook recover`.
"""

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from runbook_lib.archive import Archive
from tests.engine.conftest import Papermill, end, notes, wait_for, wait_until
from tests.engine.opened import HALTED, KILLED, PROFILE, WORKS, Session
from tests.release.world import stop_worlds


@pytest.fixture
def session(papermill: Papermill) -> Iterator[Session]:
    made = Session(papermill)
    yield made
    stop_worlds(made.home)


def test_a_runbook_that_came_to_its_end_is_done_in_both(session: Session) -> None:
    session.write(WORKS)
    assert session.run().status == 0
    assert session.papermill.statuses() == ["completed"] * 5
    assert session.output.metadata.runbook["outcome"] == "done"
    assert session.recorded() == ["done", "done", "done"]
    assert session.kinds[-2:] == ["closed", "ended"]
    assert session.is_archived()


def test_a_runbook_that_never_closes_its_run_is_not_called_done(session: Session) -> None:
    session.write(WORKS, close="1")
    assert session.run().status == 0
    assert session.output.metadata.runbook["outcome"] == "waiting"
    assert session.is_archived()


def test_a_session_never_gets_the_name_of_an_earlier_one(session: Session) -> None:
    session.write(WORKS)
    name = "20260115T090000.000000Z-abc123"
    assert session.run(RUNBOOK_SESSION=name).status == 0
    assert session.output.metadata.runbook["session"] == name
    ended = session.run(RUNBOOK_SESSION=name)
    assert ended.status == 0, ended.said
    assert session.output.metadata.runbook["session"] == session.folder.name != name
    assert [one.outcome for one in session.archive.entries()] == ["done", "done"]


def test_a_killed_kernels_session_is_closed_and_archived_as_unknown(session: Session) -> None:
    session.write(KILLED)
    ended = session.run()
    assert ended.status == 138, ended.said
    assert session.papermill.statuses() == ["completed"] * 3 + ["unknown", "not run"]
    assert "its kernel died" in notes(session.output)[0]
    assert session.recorded() == ["done", "unknown", "not run"]
    assert session.kinds[-3:] == ["intent", "recovered", "ended"]
    assert session.is_archived()
    session.go_on()


def test_a_session_whose_cell_took_too_long_is_closed_and_archived(session: Session) -> None:
    session.write(HALTED)
    ended = session.run("--execution-timeout", "3")
    assert ended.status == 1, ended.said
    assert session.papermill.statuses() == ["completed"] * 3 + ["unknown", "not run"]
    assert "longer than it may" in notes(session.output)[0]
    assert session.recorded()[1:] in (["failed", "not run"], ["unknown", "not run"])
    assert session.kinds[-1] == "ended"
    assert session.kernel_is_gone()
    assert session.is_archived()
    session.go_on()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_session_whose_papermill_is_told_to_end_is_closed_and_archived(
    session: Session, number: signal.Signals, status: int
) -> None:
    session.write(HALTED)
    process = session.start()
    wait_for(session.papermill.folder / "ready")
    process.send_signal(number)
    ended = end(process)
    assert ended.status == status, ended.said
    assert session.papermill.statuses() == ["completed"] * 3 + ["unknown", "not run"]
    assert number.name in notes(session.output)[0]
    assert session.recorded() == ["done", "failed", "not run"]
    assert session.kinds[-1] == "ended"
    assert "closed" not in session.kinds
    assert session.kernel_is_gone()
    assert session.is_archived()
    session.go_on()


def test_a_killed_papermills_session_is_closed_by_recover(session: Session) -> None:
    session.write(HALTED)
    process = session.start()
    wait_for(session.papermill.folder / "ready")
    process.kill()
    end(process)
    wait_until(session.kernel_is_gone, "the kernel to follow papermill")
    assert session.papermill.statuses() == ["completed"] * 3 + ["running", "pending"]
    assert session.output.metadata.runbook["outcome"] == "unknown"
    assert not session.is_archived()
    said = end(session.command("recover"))
    assert "? unknown  put cup on the desk" in said.output
    assert session.recorded() == ["done", "unknown", "not run"]
    assert session.is_archived()
    session.go_on()


def test_a_kernel_that_is_killed_from_outside_leaves_no_session_open(session: Session) -> None:
    session.write(HALTED)
    process = session.start()
    wait_for(session.papermill.folder / "ready")
    os.kill(int((session.papermill.folder / "kernel").read_text()), signal.SIGKILL)
    assert end(process).status == 138
    assert session.recorded() == ["done", "unknown", "not run"]
    assert session.is_archived()


SECRETS = {"HARBOR_LOGIN": "canary-login", "HARBOR_BUGS": "canary-bugs"}


@pytest.mark.parametrize("away", [False, True], ids=["there", "away"])
def test_a_dead_kernels_session_is_pushed_where_the_archive_has_a_remote(
    session: Session, away: bool
) -> None:
    folder = session.papermill.folder
    remote = folder / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    (folder / "runbook.toml").write_text(f'{PROFILE}archive.remote = "{remote}"\n')
    goes = f"Path({str(remote)!r}).rename({str(folder / 'away.git')!r})\n    " if away else ""
    session.write(KILLED.replace("os.kill", f"{goes}os.kill"))
    ended = session.run("-r", "profile", "team", RUNBOOK_CONFIG="runbook.toml", **SECRETS)
    assert ended.status == 138, ended.said
    assert session.papermill.statuses()[-2:] == ["unknown", "not run"]
    here = Archive(session.home / "profiles" / "team" / "archive.git")
    assert here.has(session.folder.name)
    assert ("not in the archive everywhere" in ended.said) == away
    assert away or Archive(remote).has(session.folder.name)
