"""Programs of others, run to their end: no shell, no terminal, and none outlives who asked."""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen

GRACE = 5.0
"""How many seconds a program is given to end when it is told to."""

ELSEWHERE = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_PREFIX",
    "GIT_COMMON_DIR",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_NAMESPACE",
)
"""What points git at another repository than its folder's; set while a git hook runs."""


@frozen
class Answer:
    """What a program came to: its exit status, and what it wrote."""

    status: int
    written: bytes
    said: str

    @property
    def text(self) -> str:
        """What it wrote, without the last line's end; bytes that are not UTF-8 are replaced."""
        return self.written.decode(errors="replace").removesuffix("\n")

    @property
    def fields(self) -> list[str]:
        """What it wrote, each field ended by a NUL."""
        return self.written.decode(errors="replace").split("\0")[:-1]

    @property
    def lines(self) -> list[str]:
        """What it wrote, line by line."""
        return self.text.split("\n") if self.text else []


def run(
    command: Sequence[str],
    *,
    folder: Path | None = None,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    limit: float,
) -> Answer:
    """Run a program to its end, for at most `limit` seconds.

    Raises `OSError` where it can't be started, and that one's `TimeoutError` where it takes longer.
    """
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    return converse(process, stdin, limit)


def converse(process: "subprocess.Popen[bytes]", stdin: bytes, limit: float) -> Answer:
    """Give a process its input and take its output; whatever ends this ends the process too."""
    with process:
        try:
            written, said = process.communicate(stdin, timeout=limit)
        except subprocess.TimeoutExpired:
            raise TimeoutError(f"timed out after {limit:.0f} s") from None
        finally:
            if process.poll() is None:
                end_group(process)
    return Answer(process.returncode, written, said.decode(errors="replace"))


def attend(
    process: "subprocess.Popen[bytes]", *, silence: float, hear: Callable[[bytes], None]
) -> Answer:
    """The same for one that may take its time: what it says of itself is heard as it comes.

    Raises `TimeoutError` after so many seconds without a word, and whatever `hear` raises.
    """
    assert process.stdin is not None, "it has a pipe for each"
    with process:
        try:
            process.stdin.close()
            written, said = listen(process, silence, hear)
            process.wait()
        finally:
            if process.poll() is None:
                end_group(process)
    return Answer(process.returncode, written, said.decode(errors="replace"))


def listen(
    process: "subprocess.Popen[bytes]", silence: float, hear: Callable[[bytes], None]
) -> tuple[bytes, bytes]:
    """All that a process writes to its output and to its standard error, until it ends both."""
    found: dict[Any, bytearray] = {process.stdout: bytearray(), process.stderr: bytearray()}
    with selectors.DefaultSelector() as waiting:
        for pipe in found:
            waiting.register(pipe, selectors.EVENT_READ)
        while waiting.get_map():
            ready = waiting.select(silence)
            if not ready:
                raise TimeoutError(f"said nothing for {silence:.0f} s")
            for key, _ in ready:
                piece = os.read(key.fd, 1 << 16)
                found[key.fileobj] += piece
                if not piece:
                    waiting.unregister(key.fileobj)
                elif key.fileobj is process.stderr:
                    hear(piece)
    written, said = found.values()
    return bytes(written), bytes(said)


@contextmanager
def started(command: Sequence[str], **options: Any) -> "Iterator[subprocess.Popen[bytes]]":
    """A process with a group of its own, which is ended with the block, however that ends."""
    try:
        process = subprocess.Popen(command, start_new_session=True, **options)
    except OSError as error:
        raise UsageError(f"{command[0]!r} can't be run: {error}") from error
    with process:
        try:
            yield process
        finally:
            end_group(process)


def end_group(process: "subprocess.Popen[bytes]") -> None:
    """End what is left of a process and of all that it started, gently and then not."""
    try:
        until = time.monotonic() + GRACE
        while signal_group(process, signal.SIGTERM) and time.monotonic() < until:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.05)
                time.sleep(0.05)
    finally:
        signal_group(process, signal.SIGKILL)
        process.wait()


def signal_group(process: "subprocess.Popen[bytes]", number: signal.Signals) -> bool:
    """Send a signal to all of a process's group; false where nobody is left in it."""
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        return False
    return True
