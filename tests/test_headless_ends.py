"""`runbook run` and what can end it: its status, what it says, its record, and how to go on."""

import json
import os
import pty
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engine.conftest import Papermill, end, wait_for, wait_until, write_notebook
from tests.engine.opened import ACT, CLOSE, HALTED, KILLED, PARAMETERS, PROFILE, WORKS, Session
from tests.release.world import stop_worlds

ERRORS = "from runbook_lib.errors import Conflict, Refused, UsageError, Waiting"
CELLS = ("run", "in.ipynb")
GO_ON = "To go on: runbook run in.ipynb"
SECRET, NAME = "canary-5e1f-login", "canary-5e1f-deploy"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(Papermill(tmp_path))
    yield made
    stop_worlds(made.home)


def test_a_run_that_is_done_ends_with_0_and_says_where_its_record_is(session: Session) -> None:
    session.write(WORKS)
    ended = end(session.command(*CELLS))
    assert ended.status == 0, ended.said
    assert ended.output.splitlines()[-1] == f"The record is {session.folder / 'record.ipynb'}"
    assert session.is_archived()
    assert not (session.papermill.folder / "out.ipynb").exists()


def test_a_program_gets_one_document(session: Session) -> None:
    session.write(WORKS)
    ended = end(session.command(*CELLS, "--json"))
    found = json.loads(ended.output)
    assert (ended.status, found["outcome"], found["run"]) == (0, "done", "practice/tidewatch/1.0")
    assert [(step["step"], step["outcome"]) for step in found["steps"]] == [("put", "done")]
    assert found["record"] == str(session.folder / "record.ipynb")


@pytest.mark.parametrize(
    ("error", "status", "outcome"),
    [
        ("raise Waiting('for a review')", 75, "waiting"),
        ("raise Refused('not on a Friday')", 1, "refused"),
        ("raise Conflict('there is 1.9')", 1, "refused"),
        ("raise UsageError('no such tag')", 2, "refused"),
        ("1 / 0", 1, "failed"),
        ("raise SystemExit", 1, "failed"),
        ("quit()", 1, "failed"),
    ],
)
def test_an_error_in_a_cell_ends_the_command_with_its_status(
    session: Session, error: str, status: int, outcome: str
) -> None:
    session.write(WORKS, act=f"{ERRORS}\n{error}")
    ended = end(session.command(*CELLS, "--json"))
    found = json.loads(ended.output)
    assert (ended.status, found["outcome"]) == (status, outcome), ended.said
    assert GO_ON in found["message"]
    assert session.recorded()[-1] == "not run"
    assert session.is_archived()


def test_a_runbook_that_leaves_its_run_open_has_not_succeeded(session: Session) -> None:
    session.write(WORKS, close="1")
    ended = end(session.command(*CELLS))
    assert ended.status == 1
    assert "expected the runbook to close its run" in ended.said


def test_what_was_wrong_from_the_start_is_not_to_be_gone_on_with(session: Session) -> None:
    session.write(WORKS)
    ended = end(session.command(*CELLS, "--profile", "nobodys"))
    assert (ended.status, "found 'nobodys'" in ended.said) == (2, True)
    assert "To go on" not in ended.said


@pytest.mark.parametrize(
    ("kernel", "said"), [({}, "names its kernel"), ({"name": "cobol"}, "found 'cobol'")]
)
def test_a_notebook_without_a_kernel_here_is_refused(
    session: Session, kernel: dict[str, str], said: str
) -> None:
    session.write(WORKS)
    path = session.papermill.folder / "in.ipynb"
    found = json.loads(path.read_text())
    found["metadata"] = {"kernelspec": {"language": "python", **kernel}}
    path.write_text(json.dumps(found))
    ended = end(session.command(*CELLS))
    assert (ended.status, said in ended.said) == (2, True), ended.said
    assert "To go on" not in ended.said


def test_a_notebook_that_cannot_be_read_is_refused(session: Session) -> None:
    (session.papermill.folder / "in.ipynb").write_text('{"cells": [], "nbformat": 3}')
    ended = end(session.command(*CELLS))
    assert (ended.status, "expected a notebook in" in ended.said) == (2, True), ended.said
    assert "Traceback" not in ended.said


def test_a_run_ends_as_it_does_whether_or_not_anybody_reads_on(session: Session) -> None:
    session.write(WORKS)
    ours, theirs = os.pipe()
    os.close(ours)
    process = session.command(*CELLS, stdout=theirs)
    os.close(theirs)
    ended = end(process)
    assert ended.status == 0, ended.said
    assert "Traceback" not in ended.said
    assert session.is_archived()


def test_a_program_gets_the_same_document_where_nothing_was_run(session: Session) -> None:
    session.write(WORKS)
    done = json.loads(end(session.command(*CELLS, "--json")).output)
    ended = end(session.command(*CELLS, "--json", "-p", "plan=perhaps"))
    refused = json.loads(ended.output)
    assert ended.status == 2
    assert refused.keys() == done.keys()
    assert (refused["outcome"], refused["session"], refused["steps"]) == ("refused", "", [])
    assert "found 'perhaps'" in refused["message"]


def test_no_secret_is_in_the_command_that_goes_on(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    (session.papermill.folder / "runbook.toml").write_text(PROFILE)
    session.write(WORKS)
    monkeypatch.setenv("HARBOR_LOGIN", SECRET)
    monkeypatch.setenv("HARBOR_BUGS", "another-canary")
    monkeypatch.setenv("RUNBOOK_CONFIG", "runbook.toml")
    monkeypatch.setenv("DEPLOY_TOKEN", NAME)
    write_notebook(
        session.papermill.folder / "in.ipynb", "1 / 0", parameters=f'{PARAMETERS}\nnote: str = ""'
    )
    ended = end(session.command(*CELLS, "--profile", "team", "-p", f"note={SECRET}"))
    assert f"{GO_ON} -p note=•••" in ended.said
    assert SECRET not in ended.said
    ended = end(session.command(*CELLS, "-p", f"{NAME}=1"))
    assert (ended.status, "found '•••'" in ended.said) == (2, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_kernel_closes_the_record_and_says_how_to_go_on(
    session: Session, number: int
) -> None:
    session.write(HALTED)
    process = session.command(*CELLS, "-p", "profile=sandbox")
    wait_for(session.papermill.folder / "ready")
    process.send_signal(number)
    ended = end(process)
    assert ended.status == 1
    assert f"{GO_ON} -p profile=sandbox" in ended.said
    assert "Traceback" not in ended.said
    assert session.kernel_is_gone()
    assert session.recorded() == ["done", "failed", "not run"]
    assert session.is_archived()
    (session.papermill.folder / "again").touch()
    assert end(session.command(*CELLS)).status == 0


def test_a_kernel_that_is_killed_leaves_what_it_did_unknown(session: Session) -> None:
    session.write(KILLED)
    ended = end(session.command(*CELLS, "--json"))
    found = json.loads(ended.output)
    assert (ended.status, found["outcome"]) == (1, "unknown")
    assert "its kernel died" in found["message"]
    assert GO_ON in found["message"]
    assert [(step["step"], step["outcome"]) for step in found["steps"]] == [("put", "unknown")]
    assert session.recorded() == ["done", "unknown", "not run"]
    assert session.is_archived()


def test_a_run_that_another_session_works_on_is_waited_for(session: Session) -> None:
    session.write(HALTED)
    first = session.command(*CELLS)
    wait_for(session.papermill.folder / "ready")
    second = end(session.command(*CELLS))
    first.send_signal(signal.SIGTERM)
    end(first)
    assert second.status == 75, second.said
    assert re.search("^Waiting: ", second.said, re.MULTILINE)
    assert GO_ON in second.said


def test_steps_are_shown_as_they_come(session: Session) -> None:
    session.write(HALTED, act="Path('plate').touch()\ndesk.put('plate')", close=f"{ACT}\n{CLOSE}")
    process = session.command(*CELLS)
    assert "plate is there" in process.stdout.readline()
    wait_for(session.papermill.folder / "ready")
    assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    end(process)


def test_a_terminal_shows_what_is_under_way(session: Session) -> None:
    session.write(HALTED)
    ours, theirs = pty.openpty()
    process = session.command(*CELLS, stdout=theirs, stdin=theirs)
    os.close(theirs)
    shown = bytearray()

    def shows_it() -> bool:
        shown.extend(os.read(ours, 1024))
        return b"put cup on the desk" in shown

    wait_until(shows_it, "the step to be shown")
    process.send_signal(signal.SIGTERM)
    drain(ours)
    assert end(process).status == 1
    os.close(ours)


def drain(terminal: int) -> None:
    """Read a terminal until nobody writes to it."""
    try:
        while os.read(terminal, 1024):
            pass
    except OSError:  # what Linux says at the end
        return
