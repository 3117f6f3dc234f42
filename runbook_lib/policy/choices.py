"""What a runbook's parameters may be, and what they would come to."""

from collections.abc import Mapping

from runbook_lib.frozen import frozen


@frozen
class Choices:
    """What a parameter may be; where it is `closed`, nothing else (empty is its default)."""

    values: tuple[str, ...]
    closed: bool = True


@frozen
class Looked:
    """What a procedure has found: what a parameter may be, and lines of what is so now."""

    choices: Mapping[str, Choices]
    told: tuple[str, ...] = ()
    problem: str = ""
