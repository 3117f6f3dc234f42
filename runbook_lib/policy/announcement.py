"""A message that a room is told once, known by its handle."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Announcement:
    """A message of ours, without its handle: when it was sent, and where people find it."""

    text: str
    at: datetime
    link: str

    def __str__(self) -> str:
        return self.text
