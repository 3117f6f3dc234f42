"""Where a session works: which profile, what this run's parameters change of it, which folder."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.errors import UsageError
from runbook_lib.profile import SANDBOX, Profile, load_profile
from runbook_lib.rehearsal import Rehearsal, open_rehearsal
from runbook_lib.session import Home, data_folder

REPOSITORY_PARAMETERS = ("source", "last_release", "version_file", "version_pattern")
"""Parameters of a runbook that say what the profile's repository section can say too."""


@dataclass(frozen=True)
class Setting:
    """A profile by its name, the folder of its runs, and the world where it is a sandbox's."""

    name: str
    profile: Profile
    home: Home
    rehearsal: Rehearsal | None


def open_setting(parameters: Mapping[str, Any]) -> Setting:
    """The profile that the parameters ask for, with what they override, and where its runs are."""
    name = str(parameters.get("profile") or SANDBOX)
    repository = str(parameters.get("repository") or "")
    if name == SANDBOX:
        rehearsal = open_rehearsal(data_folder() / "sandbox", repository)
        home = Home(rehearsal.running.folder)
        return Setting(name, overridden(rehearsal.profile, parameters), home, rehearsal)
    if repository:
        raise UsageError(
            f"expected no repository beside the profile {name!r}, which names its own; found "
            f"{repository!r}: leave one of them out (alone, a repository is rehearsed)"
        )
    profile = overridden(load_profile(name), parameters)
    return Setting(name, profile, Home(data_folder() / "profiles" / name), None)


def overridden(profile: Profile, parameters: Mapping[str, Any]) -> Profile:
    """The profile with what this run's parameters say instead."""
    given = {name: parameters[name] for name in REPOSITORY_PARAMETERS if parameters.get(name)}
    repository = profile.repository.model_copy(update=given)
    command = shlex.split(str(parameters.get("test_command") or ""))
    test = profile.test.model_copy(update={"command": tuple(command)} if command else {})
    return profile.model_copy(update={"repository": repository, "test": test})
