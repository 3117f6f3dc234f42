"""Opens a run of one of the push duty's runbooks."""

from functools import partial
from typing import Any

from runbook_lib.push.cherry_pick import Picking
from runbook_lib.push.closing import Closing
from runbook_lib.push.deployment import Deployments
from runbook_lib.push.help_wanted import HelpWanted
from runbook_lib.push.live import Live
from runbook_lib.push.locales import Locales
from runbook_lib.push.overview import Overview
from runbook_lib.push.preflight import Preflight
from runbook_lib.push.setting import open_setting
from runbook_lib.push.unmerged import Unmerged
from runbook_lib.push.updates import Updating
from runbook_lib.run.opening import open_session

DONE = {
    "extract_locales": "tagged",
    "cherry_pick": "tagged",
    "live_push": "tagged",
    "close_push": "pushed",
}
"""How far the sandbox's colleagues have come with the week before a runbook begins there."""


class PushRun(
    Preflight,
    Picking,
    Locales,
    Live,
    Closing,
    Overview,
    HelpWanted,
    Unmerged,
    Updating,
    Deployments,
):
    """One session of push duty, with all that its runbooks ask for."""


def open_push(runbook: str, *, parameters: dict[str, Any]) -> PushRun:
    """Open a session of a push duty's runbook; `parameters` is the notebook's namespace.

    Raises what `open_session` raises.
    """
    opened = partial(open_setting, done=DONE.get(runbook, ""))
    return open_session(PushRun, runbook, parameters, opened)
