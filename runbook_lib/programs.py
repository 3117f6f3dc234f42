"""Programs of others, run to their end: no shell, no terminal, and none outlives who asked."""

import os
import select
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
    until = time.monotonic() + limit
    late = f"timed out after {limit:.0f} s"
    return follow(process, stdin, lambda: until - time.monotonic(), late)


def attend(
    process: "subprocess.Popen[bytes]", *, silence: float, hear: Callable[[bytes], None]
) -> Answer:
    """The same for one that may take its time: what it says of itself is heard as it comes.

    Raises `TimeoutError` after so many seconds without a word, and whatever `hear` raises.
    """
    return follow(process, b"", lambda: silence, f"said nothing for {silence:.0f} s", hear)


def follow(
    process: "subprocess.Popen[bytes]",
    stdin: bytes,
    left: Callable[[], float],
    late: str,
    hear: Callable[[bytes], object] = len,
) -> Answer:
    """Be with a process until it ends; raises `TimeoutError`, `late`, where no time is left."""
    with process:
        try:
            written, said = exchange(process, stdin, left, hear)
            await_end(process, left())
        except BaseException as error:
            end_group(process)
            if isinstance(error, subprocess.TimeoutExpired):
                raise TimeoutError(late) from None
            raise
    return Answer(process.returncode, written, said.decode(errors="replace"))


def exchange(
    process: "subprocess.Popen[bytes]",
    stdin: bytes,
    left: Callable[[], float],
    hear: Callable[[bytes], object],
) -> tuple[bytes, bytes]:
    """All that a process writes to its output and to its standard error, until it ends both."""
    given, out, err = process.stdin, process.stdout, process.stderr
    assert given and out and err, "it has a pipe for each"
    found = {out.fileno(): bytearray(), err.fileno(): bytearray()}
    rest = memoryview(stdin)
    with selectors.PollSelector() as waiting:
        for pipe in found:
            waiting.register(pipe, selectors.EVENT_READ)
        if rest:
            waiting.register(given, selectors.EVENT_WRITE)
        else:
            given.close()
        while waiting.get_map():
            limit = left()
            ready = waiting.select(limit) if limit > 0 else ()
            if not ready:
                raise subprocess.TimeoutExpired(process.args, limit)
            for key, _ in ready:
                if key.fileobj is given:
                    rest = give(key.fd, rest)
                    if not rest:
                        waiting.unregister(given)
                        given.close()
                    continue
                piece = os.read(key.fd, 1 << 16)
                found[key.fd] += piece
                if not piece:
                    waiting.unregister(key.fileobj)
                elif key.fd == err.fileno():
                    hear(piece)
    written, said = found.values()
    return bytes(written), bytes(said)


def give(pipe: int, text: memoryview) -> memoryview:
    """Write to a pipe what it surely takes at once; returns the rest: none if nobody reads it."""
    try:
        return text[os.write(pipe, text[: select.PIPE_BUF]) :]
    except BrokenPipeError:
        return text[:0]


def await_end(process: "subprocess.Popen[bytes]", limit: float) -> None:
    """Wait until a process has ended: where the system can say so, in the moment that it does.

    Python's own wait with a limit looks, and sleeps for a millisecond or more: half of what a short
    command takes.
    """
    try:
        end = os.pidfd_open(process.pid)
    except (AttributeError, OSError):
        process.wait(limit)
        return
    try:
        with selectors.PollSelector() as waiting:
            waiting.register(end, selectors.EVENT_READ)
            ready = waiting.select(max(0, limit))
    finally:
        os.close(end)
    process.wait(None if ready else 0)


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
