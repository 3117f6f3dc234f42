"""Profiles: the repositories and services of a team, from `runbook.toml`, as typed settings.

The file is the one that `RUNBOOK_CONFIG` names, else the nearest `runbook.toml` in the working
directory or above it, else the one in the user's configuration folder. No secret stands in it
(see `credentials`).
"""

import os
from pathlib import Path
from typing import Annotated, Any, get_args

import platformdirs
from pydantic import Discriminator, Tag, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from runbook_lib.errors import UsageError
from runbook_lib.profile.release import Profile
from runbook_lib.profile.team import Team
from runbook_lib.secrets.credentials import Masking

SANDBOX = "sandbox"
"""The profile that is built in, and the default."""


def kind_of(table: Any) -> str:
    """What a profile is read as: a team's that only pushes, or one whose project is released."""
    named = table if isinstance(table, dict) else vars(table)
    return "push" if named.get("push") and not RELEASE.intersection(named) else "release"


RELEASE = {"repository", "bugzilla", "stage"}
"""The tables that a release cannot do without, and a push has no use for."""
KINDS: dict[str, type[Team]] = {"push": Team, "release": Profile}
Place = tuple[int | str, ...]
AnyProfile = Annotated[
    Annotated[Team, Tag("push")] | Annotated[Profile, Tag("release")], Discriminator(kind_of)
]


class Configuration(BaseSettings):
    """The whole of a `runbook.toml`."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, env_prefix="RUNBOOK_SETTING_")

    profiles: dict[str, AnyProfile] = {}

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read the file that was found, and let environment variables win over it."""
        path = find_configuration()
        file = (TomlConfigSettingsSource(settings_cls, path),) if path else ()
        return (init_settings, env_settings, *file)


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


def load_profile(name: str) -> Team:
    """The profile of that name.

    Raises `UsageError` with every unknown or missing key, or the names of the profiles there are.
    """
    profiles = read_configuration().profiles
    if name not in profiles:
        known = ", ".join([SANDBOX, *sorted(profiles)])
        raise UsageError(
            f"expected one of the profiles {known}; found {name!r}; "
            f"name another, or add [profiles.{name}] to {find_configuration() or 'a runbook.toml'}"
        )
    return profiles[name]


def read_configuration() -> Configuration:
    """The configuration that counts here, checked as a whole."""
    path = find_configuration()
    try:
        return Configuration()
    except ValidationError as error:
        problems = "\n".join(f"  {explain(problem)}" for problem in error.errors())
        raise UsageError(f"{path} is not what was expected:\n{problems}") from None
    except ValueError as error:
        raise UsageError(f"expected TOML in {path}, found: {error}") from None


def explain(problem: ErrorDetails) -> str:
    """One problem of the file: where it is, what was found there, what was expected."""
    place = ".".join(str(part) for part in without_kind(problem["loc"]))
    if problem["type"] == "extra_forbidden":
        known = ", ".join(known_keys(problem["loc"])) or "none"
        return f"{place}: an unknown key; known here: {known}"
    if problem["type"] == "missing":
        return f"{place}: expected a value, found none{other_kind(problem)}"
    return f"{place}: {problem['msg']}; found {Masking()(repr(problem['input']))}"


def other_kind(problem: ErrorDetails) -> str:
    """What to say of a table that only a release needs, where the profile has none of them."""
    place, table = problem["loc"], problem["input"]
    of_release = len(place) == 4 and place[2] == "release" and place[3] not in Team.model_fields
    if of_release and not RELEASE.intersection(table):
        return f" (for a release; a push duty has [{'.'.join(map(str, place[:2]))}.push])"
    return ""


def without_kind(place: Place) -> Place:
    """A place of the file without what pydantic read a profile as, which stands behind its name."""
    return place[:2] + place[3:] if place[2:3] and place[2] in KINDS else place


def known_keys(place: Place) -> list[str]:
    """The keys that the table at a place may have; `place` as pydantic has it."""
    model: Any = Configuration
    for part in place[:-1]:
        model = model_below(model, part)
    return sorted(getattr(model, "model_fields", {}))


def model_below(model: Any, part: int | str) -> Any:
    """What a part of a table, a list or a profile is read as."""
    if part in KINDS and not hasattr(model, "model_fields"):
        return KINDS[str(part)]
    fields = getattr(model, "model_fields", {})
    return bare(fields[part].annotation if part in fields else model)


def bare(annotation: Any) -> Any:
    """The type inside an optional one, a dictionary or a tuple."""
    inner = [kind for kind in get_args(annotation) if kind not in (type(None), ..., str)]
    return bare(inner[0]) if len(inner) == 1 else annotation
