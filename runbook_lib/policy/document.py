"""A push's notes as they were read from where the team keeps them."""

from dataclasses import field

from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown


@frozen
class Document(Shown):
    """A text, the `version` that a write of it would replace, and where people open it."""

    text: str = field(repr=False)
    version: str
    link: str

    def __str__(self) -> str:
        return f"notes at {self.link}"
