"""The kinds of profiles: each procedure reads its own tables, and those that all have."""

from functools import cache
from importlib import import_module
from typing import TypeVar

from runbook_lib.profile.team import Team

PROCEDURES = {"runbook_lib.release.settings": "Profile", "runbook_lib.push.settings": "PushProfile"}
"""Where the kinds are; they are imported when a profile is read. The first is meant by default."""

Kind = TypeVar("Kind", bound=Team)


@cache
def kinds() -> tuple[type[Team], ...]:
    """All kinds of profiles."""
    return tuple(getattr(import_module(room), name) for room, name in PROCEDURES.items())


def own_tables(kind: type[Team]) -> set[str]:
    """What a kind has, and other profiles have not."""
    return set(kind.model_fields) - set(Team.model_fields)


def needed_tables(kind: type[Team]) -> list[str]:
    """What a profile of a kind can't do without, and others have no use for."""
    own = own_tables(kind)
    return [name for name, each in kind.model_fields.items() if name in own and each.is_required()]


def read_as(readings: tuple[Team, ...], kind: type[Kind]) -> Kind | None:
    """A profile as one procedure reads it; None where it has none of its tables."""
    return next((one for one in readings if isinstance(one, kind)), None)
