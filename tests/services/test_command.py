"""A project's own command: streamed, remembered when it passed, ended with all that it started."""

import os
import resource
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory

import pytest
from jupyter_client.manager import KernelManager

from runbook_lib.errors import Failed, UsageError
from runbook_lib.journal.journal import Journal
from runbook_lib.services.command import Command, Passed
from runbook_lib.services.command.command import TAIL
from runbook_lib.steps.step import Planned, Runner
from tests.conftest import Quiet

PYTHON = sys.executable


def mask(text: str) -> str:
    return text.replace("s3cret", "***")


@pytest.fixture
def command(tmp_path: Path) -> Iterator[Command]:
    journal = Journal(
        tmp_path / "j" / "one" / "j.jsonl", session="one", operator="olive", mask=mask
    )
    yield Command(Runner(journal, Quiet(), sleep=lambda seconds: None), tmp_path)
    journal.close()


def script(command: Command, text: str) -> list[str]:
    """A Python program in the command's folder."""
    (command.cwd / "program.py").write_text(text)
    return [PYTHON, "program.py"]


def alive(number: int) -> bool:
    """Whether a process still runs (one that nobody has reaped does not)."""
    try:
        return Path(f"/proc/{number}/stat").read_text().split(") ")[1][0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def wait_until(holds: Callable[[], object], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    assert holds()


def test_a_command_with_a_place_of_its_own_leaves_nothing_in_the_folder(
    command: Command, tmp_path: Path
) -> None:
    made: list[Path] = []

    @contextmanager
    def place() -> Iterator[Path]:
        with TemporaryDirectory(dir=tmp_path) as folder:
            made.append(Path(folder))
            (made[-1] / "program.py").write_text((command.cwd / "program.py").read_text())
            yield made[-1]

    program = script(command, "print(1)\nopen('left', 'w')\n")
    before = sorted(tmp_path.rglob("*.py"))
    apart = replace(command, place=place)
    for _ in range(2):
        assert apart.run(program, subject="tree").tail == "1"
    assert (len(made), made[0].exists(), sorted(tmp_path.rglob("*.py"))) == (1, False, before)
    with pytest.raises(Failed):
        apart.run([*program[:1], "-c", "open('left', 'w'); exit(1)"], subject="tree")
    assert not list(tmp_path.rglob("left"))


def test_output_is_shown_and_its_end_is_kept(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = script(
        command,
        "import sys\nfor n in range(80): print('line', n)\nprint('bad', file=sys.stderr)\n"
        "sys.stdout.write('no end of line')",
    )
    passed = command.run(arguments, subject="tree")
    shown = capsys.readouterr().out
    assert shown.count("line ") == 80
    lines = passed.tail.splitlines()
    assert TAIL <= len(lines) <= TAIL + 1
    assert "bad" in shown
    assert "line 79" in lines
    assert {"no end of line", "bad"} & set(lines)
    assert str(passed).startswith(f"{PYTHON} program.py passed in ")


def test_what_passed_for_a_subject_is_not_run_again_for_it(command: Command) -> None:
    arguments = script(command, "open('runs', 'a').write('x')")
    first = command.run(arguments, subject="one tree", title="test")
    assert command.run(f"{PYTHON} program.py", subject="one tree") == first
    assert (command.cwd / "runs").read_text() == "x"
    command.run(arguments, subject="another tree")
    command.run([*arguments, "-v"], subject="one tree")
    assert (command.cwd / "runs").read_text() == "xxx"
    assert [report.outcome for report in command.runner.reports] == [
        *("done", "already", "done", "done"),
    ]


def test_a_later_session_remembers_it_too(command: Command, tmp_path: Path) -> None:
    journal = command.runner.journal
    journal.join("release/x/1.9", tmp_path / "run")
    arguments = script(command, "print('s3cret'); open('runs', 'a').write('x')")
    first = command.run([*arguments, "s3cret"], subject="tree")
    second = Journal(tmp_path / "k" / "two" / "j.jsonl", session="two", operator="pat", mask=mask)
    second.join("release/x/1.9", tmp_path / "run")
    again = Command(Runner(second, Quiet()), command.cwd)
    assert again.run([*arguments, "s3cret"], subject="tree") == first
    assert (command.cwd / "runs").read_text() == "x"
    second.close()


def test_a_failure_says_its_status_and_last_lines_and_is_not_remembered(command: Command) -> None:
    arguments = script(command, "import os, sys\nprint('why')\nsys.exit(os.path.exists('broken'))")
    (command.cwd / "broken").touch()
    with pytest.raises(Failed, match=r"(?s)ended with status 1 .*mend the cause.*why"):
        command.run(arguments, subject="tree")
    assert command.runner.journal.find("passed") is None
    (command.cwd / "broken").unlink()
    assert command.run(arguments, subject="tree").tail == "why"


@pytest.mark.parametrize(
    "arguments", ["no-such-program --x", "./none", "", [], [""], "an 'open quote", "'/etc'"]
)
def test_a_command_that_is_not_there_is_an_error_before_anything_is_announced(
    command: Command, arguments: str | list[str]
) -> None:
    with pytest.raises(UsageError, match=r"expected (a|the) command"):
        command.run(arguments, subject="tree")
    assert command.runner.journal.find("intent") is None


def test_a_folder_that_is_not_there_is_an_error(command: Command) -> None:
    with pytest.raises(UsageError, match="expected a folder"):
        Command(command.runner, command.cwd / "none").run("true", subject="tree")


def test_a_program_of_the_project_is_found_in_its_folder(command: Command) -> None:
    program = command.cwd / "run tests"
    program.write_text("#!/bin/sh\nprintf '%s|' \"$@\"\n")
    program.chmod(0o755)
    passed = command.run("'./run tests' 'a b' '$(touch x)' ';' '*'", subject="tree")
    assert passed.tail == "a b|$(touch x)|;|*|"
    assert not (command.cwd / "x").exists()


def test_it_is_given_no_input_and_the_environment(command: Command) -> None:
    arguments = script(command, "import os, sys\nprint([sys.stdin.read(), os.environ['COLOUR']])")
    blue = Command(command.runner, command.cwd, {"COLOUR": "blue"})
    assert blue.run(arguments, subject="tree").tail == "['', 'blue']"


def test_secrets_are_masked_wherever_the_output_goes(
    command: Command, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (
        "import sys, time\n"
        "for c in 's3cret': sys.stdout.write(c); sys.stdout.flush(); time.sleep(.02)"
    )
    passed = command.run(script(command, text), subject="tree")
    journal = command.runner.journal.path.read_text()
    assert "s3cret" not in f"{capsys.readouterr().out} {passed} {passed.tail} {journal}"
    assert passed.tail == "***"


def test_a_plan_runs_nothing(command: Command) -> None:
    command.runner.plan = True
    arguments = script(command, "open('ran', 'w')")
    assert isinstance(command.run(arguments, subject="tree", title="test"), Planned)
    assert command.runner.reports[-1].detail == f"test: {PYTHON} program.py"
    assert not (command.cwd / "ran").exists()


FAMILY = """
import os, signal, subprocess, sys, time
child = subprocess.Popen([sys.executable, '-c',
    'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);'
    'print(1, flush=True); time.sleep(60)'],
    stdout=subprocess.PIPE)
child.stdout.readline()
open('pids.part', 'w').write(f'{os.getpid()} {child.pid}')
os.rename('pids.part', 'pids')
print('started', flush=True)
"""


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that does not end when it is told to is not given long."""
    monkeypatch.setattr("runbook_lib.programs.GRACE", 0.3)


def pids(command: Command) -> list[int]:
    return [int(word) for word in (command.cwd / "pids").read_text().split()]


def test_past_its_limit_the_command_and_all_that_it_started_is_ended(
    command: Command, hasty: None
) -> None:
    arguments = script(command, FAMILY + "time.sleep(60)")
    with pytest.raises(Failed, match=r"(?s)was not done after 1 s .*started"):
        command.run(arguments, subject="tree", limit=1.0)
    for number in pids(command):
        wait_until(lambda number=number: not alive(number))


def test_interrupted_it_ends_the_command_and_all_that_it_started(
    command: Command, hasty: None
) -> None:
    arguments = script(command, FAMILY + "time.sleep(60)")
    started = command.cwd / "pids"

    def interrupt() -> None:
        wait_until(started.exists)
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        command.run(arguments, subject="tree")
    thread.join()
    for number in pids(command):
        wait_until(lambda number=number: not alive(number))
    assert command.runner.reports[-1].outcome == "unknown"


def test_what_it_leaves_behind_is_not_waited_for(command: Command) -> None:
    text = "import subprocess, sys\nprint(subprocess.Popen(['sleep', '60']).pid)"
    began = time.monotonic()
    passed = command.run(script(command, text), subject="tree")
    assert time.monotonic() - began < 20
    wait_until(lambda: not alive(int(passed.tail)))


def test_it_runs_in_a_process_with_very_many_open_files(command: Command) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = 2048 if hard == resource.RLIM_INFINITY else min(2048, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    nothing = os.open(os.devnull, os.O_RDONLY)
    filling = [nothing]
    try:
        while filling[-1] < most - 100:
            filling.append(os.dup(nothing))
        assert command.run("echo fine", subject="tree").tail == "fine"
    finally:
        for descriptor in filling:
            os.close(descriptor)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_in_a_notebook_the_output_comes_as_it_is_written(tmp_path: Path) -> None:
    manager = KernelManager()
    root = Path(__file__).parents[2]
    manager.start_kernel(cwd=str(root), env={**os.environ, "PYTHONPATH": str(root)})
    client = manager.client()
    try:
        client.start_channels()
        client.wait_for_ready(timeout=60)
        (tmp_path / "slow.py").write_text(
            "import time\nprint('first', flush=True)\n"
            "while not __import__('os').path.exists('go'): time.sleep(.01)\nprint('second')"
        )
        client.execute(CELL.format(folder=str(tmp_path), python=PYTHON))
        assert "first" in streamed(client, "first")
        (tmp_path / "go").touch()
        assert "second" in streamed(client, "second")
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


CELL = """
from pathlib import Path
from runbook_lib.journal.journal import Journal
from runbook_lib.services.command import Command
from runbook_lib.steps.step import Runner
class Silent:
    def start(self, title): return self
    def progress(self, text, fraction=None): pass
    def finish(self, report): pass
journal = Journal(Path({folder!r}) / "j" / "j.jsonl", session="one", operator="olive")
Command(Runner(journal, Silent()), Path({folder!r})).run([{python!r}, "slow.py"], subject="x")
"""


def streamed(client: object, wanted: str) -> str:
    """What a kernel's cell writes until it has written `wanted`."""
    text, until = "", time.monotonic() + 60
    while wanted not in text and time.monotonic() < until:
        try:
            message = client.get_iopub_msg(timeout=1)  # type: ignore[attr-defined]
        except Empty:
            continue
        assert message["msg_type"] != "error", message["content"]
        text += message["content"].get("text", "")
    return text


def test_it_runs_without_a_shell_s_help(command: Command) -> None:
    assert isinstance(command.run(["true"], subject="tree"), Passed)
    with pytest.raises(Failed):
        command.run(["false", ";", "true"], subject="tree")
