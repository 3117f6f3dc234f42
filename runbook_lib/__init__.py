"""Release procedures as executable runbooks: each step looks, announces, acts and looks again."""

import sys
from typing import TYPE_CHECKING, Any

from runbook_lib.lazy import lazily

if TYPE_CHECKING:
    from runbook_lib.display.plot import Plot
    from runbook_lib.display.table import Table
    from runbook_lib.errors import (
        AccessDenied,
        Conflict,
        Failed,
        Held,
        NotHeld,
        Outcome,
        Refused,
        RunbookError,
        Unavailable,
        UsageError,
        Waiting,
    )
    from runbook_lib.policy.visible import Shown
    from runbook_lib.profile.own import Settings
    from runbook_lib.profile.section import Address
    from runbook_lib.push.run import open_push
    from runbook_lib.release.abandon import check_taken_back, find_unfinished_release
    from runbook_lib.release.decision import decide_release
    from runbook_lib.release.run import open_release
    from runbook_lib.run.own_run import OwnRun, open_run
    from runbook_lib.run.service import Service
    from runbook_lib.services.api import Api, Key
    from runbook_lib.services.bugzilla.service import Bugzilla
    from runbook_lib.services.command import Made, Passed
    from runbook_lib.services.git import Mirror, Repository
    from runbook_lib.services.github import GitHub
    from runbook_lib.services.grafana.service import Grafana
    from runbook_lib.services.matrix.service import Matrix
    from runbook_lib.services.sentry.service import Sentry
    from runbook_lib.services.slack.service import Slack
    from runbook_lib.services.web import Web
    from runbook_lib.steps.by_hand import DoneByHand
    from runbook_lib.steps.step import check, look, step, waivable_as
    from runbook_lib.steps.wait import NotYet, wait

if "ipykernel" in sys.modules:
    # A kernel looks into the folder that it works in before it looks at what is installed: there,
    # a stranger's project would have its own tenacity.py imported.
    sys.path[:] = [place for place in sys.path if place]
    # What the notebook itself imports from its own folder is found all the same.
    from runbook_lib.notebook.beside import look_beside

    look_beside()

HOMES = {
    "AccessDenied": "runbook_lib.errors",
    "Address": "runbook_lib.profile.section",
    "Api": "runbook_lib.services.api",
    "Bugzilla": "runbook_lib.services.bugzilla.service",
    "Conflict": "runbook_lib.errors",
    "DoneByHand": "runbook_lib.steps.by_hand",
    "Failed": "runbook_lib.errors",
    "GitHub": "runbook_lib.services.github",
    "Grafana": "runbook_lib.services.grafana.service",
    "Held": "runbook_lib.errors",
    "Key": "runbook_lib.services.api",
    "Made": "runbook_lib.services.command",
    "Matrix": "runbook_lib.services.matrix.service",
    "Mirror": "runbook_lib.services.git",
    "NotHeld": "runbook_lib.errors",
    "NotYet": "runbook_lib.steps.wait",
    "Outcome": "runbook_lib.errors",
    "OwnRun": "runbook_lib.run.own_run",
    "Passed": "runbook_lib.services.command",
    "Plot": "runbook_lib.display.plot",
    "Refused": "runbook_lib.errors",
    "Repository": "runbook_lib.services.git",
    "RunbookError": "runbook_lib.errors",
    "Sentry": "runbook_lib.services.sentry.service",
    "Service": "runbook_lib.run.service",
    "Settings": "runbook_lib.profile.own",
    "Shown": "runbook_lib.policy.visible",
    "Slack": "runbook_lib.services.slack.service",
    "Table": "runbook_lib.display.table",
    "Unavailable": "runbook_lib.errors",
    "UsageError": "runbook_lib.errors",
    "Waiting": "runbook_lib.errors",
    "Web": "runbook_lib.services.web",
    "check": "runbook_lib.steps.step",
    "check_taken_back": "runbook_lib.release.abandon",
    "decide_release": "runbook_lib.release.decision",
    "find_unfinished_release": "runbook_lib.release.abandon",
    "look": "runbook_lib.steps.step",
    "open_push": "runbook_lib.push.run",
    "open_release": "runbook_lib.release.run",
    "open_run": "runbook_lib.run.own_run",
    "step": "runbook_lib.steps.step",
    "wait": "runbook_lib.steps.wait",
    "waivable_as": "runbook_lib.steps.step",
}
"""The public names, each with the module that has it."""

__all__ = [
    "AccessDenied",
    "Address",
    "Api",
    "Bugzilla",
    "Conflict",
    "DoneByHand",
    "Failed",
    "GitHub",
    "Grafana",
    "Held",
    "Key",
    "Made",
    "Matrix",
    "Mirror",
    "NotHeld",
    "NotYet",
    "Outcome",
    "OwnRun",
    "Passed",
    "Plot",
    "Refused",
    "Repository",
    "RunbookError",
    "Sentry",
    "Service",
    "Settings",
    "Shown",
    "Slack",
    "Table",
    "Unavailable",
    "UsageError",
    "Waiting",
    "Web",
    "check",
    "check_taken_back",
    "decide_release",
    "find_unfinished_release",
    "look",
    "open_push",
    "open_release",
    "open_run",
    "step",
    "wait",
    "waivable_as",
]


find = lazily(__name__, HOMES)


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: the sandbox and the command line start without."""
    try:
        return find(name)
    except ImportError as error:
        if "git executable" not in str(error):
            raise
        from runbook_lib.errors import UsageError

        raise UsageError("expected git on this machine, found none in PATH: install it") from None
