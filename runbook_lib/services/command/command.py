"""A project's own command (tests, a load test): shown as it runs, remembered when it passed."""

import codecs
import os
import selectors
import shlex
import shutil
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from dataclasses import field, replace
from pathlib import Path

from runbook_lib.errors import Failed, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.programs import started
from runbook_lib.steps.phase import refuse_unless_acting
from runbook_lib.steps.step import Runner, step

TAIL = 50
"""How many lines of a command's end are kept."""
IDLE = 0.3
"""After so many seconds without output a line is shown though it has not ended."""
LINE_ENDS = ("\n", "\r")


@frozen
class Passed(Shown):
    """A command that ended well: how long it took, in seconds, and its last lines."""

    command: str
    seconds: float
    tail: str

    def __str__(self) -> str:
        return f"{self.command} passed in {self.seconds:.1f} s"


@frozen
class Command:
    """Runs commands in a folder; `environment` is added to this process's own.

    `place` makes the folder that they really run in, as the first is, and takes it away again.
    """

    runner: Runner = field(repr=False)
    cwd: Path
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    place: Callable[[], AbstractContextManager[Path]] | None = field(default=None, repr=False)

    @step
    def run(
        self,
        arguments: str | Sequence[str],
        *,
        subject: str,
        title: str = "",
        limit: float = 3600.0,
    ) -> Generator[str, None, Passed]:
        """Run a command, for at most `limit` seconds, unless it has passed for this subject before.

        `subject` is the digest of what is tested. A text is split into arguments as a shell would
        do it, and is given to no shell. Raises `Failed` where the command does not end with 0.
        """
        parts = split(arguments)
        command = self.mask(shlex.join(parts))
        passed = self.find_passed(command, subject)
        if passed:
            return passed
        self.check_program(parts[0])
        yield f"{title}: {command}" if title else f"run {command}"
        passed = self.execute(parts, limit)
        self.runner.journal.append(
            "passed", command=command, subject=subject, seconds=passed.seconds, tail=passed.tail
        )
        return passed

    def execute(self, parts: list[str], limit: float) -> Passed:
        """Run a command to its end; raises `Failed` where that is not 0."""
        command = self.mask(shlex.join(parts))
        with self.place() if self.place else nullcontext(self.cwd) as folder:
            began, tail = time.monotonic(), Tail(self.mask)
            status = replace(self, cwd=folder).carry_out(parts, tail, began + limit)
        seconds = round(time.monotonic() - began, 3)
        if status != 0:
            raise Failed(describe_failure(command, status, seconds, limit, tail.text))
        return Passed(command, seconds, tail.text)

    @property
    def mask(self) -> Callable[[str], str]:
        """Makes secrets unreadable, as the journal does."""
        return self.runner.journal.mask

    @property
    def variables(self) -> dict[str, str]:
        """The environment that the command is given."""
        return {**os.environ, **self.environment}

    def find_passed(self, command: str, subject: str) -> Passed | None:
        """What the journal says of an earlier time that the command passed for this subject."""
        event = self.runner.journal.find("passed", command=command, subject=subject)
        if event is None:
            return None
        return Passed(command, float(event.said["seconds"]), str(event.said["tail"]))

    def check_program(self, program: str) -> None:
        """Refuse a program that is not there, or a folder that is not."""
        if not self.cwd.is_dir():
            raise UsageError(f"expected a folder at {self.cwd} to run {program} in; there is none")
        named = str(self.cwd / program) if "/" in program else program
        if shutil.which(named, path=self.variables.get("PATH")) is None:
            raise UsageError(
                f"expected the command {program!r}, and there is no such program in PATH or in "
                f"{self.cwd}; install it, or name another command"
            )

    def carry_out(self, parts: list[str], tail: "Tail", deadline: float) -> int | None:
        """Run to the end and show what is written; the exit status, or None at the deadline."""
        refuse_unless_acting(f"run {self.mask(shlex.join(parts))}")
        out = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
        given = {"cwd": self.cwd, "env": self.variables, "stdin": subprocess.DEVNULL}
        with started(parts, **given, **out) as process:
            for text in outputs(process, deadline):
                tail.write(text)
            tail.flush()
            return process.poll()


class Tail:
    """Shows output line by line, masked, and keeps the last lines."""

    def __init__(self, mask: Callable[[str], str]) -> None:
        self.mask = mask
        self.waiting = ""
        self.kept: deque[str] = deque([""], maxlen=TAIL + 1)

    @property
    def text(self) -> str:
        """The last lines."""
        return "\n".join(self.kept).strip("\n")

    def write(self, text: str) -> None:
        """Show what ends a line; the rest waits, for a secret must not be cut in two.

        An empty text says that nothing more has come for a while: then the rest is shown as well.
        """
        text = self.waiting + text
        end = 1 + max(map(text.rfind, LINE_ENDS)) if text != self.waiting else len(text)
        self.waiting = text[end:]
        self.show(self.mask(text[:end]))

    def flush(self) -> None:
        """Show what has waited for the end of its line."""
        self.write("")

    def show(self, text: str) -> None:
        """Write to standard output, in a notebook the cell's; keep the last lines."""
        if text:
            sys.stdout.write(text)
            sys.stdout.flush()
            first, *others = text.replace("\r\n", "\n").split("\n")
            self.kept[-1] = (self.kept[-1] + first).rsplit("\r", 1)[-1]
            self.kept.extend(line.rsplit("\r", 1)[-1] for line in others)


def split(arguments: str | Sequence[str]) -> list[str]:
    """The command's parts; raises `UsageError` for none, and for a quote that is not closed."""
    try:
        parts = shlex.split(arguments) if isinstance(arguments, str) else list(arguments)
    except ValueError as error:
        raise UsageError(f"expected a command, found {arguments!r}: {error}") from error
    if not parts or not parts[0]:
        raise UsageError(f"expected a command, found {arguments!r}")
    return parts


def outputs(process: "subprocess.Popen[bytes]", deadline: float) -> Iterator[str]:
    """What the process writes, as it comes; an empty text where nothing came for a while."""
    assert process.stdout is not None, "it was asked for"
    descriptor = process.stdout.fileno()
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with selectors.DefaultSelector() as selector:
        selector.register(descriptor, selectors.EVENT_READ)
        while time.monotonic() < deadline:
            ready = selector.select(IDLE)
            written = os.read(descriptor, 65536) if ready else b""
            if written:
                yield decoder.decode(written)
            elif ready or process.poll() is not None:
                # Something that it left behind may keep its output open: that is not waited for.
                with suppress(subprocess.TimeoutExpired):
                    process.wait(max(0.0, deadline - time.monotonic()))
                return
            else:
                yield ""


def describe_failure(
    command: str, status: int | None, seconds: float, limit: float, tail: str
) -> str:
    """What went wrong, and the command's last lines."""
    how = f"was not done after {limit:.0f} s" if status is None else f"ended with status {status}"
    return (
        f"expected that {command} passes, it {how} ({seconds:.1f} s); see its output, mend the "
        f"cause, then run this again. Its last lines:\n{tail}"
    )
