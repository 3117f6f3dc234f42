import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_client.manager import start_new_kernel

from tests.forking.ports import own_ports
from tests.forking.server import place_of
from tests.forking.started import REAL

LOOK = """
import json, os, signal, sys, tempfile, threading
print(json.dumps({
    "argv": sys.argv[1:], "path": sys.path, "name": __name__, "executable": sys.executable,
    "folder": os.getcwd(), "parent": os.getppid(), "environment": dict(os.environ),
    "own group": os.getpgrp() == os.getpid(), "session": os.getsid(0) == os.getpid(),
    "group": os.getpgrp() if os.getpgrp() != os.getpid() else 0,
    "mask": os.umask(0), "threads": threading.active_count(), "temporary": tempfile.gettempdir(),
    "interrupts": signal.getsignal(signal.SIGINT) is signal.default_int_handler,
    "signals": [str(signal.getsignal(number)) for number in signal.valid_signals() - {2}],
    "blocked": sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())),
    "files": sorted(os.listdir("/proc/self/fd"))[:3], "given": sys.stdin.read(),
    "forms": [(one.encoding, one.errors, one.line_buffering)
              for one in (sys.stdin, sys.stdout, sys.stderr)],
    "names": sorted(globals()), "warnings": sys.warnoptions,
}))
print("said", file=sys.stderr)
"""
WAYS: list[dict[str, Any]] = [
    {},
    {"start_new_session": True},
    {"process_group": 0},
    {"cwd": "/"},
    {"env": {"PATH": "/bin", "TMPDIR": "/", "ONE": "a=b\nc"}},
    {"stderr": subprocess.STDOUT},
    {"input": "some text"},
]
COUNT = "import sys; print(len(sys.modules))"


def call(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    given = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, **options}
    return subprocess.run([sys.executable, *arguments], timeout=60, **given)


def is_forked(**options: Any) -> bool:
    """Whether a new process has the library in it already."""
    return int(call("-c", COUNT, **options).stdout) > 1000


@pytest.fixture
def both(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """The same command, forked and started anew."""

    def ask(*arguments: str, **options: Any) -> list[subprocess.CompletedProcess[str]]:
        forked = call(*arguments, **options)
        with monkeypatch.context() as anew:
            anew.setenv(REAL, "1")
            return [forked, call(*arguments, **options)]

    return ask


def seen(done: subprocess.CompletedProcess[str]) -> Any:
    found = json.loads(done.stdout.replace("said\n", ""))
    for name in (REAL, "LINES", "COLUMNS"):  # the last two are readline's, in this process
        found["environment"].pop(name, None)
    return found, done.stderr, done.returncode


@pytest.mark.parametrize("options", WAYS, ids=lambda ways: "-".join(ways) or "usual")
@pytest.mark.parametrize(
    "start", [["-c", LOOK], ["-P", "-c", LOOK], ["-m", "looks"]], ids=["c", "P", "m"]
)
def test_a_forked_process_is_what_a_new_one_is(
    both: Any, tmp_path: Path, start: list[str], options: dict[str, Any]
) -> None:
    (tmp_path / "looks.py").write_text(LOOK)
    options = {"cwd": tmp_path, **options}
    if start[0] == "-m" and options["cwd"] == "/":
        options["env"] = {**os.environ, "PYTHONPATH": str(tmp_path)}
    forked, new = both(*start, "one", "--two", **options)
    assert seen(forked) == seen(new)
    assert is_forked(**options) or "env" in options


@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(7)",
        "raise SystemExit('no')",
        "1/0",
        "import os; os.kill(os.getpid(), 9)",
        "import os; os._exit(3)",
        "import nowhere_to_be_found",
        "import atexit; atexit.register(print, 'last'); print('first')",
        "import threading as t; t.Timer(0.1, print, ['later']).start(); print('now')",
        "import sys; sys.stdout.write('no end of line')",
    ],
)
def test_it_ends_as_a_new_one_does(both: Any, code: str) -> None:
    forked, new = both("-c", code)
    assert (forked.returncode, forked.stdout) == (new.returncode, new.stdout)
    assert forked.stderr == new.stderr


def test_a_module_that_is_missing_is_missed_as_by_a_new_one(both: Any) -> None:
    forked, new = both("-m", "nowhere.to.be.found")
    assert (forked.returncode, forked.stderr) == (new.returncode, new.stderr)


def test_signals_reach_it_from_outside_and_from_its_own_threads() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        with subprocess.Popen(
            [sys.executable, "-c", "import time; print(1, flush=True); time.sleep(60)"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdout and process.stdout.readline()
            process.send_signal(number)
            assert process.wait(60) == -number
    own = (
        "import signal, threading as t, time; main = t.main_thread().ident\n"
        "t.Timer(0.1, signal.pthread_kill, (main, signal.SIGTERM)).start(); time.sleep(60)"
    )
    assert call("-c", own).returncode == -signal.SIGTERM


def test_one_that_ends_before_it_is_there_is_started_anew_and_fails_as_a_new_one() -> None:
    for _ in range(2):
        with pytest.raises(PermissionError):
            call("-c", COUNT, process_group=1)
    assert is_forked()


def test_where_a_thread_has_its_number_is_not_where_a_pointer_looks_like_it() -> None:
    number = 0x7F66
    words = [number << 32 | word for word in (0x0800, 0x0940, 0x0A80)] + [0] * 87
    words += [0xFFFF_0000_0000_0000 | number, number << 32 | 0x0CE0] + [0] * 164
    thread = (ctypes.c_uint64 * 256)(*words)
    start = ctypes.addressof(thread)
    assert place_of(number, start) == start + 720
    thread[100] = number
    with pytest.raises(ValueError, match="too many"):
        place_of(number, start)


def test_what_it_starts_is_its_own_child_and_forked_too() -> None:
    code = (
        "import os, subprocess, sys\n"
        "asked = 'import os, sys; print(os.getppid(), os.getpgrp(), len(sys.modules) > 1000)'\n"
        "done = subprocess.run([sys.executable, '-c', asked], stdout=-1, text=True)\n"
        "print(os.getpid(), os.getpgrp(), done.stdout, end='')"
    )
    parent, group, of_child, group_of_child, forked = call("-c", code).stdout.split()
    assert (parent, group, forked) == (of_child, group_of_child, "True")


def test_nothing_is_left_of_one_that_was_killed(tmp_path: Path) -> None:
    code = "import os; print(os.getpid(), flush=True); os.kill(os.getpid(), 9)"
    process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True, stdout=-1)
    assert process.stdout and int(process.stdout.read()) == process.pid
    assert process.wait(60) == -9
    until = time.monotonic() + 60
    while own := in_session(process.pid):
        assert time.monotonic() < until, own
        time.sleep(0.01)


def in_session(session: int) -> list[str]:
    """The processes of a session."""
    listed = subprocess.run(["ps", "-eo", "sid=,stat=,args="], capture_output=True, text=True)
    return [one for one in listed.stdout.splitlines() if one.split()[:1] == [str(session)]]


def test_a_kernel_is_forked_and_ends_by_itself() -> None:
    manager, client = start_new_kernel()
    said: list[str] = []
    client.execute_interactive(
        COUNT, output_hook=lambda one: said.append(one["content"].get("text", ""))
    )
    assert int("".join(said)) > 1000
    process = manager.provisioner.process
    client.shutdown()
    assert process.wait(60) == 0
    client.stop_channels()
    manager.cleanup_resources()


def test_kernels_of_a_forked_process_get_ports_that_no_other_worker_gives(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    code = (
        "from jupyter_client.connect import LocalPortCache\n"
        "print(LocalPortCache.instance().find_available_port('127.0.0.1'))"
    )
    given = []
    for worker in ("gw1", "gw2"):
        monkeypatch.setenv("PYTEST_XDIST_WORKER", worker)
        assert int(call("-c", code).stdout) in own_ports()
        given.append(own_ports())
    assert not set(given[0]) & set(given[1])


@pytest.mark.parametrize(
    "options",
    [
        {"env": {**os.environ, "PYTHONHASHSEED": "1"}},
        {"env": {**os.environ, "LC_ALL": "C", "LANG": "C"}},
        {"preexec_fn": os.getpid},
        {"close_fds": False},
        {"umask": 0o77},
    ],
    ids=lambda options: next(iter(options)),
)
def test_what_a_fork_cannot_do_is_started_anew(options: dict[str, Any]) -> None:
    assert not is_forked(**options)


def test_another_module_of_a_name_is_found_where_a_new_process_finds_it(tmp_path: Path) -> None:
    (tmp_path / "requests.py").write_text("print('mine')")
    assert call("-c", "import requests", cwd=tmp_path).stdout == "mine\n"
    given = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert call("-c", "import requests", env=given, cwd="/").stdout == "mine\n"


def test_what_customizes_an_interpreter_does_so_in_a_forked_one(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("print('customized')")
    given = {**os.environ, "PYTHONPATH": str(tmp_path)}
    assert call("-c", COUNT, env=given).stdout.split()[0] == "customized"


def test_all_are_started_anew_where_that_is_asked_for(real_processes: None) -> None:
    assert not is_forked()
