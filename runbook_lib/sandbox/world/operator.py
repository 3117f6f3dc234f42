"""Who works in a sandbox, and what it is called there."""

from dataclasses import dataclass

ORIGIN = "https://sandbox.example/"
"""What the sandbox is called in a clone's configuration: its port changes, its name does not."""


@dataclass(frozen=True)
class Person:
    """Who commits in the sandbox."""

    name: str
    email: str


OPERATOR = Person("Olive Operator", "operator@sandbox.example")
