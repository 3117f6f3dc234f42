"""`runbook` as a person or a timer starts it: commands in a folder, each a process."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.record.conftest import RUNBOOK

WITHIN = 300.0


@dataclass(frozen=True)
class Commands:
    """Commands in a folder; who derives from it says in which `environment`."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        raise NotImplementedError

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", RUNBOOK, *arguments],
            env=self.environment,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def ends(self, status: int, *arguments: str) -> str:
        """What a command says that ends so."""
        process = self.start(*arguments)
        said, _ = process.communicate(timeout=WITHIN)
        assert process.returncode == status, said
        return said
