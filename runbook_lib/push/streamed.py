"""A command as a part of another step: shown as it runs, ended with all that it started."""

import shlex
import time
from collections.abc import Mapping, Sequence
from dataclasses import field
from pathlib import Path

from runbook_lib.errors import Failed
from runbook_lib.frozen import frozen
from runbook_lib.services.command.command import Command, Tail, describe_failure
from runbook_lib.steps.step import Runner


@frozen
class Streamed:
    """Runs commands and shows what they write; `environment` is added to this process's own."""

    runner: Runner = field(repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    def run(self, arguments: Sequence[str], folder: Path, limit: float) -> None:
        """Run a command in a folder to its end, for `limit` seconds at most.

        Raises `Failed` with its last lines where it does not end with 0, and `UsageError` where
        there is no such program.
        """
        command = Command(self.runner, folder, self.environment)
        command.check_program(arguments[0])
        tail, began = Tail(command.mask), time.monotonic()
        status = command.carry_out(list(arguments), tail, began + limit)
        if status != 0:
            shown, seconds = command.mask(shlex.join(arguments)), time.monotonic() - began
            raise Failed(describe_failure(shown, status, seconds, limit, tail.text))
