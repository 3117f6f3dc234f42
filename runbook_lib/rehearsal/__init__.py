"""Rehearsals: a world of the sandbox, and the profile that fits it."""

from runbook_lib.rehearsal.release import open_rehearsal
from runbook_lib.rehearsal.team import open_team
from runbook_lib.rehearsal.world import OPERATOR, ORIGIN, Rehearsal

__all__ = ["OPERATOR", "ORIGIN", "Rehearsal", "open_rehearsal", "open_team"]
