"""Release procedures as executable runbooks: each step looks, announces, acts and looks again."""

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runbook_lib.push.run import open_push
    from runbook_lib.release.decision import decide_release
    from runbook_lib.release.run import open_run

if "ipykernel" in sys.modules:
    # A kernel looks into the folder that it works in before it looks at what is installed: there,
    # a stranger's project would have its own tenacity.py imported.
    sys.path[:] = [place for place in sys.path if place]

__all__ = ["decide_release", "open_push", "open_run"]

HOMES = {
    "decide_release": "runbook_lib.release.decision",
    "open_push": "runbook_lib.push.run",
    "open_run": "runbook_lib.release.run",
}


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for: the sandbox and the command line start without."""
    if name not in HOMES:
        raise AttributeError(f"runbook_lib has no {name!r}; it has {', '.join(__all__)}")
    try:
        return getattr(import_module(HOMES[name]), name)
    except ImportError as error:
        if "git executable" not in str(error):
            raise
        from runbook_lib.errors import UsageError

        raise UsageError("expected git on this machine, found none in PATH: install it") from None
