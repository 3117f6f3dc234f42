"""Profiles: the repositories and services of a team, from `runbook.toml`, as typed settings.

The file is the one that `RUNBOOK_CONFIG` names, else the nearest `runbook.toml` in the working
directory or above it, else the one in the user's configuration folder. No secret stands in it
(see `credentials`).
"""

import os
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, get_args

import platformdirs
from pydantic import BaseModel, ConfigDict, ValidationError

from runbook_lib.errors import UsageError
from runbook_lib.profile.kinds import (
    Kind,
    fitted,
    is_meant,
    kinds,
    known_tables,
    read_as,
    with_project,
)
from runbook_lib.profile.tables import read_tables
from runbook_lib.profile.team import Team
from runbook_lib.secrets.masking import Masking, environment_secrets
from runbook_lib.secrets.tokens import hide_tokens

SANDBOX = "sandbox"
"""The profile that is built in, and the default."""


Place = tuple[int | str, ...]
Readings = tuple[Team, ...]
"""One profile, as each procedure reads it that it has the tables of; last, as any runbook does."""


class Configuration(BaseModel):
    """The whole of a `runbook.toml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    profiles: dict[str, dict[str, Any]] = {}
    runbooks: tuple[str, ...] = ()
    """Folders with runbooks of one's own, besides `runbooks/`; from the file's own folder on."""


def find_configuration() -> Path | None:
    """The `runbook.toml` that counts here, or None where there is none.

    Raises `UsageError` where `RUNBOOK_CONFIG` names a file that is not there.
    """
    named = os.environ.get("RUNBOOK_CONFIG")
    if named:
        if not Path(named).is_file():
            raise UsageError(
                f"expected a file where RUNBOOK_CONFIG says, found none at {named}; "
                "correct or unset it"
            )
        return Path(named)
    here = Path.cwd()
    candidates = [folder / "runbook.toml" for folder in (here, *here.parents)]
    candidates.append(platformdirs.user_config_path("runbook") / "runbook.toml")
    return next((path for path in candidates if path.is_file()), None)


def runbook_folders(*more: Path) -> tuple[Path, ...]:
    """Where runbooks of one's own are: `runbooks/` here and by the file, what it names, and more.

    Raises `UsageError` for one that is named, and is not there.
    """
    file = find_configuration()
    beside = file.resolve().parent if file else Path()
    named = [beside / Path(name).expanduser() for name in read_file().runbooks]
    for folder in (*named, *more):
        if not folder.is_dir():
            raise UsageError(f"expected a folder with runbooks at {folder}, found none")
    return (Path("runbooks"), beside / "runbooks", *named, *more)


def load_profile(name: str) -> Readings:
    """The profile of that name, as each procedure reads it.

    Raises `UsageError` with every unknown or missing key, or the names of the profiles there are.
    """
    profiles = read_configuration()
    if name not in profiles:
        known = sorted({SANDBOX, *profiles})
        near = get_close_matches(name, known, n=1)
        raise UsageError(
            f"expected one of the profiles {', '.join(known)}; found {name!r}; "
            f"{f'did you mean {near[0]}? ' if near else ''}"
            f"name another, or add [profiles.{name}] to {find_configuration() or 'a runbook.toml'}"
        )
    return profiles[name]


def load_as(name: str, kind: type[Kind]) -> Kind | None:
    """The profile of that name as one procedure reads it; None where it has none of its tables.

    Raises `UsageError` as `load_profile` does, also where it has the `least` that the kind needs.
    """
    found, table = read_as(load_profile(name), kind), read_file().profiles[name]
    if found is not None or kind.least not in table:
        return found
    problems: dict[str, None] = {}
    found = read_kind(name, kind, with_project(table), problems)
    refuse(problems)
    return found


def read_configuration() -> dict[str, Readings]:
    """The profiles by their names, checked as a whole."""
    problems: dict[str, None] = {}
    tables = read_file().profiles
    read = {name: read_table(name, table, problems) for name, table in tables.items()}
    refuse(problems)
    return read


def read_sandbox(kind: type[Kind]) -> Kind | None:
    """What the file says of the sandbox, as that kind; None where it says nothing, or is not there.

    Whatever is wrong with the other profiles is no matter there.
    """
    named = os.environ.get("RUNBOOK_CONFIG")
    if named and not Path(named).is_file():
        return None
    table = read_file().profiles.get(SANDBOX)
    if table is None:
        return None
    problems: dict[str, None] = {}
    found = read_kind(SANDBOX, kind, {"project": SANDBOX, **table}, problems)
    refuse(problems)
    return found


def read_file() -> Configuration:
    """The file that counts here, its profiles as they stand in it; an empty one without any."""
    tables = read_tables(find_configuration(), Configuration.model_fields)
    try:
        return Configuration(**tables)
    except ValidationError as error:
        refuse(dict.fromkeys(explain(one, Configuration) for one in error.errors()))
        raise


def refuse(problems: Iterable[str]) -> None:
    """Raise `UsageError` with the problems of the file, if there are any."""
    lines = "\n".join(f"  {problem}" for problem in problems)
    if lines:
        raise UsageError(f"{find_configuration()} is not what was expected:\n{lines}")


def read_table(name: str, table: dict[str, Any], problems: dict[str, None]) -> Readings:
    """A profile as each procedure reads it; what is wrong with it is added to the problems."""
    meant: list[type[Team]] = [kind for kind in kinds() if is_meant(kind, table)]
    if name == SANDBOX:
        meant, table = [], {"project": SANDBOX, **table}
    everyone: list[type[Team]] = [*meant, Team]
    readings = [read_kind(name, kind, with_project(table), problems) for kind in everyone]
    return tuple(one for one in readings if one is not None)


def read_kind(
    name: str, kind: type[Kind], table: dict[str, Any], problems: dict[str, None]
) -> Kind | None:
    """A profile as one procedure reads it; None, and what is wrong among the problems."""
    try:
        return kind.model_validate(fitted(kind, table))
    except ValidationError as error:
        for one in error.errors():
            problem = {**one, "loc": ("profiles", name, *one["loc"])}
            problems[explain(problem, kind)] = None
    return None


def explain(problem: Mapping[str, Any], model: type[BaseModel]) -> str:
    """One problem of the file: where it is, what was found there, what was expected."""
    loc = problem["loc"]
    place = ".".join(map(str, loc))
    if problem["type"] == "extra_forbidden":
        known = ", ".join(known_keys(loc, model)) or "none"
        return f"{place}: an unknown key; known here: {known}"
    if problem["type"] == "missing":
        return f"{place}: expected a value, found none"
    return f"{place}: {problem['msg']}; found {shown(problem['input'])}"


def shown(found: object) -> str:
    """What was found in the file, without what is a secret here, or looks like one."""
    return hide_tokens(Masking(environment_secrets(os.environ))(repr(found)))


def known_keys(place: Place, model: type[BaseModel]) -> list[str]:
    """The keys that the table at a place may have, in a file or in a profile of some kind."""
    if len(place) == 3:
        return sorted(known_tables())
    found: Any = model
    for part in place[2:-1]:
        found = model_below(found, part)
    return sorted(getattr(found, "model_fields", {}))


def model_below(model: Any, part: int | str) -> Any:
    """What a part of a table or a list is read as."""
    fields = getattr(model, "model_fields", {})
    return bare(fields[part].annotation if part in fields else model)


def bare(annotation: Any) -> Any:
    """The type inside an optional one, a dictionary or a tuple."""
    inner = [kind for kind in get_args(annotation) if kind not in (type(None), ..., str)]
    return bare(inner[0]) if len(inner) == 1 else annotation
