"""What a runbook's parameters may be, and what they would come to."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Choices:
    """What a parameter may be; where it is `closed`, nothing else (empty is its default)."""

    values: tuple[str, ...]
    closed: bool = True


@dataclass(frozen=True)
class Looked:
    """What a procedure has found: what a parameter may be, and lines of what is so now."""

    choices: Mapping[str, Choices]
    told: tuple[str, ...] = ()
    problem: str = ""
