"""Who works in a sandbox, and what it is called there."""

from runbook_lib.frozen import frozen

ORIGIN = "https://sandbox.example/"
"""What the sandbox is called in a clone's configuration: its port changes, its name does not."""


@frozen
class Person:
    """Who commits in the sandbox."""

    name: str
    email: str


OPERATOR = Person("Olive Operator", "operator@sandbox.example")
