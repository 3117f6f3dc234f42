"""What is rehearsed and lies elsewhere: a copy is kept, and brought up to date each time."""

import hashlib
from pathlib import Path

from runbook_lib.display.step_display import choose_display
from runbook_lib.sandbox.world.mirror import without_password
from runbook_lib.services.git.address import clone_address
from runbook_lib.services.git.clones.mirror import bring_up_to_date
from runbook_lib.services.git.git import Git
from runbook_lib.steps.phase import Phase, looking
from runbook_lib.steps.report import Line, Report

ORIGINALS = "originals"
"""The folder of the copies, beside the worlds."""


class Shown:
    """A line that is shown as soon as there is something to be said on it."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.line: Line | None = None

    def progress(self, text: str, fraction: float | None = None) -> None:
        """Show how far it is."""
        self.line = self.line or choose_display().start(self.title)
        self.line.progress(text, fraction)

    def finish(self, report: Report) -> None:
        """Show what it came to, where it was shown at all."""
        if self.line is not None:
            self.line.finish(report)


def keep_original(worlds: Path, address: str) -> Path:
    """The copy of a repository that lies elsewhere, as that is now; what came before stays."""
    name = hashlib.sha256(address.encode()).hexdigest()[:16]
    git = Git(worlds / ORIGINALS / f"{name}.git", whose="the run's")
    line = Shown(f"copy {without_password(address)}")
    with looking(Phase("rehearse", line=line)):
        bring_up_to_date(git, clone_address(address))
    line.finish(Report("rehearse", "done", detail=f"copied {without_password(address)}"))
    return git.folder
