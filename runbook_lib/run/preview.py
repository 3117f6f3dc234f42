"""Looks at what a run would work with, without opening one: nothing is shown, kept or changed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runbook_lib.errors import RunbookError
from runbook_lib.journal.journal import Journal
from runbook_lib.policy.choices import Choices, Looked
from runbook_lib.run.joined_run import JoinedRun
from runbook_lib.run.services import RunServices
from runbook_lib.run.setting import Setting
from runbook_lib.steps.patience import Patience
from runbook_lib.steps.report import Report
from runbook_lib.steps.runner import Runner

ONCE = Patience(attempts=1)


class Preview(JoinedRun):
    """What a session would work with, without being one: no journal of the run's, and no lock."""

    def __init__(
        self, runbook: str, given: dict[str, Any], setting: Setting, runner: Runner
    ) -> None:
        RunServices.__init__(self, setting)
        self.runbook, self.parameters = runbook, given
        self.runner, self.journal = runner, runner.journal


def looked(choices: dict[str, Choices], told: Iterator[str]) -> Looked:
    """What may be chosen, and what it would come to as far as that can be told."""
    try:
        return Looked(choices, tuple(told))
    except RunbookError as error:
        return Looked(choices, problem=str(error))


class Silent:
    """Shows nothing: whoever looks says what was found."""

    def start(self, title: str) -> "Silent":  # noqa: ARG002
        """Begin nothing."""
        return self

    def progress(self, text: str, fraction: float | None = None) -> None:
        """Say nothing."""

    def finish(self, report: Report) -> None:
        """Say nothing."""


def quiet_runner(folder: Path, session: str) -> Runner:
    """Who carries out checks, once each, and changes nothing; its journal is in `folder`."""
    journal = Journal(folder / "journal.jsonl", session=session, operator=session)
    return Runner(journal, Silent(), plan=True, patience=ONCE)
