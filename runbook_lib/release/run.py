"""Opens a run of the release runbook."""

from typing import Any

from runbook_lib.release.services import ReleaseServices
from runbook_lib.release.setting import open_setting
from runbook_lib.run.opening import open_session
from runbook_lib.run.run import Run


class ReleaseRun(ReleaseServices, Run):
    """One session of a release, with its services."""


def open_release(runbook: str, *, parameters: dict[str, Any], of: str = "") -> ReleaseRun:
    """Open a session of a release; `parameters` is the notebook's namespace (`open_session`).

    `of` names the runbook whose runs it works on, where that is not its own.
    """
    run = open_session(ReleaseRun, runbook, parameters, open_setting)
    run.of = of
    return run
