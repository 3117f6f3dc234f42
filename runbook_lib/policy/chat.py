"""What a chat room shows: its topic, and messages that it is told once."""

from datetime import datetime

from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown


@frozen
class Announcement(Shown):
    """A message of ours, without its handle: when it was sent, and where people find it."""

    text: str
    at: datetime
    link: str

    def __str__(self) -> str:
        return self.text


@frozen
class Topic(Shown):
    """A room's topic as people read it; `link` is where the room is."""

    text: str
    link: str = ""

    def __str__(self) -> str:
        return self.text or "no topic"
