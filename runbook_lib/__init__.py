"""Release procedures as executable runbooks: each step looks, announces, acts and looks again."""

from runbook_lib.release import decide_release
from runbook_lib.run import open_run

__all__ = ["decide_release", "open_run"]
