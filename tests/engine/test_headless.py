"""`runbook run`: parameters as the notebook declares them, and statuses that a script can read."""

import io
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from click.testing import CliRunner, Result
from rich.console import Console
from rich.progress import Progress

from runbook_lib.cli import exit_status, main
from runbook_lib.display.lines import StepLine
from runbook_lib.engine.headless import find_runbook, parse_parameters, raised_here
from runbook_lib.engine.progress import report_of
from runbook_lib.engine.watches import Lines, Terminal
from runbook_lib.errors import (
    Conflict,
    Failed,
    Refused,
    RunbookError,
    UsageError,
    Waiting,
    find_error,
)
from runbook_lib.journal.events import START, Event
from runbook_lib.journal.journal import read_journal
from runbook_lib.sandbox.server.process import find
from runbook_lib.services.github.answers import Missing
from runbook_lib.steps import runner

MAIN = "from runbook_lib.cli import main; main()"
RELEASE = Path(__file__).parents[2] / "runbooks" / "release.ipynb"


def test_a_parameter_is_a_value_of_the_type_that_the_notebook_declares() -> None:
    given = ["version=2.10", "plan=yes", "operations=007"]
    assert parse_parameters(RELEASE, given) == {
        "version": "2.10",
        "plan": True,
        "operations": "007",
    }


@pytest.mark.parametrize("text", ["versoin=2.4.0", "version", "plan=perhaps"])
def test_a_wrong_parameter_is_refused_before_anything_is_run(text: str) -> None:
    with pytest.raises(UsageError):
        parse_parameters(RELEASE, [text])


def test_a_runbook_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(UsageError, match="release"):
        find_runbook("relaese")


@pytest.mark.parametrize(
    ("name", "kind", "status"),
    [
        ("Waiting", Waiting, 75),
        ("Held", Waiting, 75),
        ("UsageError", UsageError, 2),
        ("Refused", Refused, 1),
        ("Conflict", Refused, 1),
        ("Failed", Failed, 1),
        ("KeyError", Failed, 1),
        ("SystemExit", Failed, 1),
    ],
)
def test_what_a_kernel_raised_ends_the_command_with_its_status(
    name: str, kind: type, status: int
) -> None:
    class Raised:
        ename, evalue, traceback = name, "because", ()

    error = raised_here(Raised)
    assert type(error) is kind
    assert exit_status(error) == status


FRAMES = f"""\x1b[36mFile \x1b[39m\x1b[32m/home/olive/runbooks/publish.py:4\x1b[39m, in upload(run)
\x1b[36mFile \x1b[39m\x1b[32m{runner.__file__}:234\x1b[39m, in Runner.perform(self)
\x1b[36mFile \x1b[39m\x1b[32m/home/olive/runbooks/publish.py:7\x1b[39m, in upload(run)
\x1b[36mFile \x1b[39m\x1b[32m{Path(json.__file__).parent}/decoder.py:338\x1b[39m, in decode(s)"""


def test_an_error_that_is_not_ours_is_told_with_its_name() -> None:
    class Raised:
        ename, evalue, traceback = "KeyError", "'tag'", [FRAMES]

    assert str(raised_here(Raised)) == "a cell raised KeyError: 'tag' (publish.py:7)"
    Raised.traceback = ["KeyError: kept in the private record"]
    assert str(raised_here(Raised)) == "a cell raised KeyError: 'tag'"
    Raised.ename = "Failed"
    assert str(raised_here(Raised)) == "'tag'"


def test_an_error_that_is_raised_elsewhere_goes_by_its_branch_of_the_tree() -> None:
    assert Missing.__name__ == "Refused" and Missing.__qualname__ == "Missing"

    class TooBusy(Waiting, ValueError):
        """One of somebody's own steps."""

    assert find_error(TooBusy.__name__) is Waiting
    assert TooBusy("x")._render_traceback_() == ["Waiting: x"]
    assert [find_error(kind.__name__) for kind in (Conflict, RunbookError)] == [
        Conflict,
        RunbookError,
    ]


def test_a_conflict_is_a_refusal() -> None:
    assert exit_status(Conflict("")) == 1


def test_a_wrong_call_ends_with_2_and_says_what_there_is() -> None:
    answer = CliRunner().invoke(main, ["run", "release", "-p", "versoin=2.4.0"])
    assert answer.exit_code == 2
    assert "did you mean version?" in answer.output


def test_an_approval_of_no_run_ends_with_2() -> None:
    answer = CliRunner().invoke(main, ["approve", "release/no/1.0", "changelog", "--reason", "x"])
    assert answer.exit_code == 2
    assert "expected the name of a run" in answer.output


def test_the_sandbox_is_kept_changed_stopped_and_removed_by_commands(tmp_path: Path) -> None:
    world = tmp_path / "world"

    def sandbox(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["sandbox", *arguments, "--world", str(world)])

    assert sandbox("person", "qa", "no").exit_code == 2
    assert "http://127.0.0.1:" in sandbox("start").output
    assert sandbox("person", "qa", "no").exit_code == 0
    running = find(world)
    assert running is not None
    assert running.client.expect("GET", "/sandbox/state")["people"]["qa"]["mode"] == "no"
    assert sandbox("stop").exit_code == 0
    assert find(world) is None
    assert sandbox("reset").exit_code == 0
    assert not world.exists()


def test_a_folder_that_is_no_world_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    answer = CliRunner().invoke(main, ["sandbox", "reset", "--world", str(tmp_path)])
    assert answer.exit_code == 2
    assert (tmp_path / "thesis.txt").exists()


def test_what_a_step_found_and_its_link_stand_below_what_it_did(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = {
        "event": "outcome", "step": "open_pull_request", "outcome": "done", "seconds": 0.3,
        "announced": "open a pull request", "detail": "#7 \x1b[2J (open)\nof two files",
        "link": "https://git.example/pull/7",
    }  # fmt: skip
    line = StepLine(report_of(Event(said, START, "")))
    Lines().outcome(line)
    screen = io.StringIO()
    with Progress(console=Console(file=screen, width=80, force_terminal=False)) as progress:
        Terminal(progress).outcome(line)
    below = ["#7 <U+001B>[2J (open)", "of two files", "https://git.example/pull/7"]
    for shown in (capsys.readouterr().out, screen.getvalue()):
        first, *rest = (text.strip() for text in shown.splitlines() if text.strip())
        assert first.startswith("✔ done      open a pull request")
        assert rest[:3] == below


def test_a_file_that_is_no_notebook_is_refused(tmp_path: Path) -> None:
    for number, text in enumerate(["{", "{}"]):
        path = tmp_path / f"{number}.ipynb"
        path.write_text(text)
        answer = CliRunner().invoke(main, ["run", str(path)])
        assert (answer.exit_code, "expected a notebook in" in answer.output) == (2, True)


def test_a_data_folder_that_cannot_be_written_is_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "file" / "home"))
    answer = CliRunner().invoke(main, ["run", "release"])
    assert answer.exit_code == 2
    assert "name another in RUNBOOK_HOME" in answer.output


def test_a_kernel_that_dies_is_a_failure_without_a_traceback(tmp_path: Path) -> None:
    path = tmp_path / "dies.ipynb"
    cell = nbformat.v4.new_code_cell("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    kernel = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), path)
    answer = CliRunner().invoke(main, ["run", str(path)])
    assert answer.exit_code == 1
    assert "found that its kernel died" in answer.output


def test_a_run_that_is_interrupted_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("papermill.execute_notebook", interrupted)
    answer = CliRunner().invoke(main, ["run", "release"])
    assert answer.exit_code == 1
    assert "found that it was interrupted" in answer.output
    assert "run it again to go on" in answer.output


def test_of_sessions_that_run_at_once_one_works_and_the_other_waits_for_its_turn(
    tmp_path: Path,
) -> None:
    environment = {**os.environ, "RUNBOOK_HOME": str(tmp_path)}
    command = [sys.executable, "-c", MAIN, "run", str(RELEASE)]
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=170)[0].decode() for process in both]
    statuses = sorted(process.returncode for process in both)
    assert statuses in ([0, 0], [0, 75]), said
    journals = list(tmp_path.glob("sandbox/sample/runs/release/tidewatch/1.9/sessions/*/journal.*"))
    events = [event for path in journals for event in read_journal(path)]
    intents = Counter(str(event.said["announced"]) for event in events if event.kind == "intent")
    assert len(journals) == 2
    assert len(intents) == 14
    assert [what for what, times in intents.items() if times > 1] == []
    assert len([event for event in events if event.kind == "pinned"]) == 1


@pytest.mark.parametrize("arguments", ["list", "list --json", "log", "status"])
def test_a_standard_output_that_is_closed_or_not_read_is_no_traceback(
    tmp_path: Path, arguments: str
) -> None:
    shell = f"{sys.executable} -c '{MAIN}' {arguments}"
    for command in (f"{shell} >&-", f"{shell} | true"):
        ended = subprocess.run(
            command,
            shell=True,
            env={**os.environ, "RUNBOOK_HOME": str(tmp_path)},
            capture_output=True,
            text=True,
        )
        assert (ended.returncode, ended.stderr) == (0, "")
