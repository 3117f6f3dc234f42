"""A message that a room is told once, known by its handle."""

from dataclasses import dataclass
from datetime import datetime

from runbook_lib.policy.visible import Shown


@dataclass(frozen=True)
class Announcement(Shown):
    """A message of ours, without its handle: when it was sent, and where people find it."""

    text: str
    at: datetime
    link: str

    def __str__(self) -> str:
        return self.text
