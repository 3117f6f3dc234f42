"""The git commands of a session, which are counted, and can go wrong."""

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import git.cmd

from tests.proof.faults.points import Counted
from tests.proof.faults.told import tell

WITH_VALUE = ("-C", "-c", "--git-dir", "--work-tree")
FAILED = "echo 'fatal: unable to write new index file' >&2; exit 128"
MOMENT = 0.003
"""How long a command is under way, in seconds, when something happens to it."""


TOLD_BY = {"python": slice(1, 3), "twine": slice(1, 2), "psql": slice(-1, None)}
"""Which words of its command say what a program is asked, beside git's."""
OTHERS = (*TOLD_BY, "pg_dump", "pg_restore")


def command_of(arguments: Any) -> str:
    """The name of a command, such as `git fetch`; empty for a program that is not counted."""
    words = [str(word) for word in arguments] if isinstance(arguments, list | tuple) else []
    if words and words[0] == "env":
        words = words[next((n for n, word in enumerate(words) if word.endswith("git")), 0) :]
    name = Path(words[0]).name if words else ""
    if name in OTHERS:
        asked = " ".join(words[TOLD_BY.get(name, slice(0))])
        return f"{name} {asked.split(';')[0]}".strip()
    if name != "git":
        return ""
    rest = iter(words[1:])
    for word in rest:
        if word in WITH_VALUE:
            next(rest, "")
        elif not word.startswith("-"):
            return f"git {word}"
    return "git"


def instead(arguments: Any, kind: str) -> Any:
    """What is run in place of a command that strikes the session when it is over, or is struck."""
    scripts = {
        "failed": FAILED,
        "failed after": '"$@"; exit 128',
        "killed after": '"$@"; kill -9 $PPID; sleep 9',
    }
    return ["sh", "-c", scripts[kind], "sh", *arguments] if kind in scripts else arguments


def count_programs(session: int, counted: Counted, told: Path) -> None:
    """Let this process's git commands be counted from now on, and struck as it is told."""
    whole = subprocess.Popen

    class Program(whole):  # type: ignore[misc, valid-type]
        """A process that may be struck."""

        def __init__(self, arguments: Any, *others: Any, **options: Any) -> None:
            what = command_of(arguments)
            kind = note(what) if what else ""
            if kind == "killed before":
                os.kill(os.getpid(), signal.SIGKILL)
            super().__init__(instead(arguments, kind), *others, **options)
            if kind in ("killed during", "ended"):
                time.sleep(MOMENT)
                os.kill(os.getpid() if kind == "killed during" else self.pid, signal.SIGKILL)

    def note(what: str) -> str:
        seen = counted.count(session, what)
        tell(told, **seen)
        return str(seen["struck"])

    subprocess.Popen = Program  # type: ignore[misc]
    git.cmd.safer_popen = Program
