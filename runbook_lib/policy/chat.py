"""What a chat room shows: its topic, and messages that it is told once."""

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


@dataclass(frozen=True)
class Topic(Shown):
    """A room's topic as people read it; `link` is where the room is."""

    text: str
    link: str = ""

    def __str__(self) -> str:
        return self.text or "no topic"
