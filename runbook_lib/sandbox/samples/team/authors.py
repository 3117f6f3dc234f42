"""Who commits in the team's repositories, and when."""

from datetime import datetime

from runbook_lib.sandbox.samples.team.week import ZONE

WILLOW = "Willow Wader <willow@sandbox.example>"
EDITH = "Edith Egret <edith@sandbox.example>"
MATTEO = "Matteo Murre <matteo@sandbox.example>"
OLIVE = "Olive Operator <operator@sandbox.example>"


def at(month: int, day: int, hour: int = 10, minute: int = 0) -> datetime:
    """A moment of 2026 in the team's own time."""
    return datetime(2026, month, day, hour, minute, tzinfo=ZONE)
