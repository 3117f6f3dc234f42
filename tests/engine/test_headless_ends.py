"""`runbook run` and what can end it: its status, what it says, its record, and how to go on."""

import json
import os
import pty
import re
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.journal.journal import read_journal
from runbook_lib.journal.summary import summarise
from tests.engine.conftest import Papermill, end, wait_for, wait_until, write_notebook
from tests.engine.opened import (
    ACT,
    CLOSE,
    HALTED,
    JOIN,
    KILLED,
    OPEN,
    PARAMETERS,
    PROFILE,
    WORKS,
    Session,
)
from tests.release.world import stop_worlds

ERRORS = "from runbook_lib.errors import Conflict, Refused, Unavailable, UsageError, Waiting"
CELLS = ("run", "in.ipynb")
GO_ON = "To go on: runbook run in.ipynb"
WAITS = """\
from runbook_lib.steps.wait import NotYet, wait
class Table:
    runner = run.runner
    @wait
    def be_set(self):
        Path('ready').touch()
        raise NotYet('nobody has set the table')
Table().be_set()"""
NOISE = "import os\nos.write(2, b'from below \\x1b]0;all is well\\x07\\n')"
SECRET, NAME = "canary-5e1f-login", "canary-5e1f-deploy"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    made = Session(Papermill(tmp_path))
    yield made
    stop_worlds(made.home)


def test_a_run_that_is_done_ends_with_0_and_says_where_its_record_is(session: Session) -> None:
    session.write(WORKS, close="run.close('a cup is there')")
    ended = end(session.command(*CELLS))
    assert ended.status == 0, ended.said
    record, result = ended.output.splitlines()[-2:]
    assert record == f"The record is {session.folder / 'record.ipynb'}"
    assert result == "✔ practice/tidewatch/1.0: a cup is there"
    assert session.is_archived()
    assert not (session.papermill.folder / "out.ipynb").exists()


def test_a_program_gets_one_document(session: Session) -> None:
    session.write(WORKS)
    ended = end(session.command(*CELLS, "--json"))
    found = json.loads(ended.output)
    assert (ended.status, found["outcome"], found["run"]) == (0, "done", "practice/tidewatch/1.0")
    assert [(step["step"], step["outcome"]) for step in found["steps"]] == [("put", "done")]
    assert found["record"] == str(session.folder / "record.ipynb")
    assert found["result"] == "✔ practice/tidewatch/1.0: done, 1 step"


@pytest.mark.parametrize(
    ("error", "status", "outcome"),
    [
        ("raise Waiting('for a review')", 75, "waiting"),
        ("raise Unavailable('asks for a pause', retry_after=3600)", 75, "waiting"),
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
    kept = summarise(read_journal(session.folder / "journal.jsonl")).outcome
    assert kept == ("waiting" if "SystemExit" in error or "quit" in error else outcome)
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


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_wait_that_is_interrupted_has_waited_as_its_record_says(
    session: Session, number: int
) -> None:
    session.write(WORKS, act=WAITS)
    process = session.command(*CELLS, "--json")
    wait_for(session.papermill.folder / "ready")
    process.send_signal(number)
    ended = end(process)
    found = json.loads(ended.output)
    assert (ended.status, found["outcome"]) == (75, "waiting"), ended.said
    assert found["message"].startswith("nobody has set the table; interrupted")
    assert found["result"].endswith("waiting: nobody has set the table")
    assert GO_ON in found["message"]
    assert [one.outcome for one in session.archive.entries()] == ["waiting"]


def test_papermills_own_file_says_of_an_interrupted_wait_what_the_record_says(
    session: Session,
) -> None:
    session.write(WORKS, act=WAITS)
    process = session.start()
    wait_for(session.papermill.folder / "ready")
    process.send_signal(signal.SIGINT)
    assert end(process).status == 130
    assert session.output.metadata.runbook["outcome"] == "waiting"
    assert session.recorded() == ["done", "failed", "not run"]


def test_a_parameter_that_was_refused_is_not_to_be_gone_on_with(session: Session) -> None:
    refuse = f"{ERRORS}\nraise UsageError(f'expected a version, found {{version}}')"
    parameters = f'{PARAMETERS}\nversion: str = ""'
    path = session.papermill.folder / "in.ipynb"
    write_notebook(path, OPEN, refuse, parameters=parameters, runbook=False)
    ended = end(session.command(*CELLS, "-p", "version=latest"))
    assert (ended.status, "found latest" in ended.said) == (2, True), ended.said
    assert "To go on" not in ended.said
    assert ended.output.splitlines()[-1] == "✘ practice: refused"


def test_a_run_shows_where_in_the_procedure_its_steps_are(session: Session) -> None:
    cells = (
        "# Nothing is done here", "## Set the table", "### 1 · The cup \u202e", "desk.put('cup')",
        "### 2 · The plate\n\n```\n# no heading\n```", "desk.put('plate')",
        "## If it fails", "run.close('done')",
    )  # fmt: skip
    ended = end(written(session, *cells))
    assert ended.status == 0, ended.said
    lines = [line for line in ended.output.splitlines() if line[:1] in "─✔"]
    assert [line.partition("  ")[0] for line in lines[2:]] == [
        "── Set the table",
        "── 1 · The cup <U+202E>",
        "✔ done",
        "── 2 · The plate",
        "✔ done",
        "✔ practice/tidewatch/1.0: done",
    ]
    assert "The record is in" not in ended.said


def test_a_plan_names_each_step_and_what_it_comes_after(session: Session) -> None:
    cells = ("cup = desk.put('cup')", "desk.put(cup)", "cup.wash()", "run.close('all is there')")
    ended = end(written(session, *cells, options=("--plan",)))
    assert ended.status == 0, ended.said
    assert "PLAN: nothing is changed" in ended.output.splitlines()[0]
    planned = [line.split(maxsplit=2)[2] for line in ended.output.splitlines() if "○ pl" in line]
    said = [line.rpartition("  ")[0].strip() for line in planned]
    assert said == ["put cup on the desk", "put: after put", "wash: after put"]
    result = (
        "○ practice/tidewatch/1.0: nothing was changed; 3 of 3 steps would still have to be done"
    )
    assert ended.output.splitlines()[-1] == result


def test_nothing_steers_what_a_program_reads(session: Session) -> None:
    process = written(
        session, NOISE, "desk.put('cup\\x1b]0;x\\x07\\u202e')", "run.close('a\\x1b[2J')"
    )
    ended = end(process)
    assert ended.status == 0, ended.said
    assert not {"\x1b", "\x07", "\u202e"} & {*ended.output, *ended.said}
    assert "put cup<U+001B>]0;x<U+0007><U+202E> on the desk" in ended.output
    assert "from below <U+001B>]0;all is well<U+0007>" in ended.said
    assert ended.output.splitlines()[-1] == "✔ practice/tidewatch/1.0: a<U+001B>[2J"


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}], ids=["colours", "no colours"])
def test_a_terminal_is_steered_by_us_alone_and_its_lines_are_whole(
    session: Session, variables: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "80", **variables}.items():
        monkeypatch.setenv(name, value)
    ours, theirs = pty.openpty()
    process = written(
        session, NOISE, "desk.put('cup\\x1b]0;x\\x07')", "run.close('a cup')",
        stdout=theirs, stdin=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = drain(ours)
    assert process.wait(timeout=60) == 0, shown
    os.close(ours)
    assert "\x1b]" not in shown and "\x07" not in shown
    assert ("\x1b[32m✔ done" in shown) is (not variables)
    plain = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).replace("\r", "\n").split("\n")
    assert "from below <U+001B>]0;all is well<U+0007>" in plain
    assert "✔ practice/tidewatch/1.0: a cup" in plain


def written(session: Session, *cells: str, options: tuple[str, ...] = (), **more: Any) -> Any:
    """Begin a run of a runbook that is at its desk when these cells come."""
    path = session.papermill.folder / "in.ipynb"
    join = f"{JOIN}\n{WORKS}"
    write_notebook(path, "# Practice", OPEN, join, *cells, parameters=PARAMETERS, runbook=False)
    return session.command(*CELLS, *options, **more)


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
    first, whose, second, third = (process.stdout.readline() for _ in range(4))
    assert first.startswith("── SANDBOX: nothing outside this machine · practice, by ")
    assert whose.startswith("The runbook is ")
    assert second == "── practice/tidewatch/1.0\n"
    assert "plate is there" in third
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


def drain(terminal: int) -> str:
    """All that comes to a terminal, until nobody writes to it."""
    shown = bytearray()
    try:
        while found := os.read(terminal, 1024):
            shown.extend(found)
    except OSError:  # what Linux says at the end
        pass
    return shown.decode()
