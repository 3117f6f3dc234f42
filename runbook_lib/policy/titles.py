"""What steps are called where people read of them."""

from collections.abc import Mapping


def words(name: str) -> str:
    """A function's name as it is read aloud."""
    return name.replace("_", " ")


def step_title(step: str, arguments: Mapping[str, object]) -> str:
    """A step's name in words; where it asks for a gate, with the gate: a run has several."""
    return f"{words(step)} {arguments.get('gate') or ''}".rstrip()
