"""What is asked of a fork server: a command of Python's, as it is given to a new process."""

import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

SAME = ("PYTHON", "LC_", "LANG", "LD_", "TZ", "MALLOC", "USER")
"""An interpreter, or a module that is imported, looks at these once."""
MORE = ("PYTHONPATH", "PYTHONSAFEPATH")
LIMIT = 200_000
"""How many bytes a command with its environment may have; one message holds them."""


@dataclass(frozen=True)
class Command:
    """A Python command that can be carried out in a process that is there already."""

    kind: str
    name: str
    arguments: tuple[str, ...]
    safe_path: bool
    folder: str
    environment: dict[str, str]
    new_session: bool
    group: int
    mask: int

    @classmethod
    def read(cls, words: Sequence[str], environment: dict[str, str], **more: Any) -> Self | None:
        """The command of a process's arguments; None where it has an option that isn't known."""
        rest = words[2:] if words[1:2] == ["-P"] else words[1:]
        if len(rest) < 2 or rest[0] not in ("-c", "-m"):
            return None
        safe = len(rest) < len(words) - 1 or "PYTHONSAFEPATH" in environment
        return cls(*rest[:2], tuple(rest[2:]), safe, environment=environment, **more)

    @property
    def first_path(self) -> str:
        """Where a new process would look for modules first."""
        return self.folder if self.kind == "-m" else ""

    @property
    def path(self) -> list[str]:
        """Where it would look before it looks where every process does."""
        told = self.environment.get("PYTHONPATH", "")
        first = [] if self.safe_path else [self.first_path]
        return first + [str(Path(self.folder, one)) for one in told.split(os.pathsep) if told]


def settings_of(environment: Mapping[str, str]) -> dict[str, str]:
    """What an interpreter looks at once, when it starts."""
    found = {name: environment[name] for name in environment if name.startswith(SAME)}
    return {name: text for name, text in found.items() if name not in MORE}


def is_python(program: object) -> bool:
    """Whether a program is the interpreter that runs here."""
    return program in (sys.executable, os.fsencode(sys.executable))
