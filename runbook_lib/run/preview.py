"""Looks at what a run would work with, without opening one: nothing is shown, kept or changed."""

from pathlib import Path

from runbook_lib.journal.journal import Journal
from runbook_lib.steps.patience import Patience
from runbook_lib.steps.report import Report
from runbook_lib.steps.runner import Runner

ONCE = Patience(attempts=1)


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
