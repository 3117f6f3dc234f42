"""What `subprocess` calls in place of its own fork and exec: Python's commands are forked."""

import os
import pickle
import platform
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.forking.command import Command, is_python

REAL = "REAL_PROCESSES"
"""Set in the environment, nothing is forked."""
CLONE = {"x86_64": 56, "aarch64": 220}.get(platform.machine()) if sys.platform == "linux" else None
"""The number of the call that can make a sibling, as Python's own `os.fork` can't; where it is not
known, nothing is forked."""
ROOT = Path(__file__).parents[2]
SERVER = (
    "import sys; base = list(sys.path); sys.path.insert(0, {root!r}); "
    "from tests.forking import process, server; "
    "process.carry_out(server.main({number}, base), base)"
)

exec_really: Callable[..., int] = subprocess._fork_exec  # type: ignore[attr-defined]


@dataclass
class Asking:
    """Whom this process asks for its commands; a server is started with the first."""

    environment: dict[str, str]
    server: socket.socket | None = None
    process: int = field(default_factory=os.getpid)
    turn: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, command: Command, files: Sequence[int]) -> int:
        """The number of the process that carries a command out; 0 where it can't be forked.

        Whoever ends before he has answered is seen by the answer's end.
        """
        if os.getpid() != self.process or REAL in os.environ:
            return 0
        with self.turn:
            self.server = self.server or start_server(self.environment)
            answered, answer = os.pipe()
            with os.fdopen(answered, "rb") as found:
                try:
                    socket.send_fds(self.server, [pickle.dumps(command)], [answer, *files])
                except OSError:
                    return 0
                finally:
                    os.close(answer)
                return int.from_bytes(found.read(8), "big")


def install(server: socket.socket | None = None) -> None:
    """From now on, have this process's commands forked by its server, where one can be."""
    if CLONE is None:
        return
    asking = Asking(dict(os.environ), server)

    def fork_or_exec(arguments: Sequence[Any], *more: Any) -> int:
        command = forkable(arguments, *more)
        return (command and asking.ask(command, files_of(*more))) or exec_really(arguments, *more)

    subprocess._fork_exec = fork_or_exec  # type: ignore[attr-defined]


def start_server(environment: dict[str, str]) -> socket.socket:
    """Start a fork server, as this process's child."""
    asking, asked = socket.socketpair(type=socket.SOCK_SEQPACKET)
    code = SERVER.format(root=str(ROOT), number=asked.fileno())
    outside = {name: environment[name] for name in environment if name != "PYTHONPATH"}
    subprocess.Popen(
        [sys.executable, "-P", "-c", code],
        pass_fds=[asked.fileno()],
        env=outside,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        process_group=0,
    )
    asked.close()
    return asking


def forkable(
    arguments: Sequence[Any],
    _programs: Any,
    close_files: bool,
    kept: tuple[int, ...],
    folder: Any,
    variables: list[bytes] | None,
    *more: Any,
) -> Command | None:
    """The command, where a forked child can do just what a new process does."""
    session, group, *others, called = more[9:16]
    where = Path.cwd() / os.fsdecode(folder or "")
    of_another = any(one not in (None, -1) for one in others)
    special = not close_files or len(kept) > 1 or of_another or called not in (None, interruptible)
    if special or not is_python(arguments[0]) or not where.is_dir():
        return None
    return Command.read(
        list(map(os.fsdecode, arguments)),
        folder=str(where),
        environment=variables_of(variables),
        new_session=session,
        group=os.getpgrp() if group == -1 else group,
        mask=umask(),
    )


def interruptible() -> None:
    """For a new process, as its `preexec_fn`: Ctrl-C ends it, as it does each forked one.

    A shell's background process ignores SIGINT, and so would its children.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def files_of(*more: Any) -> list[int]:
    """The files that are to be standard input, output and error."""
    given = more[5], more[8], more[10]
    return [own if one == -1 else one for own, one in enumerate(given)]


def variables_of(variables: list[bytes] | None) -> dict[str, str]:
    """An environment, by name; by default it is this process's own."""
    if variables is None:
        return dict(os.environ)
    return dict(os.fsdecode(one).split("=", 1) for one in variables)


def umask() -> int:
    """This process's, which can't be asked for without being set for a moment."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("Umask:")[2].split()[0], 8)
