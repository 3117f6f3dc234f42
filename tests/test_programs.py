"""A program is run to its end: all that it writes is there, and its end is seen as it comes."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.programs import attend, follow, run
from tests.services.test_command import alive, wait_until

ECHO = "import sys; sys.stdout.write(sys.stdin.read())"
DEAF = "import os; os.close(0); os.write(2, b'deaf'); os._exit(3)"
LASTS = "import os, time; [os.close(one) for one in range(3)]; time.sleep(600)"
SILENT = "import time; time.sleep(600)"
LOUD = "import os; [os.write(2, b'x' * 65536) for _ in range(300)]"


def python(code: str, stdin: bytes = b"", limit: float = 60.0) -> tuple[int, bytes, str]:
    answer = run([sys.executable, "-S", "-c", code], stdin=stdin, limit=limit)
    return answer.status, answer.written, answer.said


@pytest.fixture(params=["the system says it", "Python looks for it"])
def told(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How the end of a process is seen."""
    if request.param == "Python looks for it":
        monkeypatch.delattr(os, "pidfd_open")


@pytest.mark.usefixtures("told")
def test_what_is_larger_than_a_pipe_goes_through_it() -> None:
    text = b"a line of many\n" * 100_000
    assert python(ECHO, text) == (0, text, "")


@pytest.mark.usefixtures("told")
def test_one_that_reads_nothing_of_what_it_is_given_ends_by_itself() -> None:
    assert python(DEAF, b"x" * 1_000_000) == (3, b"", "deaf")


@pytest.mark.usefixtures("told")
@pytest.mark.parametrize("code", [LASTS, SILENT])
def test_one_that_stays_is_ended(code: str, ended: Callable[[], bool]) -> None:
    with pytest.raises(TimeoutError, match="timed out after 1 s"):
        python(code, limit=1.0)
    assert ended()


def test_what_one_that_has_ended_left_behind_is_ended_with_it(tmp_path: Path) -> None:
    left = tmp_path / "left"
    with pytest.raises(TimeoutError):
        run(["sh", "-c", f"sleep 600 & echo $! > {left}"], limit=1.0)
    wait_until(lambda: not alive(int(left.read_text())))


def test_one_that_never_stops_talking_is_ended_in_time() -> None:
    until = time.monotonic() + 0.2
    with pytest.raises(TimeoutError, match="late"):
        follow(
            begin(LOUD), b"", lambda: until - time.monotonic(), "late", lambda _: time.sleep(0.01)
        )


def test_what_its_hearer_raises_is_raised_as_it_is() -> None:
    def refuse(_: bytes) -> None:
        raise TimeoutError("the display's own")

    with pytest.raises(TimeoutError, match="the display's own"):
        attend(begin(LOUD), silence=60.0, hear=refuse)


def begin(code: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-S", "-c", code]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)


@pytest.fixture
def ended(monkeypatch: pytest.MonkeyPatch) -> Callable[[], bool]:
    """Whether all processes that were started meanwhile have ended."""
    started: list[subprocess.Popen[bytes]] = []
    start = subprocess.Popen.__init__

    def note(self: "subprocess.Popen[bytes]", *arguments: object, **options: object) -> None:
        started.append(self)
        start(self, *arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess.Popen, "__init__", note)
    return lambda: bool(started) and all(one.returncode is not None for one in started)


def test_nobody_sleeps_until_a_short_command_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    if not hasattr(os, "pidfd_open"):
        pytest.fail("expected a system that tells of a process's end")
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    for _ in range(20):
        assert run(["true"], limit=60.0).status == 0
    assert not slept
