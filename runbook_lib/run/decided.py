"""What a run has decided: the first session to decide under a name counts for all later ones."""

from typing import Any, TypeVar, cast

from pydantic import PydanticSchemaGenerationError, TypeAdapter
from pydantic_core import PydanticSerializationError, ValidationError

from runbook_lib.display.output import say
from runbook_lib.errors import UsageError
from runbook_lib.journal.journal import Journal, masked
from runbook_lib.steps.attempt import Planned

Value = TypeVar("Value")


def decide(journal: Journal, name: str, value: Value, *, plan: bool) -> Value:
    """The value that a run has pinned under a name; this one, if it is the first.

    A plan pins nothing. Raises `UsageError` where no run is joined, and for a value that would not
    be kept as it is.
    """
    if journal.run is None:
        raise UsageError(
            f"expected a run that has joined its subject before {name!r} is decided, found none: "
            "give the opening a subject, or call run.join(subject) first"
        )
    if isinstance(value, Planned):
        return as_planned(journal, name, value)
    kind, kept = as_kept(journal, name, value)
    with journal.turn():
        journal.refresh()
        earlier = journal.find("decided", name=name)
        if earlier is None:
            if not plan:
                journal.append("decided", name=name, value=kept)
            return value
    found = as_was(kind, earlier.said["value"])
    if found != value:
        say(f"! The run keeps what it has decided: {name} {found} (now: {value}).")
    return found


def as_planned(journal: Journal, name: str, value: Value) -> Value:
    """What was pinned, as JSON has it; what stands for the value where nothing was."""
    journal.refresh()
    earlier = journal.find("decided", name=name)
    return value if earlier is None else cast(Value, earlier.said["value"])


def as_was(kind: TypeAdapter[Value], kept: Any) -> Value:
    """What was pinned, as a value of that type; as JSON has it where it was of another."""
    try:
        return kind.validate_python(kept)
    except ValidationError:
        return cast(Value, kept)


def as_kept(journal: Journal, name: str, value: Value) -> tuple[TypeAdapter[Value], Any]:
    """How values of that type are read, and this one as the journal keeps it."""
    try:
        kind = TypeAdapter(type(value))
        kept = kind.dump_python(value, mode="json")
        if kind.validate_python(masked({"value": kept}, journal.mask)["value"]) == value:
            return kind, kept
    except (PydanticSchemaGenerationError, PydanticSerializationError, ValidationError):
        pass
    raise UsageError(
        f"expected a value for {name!r} that can be kept as it is (texts, numbers, dates, paths, "
        f"lists and dataclasses of them, and no secret), found one of {type(value).__name__}"
    )
