"""The kinds of profiles: each procedure reads its own tables, and those that all have."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from runbook_lib.profile.team import Team

PROCEDURES = {"runbook_lib.release.settings": "Profile", "runbook_lib.push.settings": "PushProfile"}
"""Where the kinds are; they are imported when a profile is read."""
NEAR = 0.75
"""How like a known table's another name is that is taken for a slip (see `difflib`)."""

Kind = TypeVar("Kind", bound=Team)


@cache
def kinds() -> tuple[type[Team], ...]:
    """All kinds of profiles."""
    return tuple(getattr(import_module(room), name) for room, name in PROCEDURES.items())


def is_meant(kind: type[Team], table: Mapping[str, Any]) -> bool:
    """Whether a profile is of a kind, too: whatever is wrong with it then is told at once.

    Tables of the kind may also be there for a runbook of one's own.
    """
    return kind.told_by in table


def with_project(table: Mapping[str, Any]) -> dict[str, Any]:
    """A profile, its project called as its repository on GitHub where it doesn't say."""
    place = table.get("github")
    name = place.get("repository") if isinstance(place, Mapping) else None
    return {**({"project": name.rpartition("/")[2]} if isinstance(name, str) else {}), **table}


def known_tables() -> set[str]:
    """What a profile may say, whatever its kind."""
    return {key for kind in kinds() for key in kind.model_fields} - {"tables"}


def fitted(kind: type[Team], table: Mapping[str, Any]) -> dict[str, Any]:
    """What a kind is to read of a profile: its own keys, and what nobody knows.

    Tables that it does not read go into `tables`. What no service can be about (a plain value), or
    is called nearly as a known table is, stays: the kind refuses it.
    """
    read, known = set(kind.model_fields) - {"tables"}, known_tables()
    own = {
        key: value
        for key, value in table.items()
        if key in read or (key not in known and is_slip(key, value, known))
    }
    others = known if kind is not Team else set()
    tables = {
        key: value
        for key, value in table.items()
        if key not in own and key not in others and isinstance(value, dict)
    }
    return {**own, "tables": tables}


def is_slip(key: str, value: object, known: set[str]) -> bool:
    """Whether what stands under an unknown key can't be meant as a table of one's own."""
    return not isinstance(value, dict) or bool(get_close_matches(key, known, n=1, cutoff=NEAR))


def read_as(readings: tuple[Team, ...], kind: type[Kind]) -> Kind | None:
    """A profile as one procedure reads it; None where it has none of its tables."""
    return next((one for one in readings if type(one) is kind), None)
