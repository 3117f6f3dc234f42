"""Where a session works: which profile, what this run's parameters change of it, which folder."""

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runbook_lib.credentials import Secret, find_secret, host_of
from runbook_lib.errors import UsageError
from runbook_lib.profile import SANDBOX, Profile, load_profile
from runbook_lib.rehearsal import Rehearsal, open_rehearsal
from runbook_lib.session import Home, data_folder

SERVICES = ("github", "bugzilla")
"""The services that take a secret."""
REPOSITORY_PARAMETERS = ("source", "last_release", "version_file", "version_pattern")
"""Parameters of a runbook that say what the profile's repository section can say too."""


@dataclass(frozen=True)
class Setting:
    """A profile by its name, the folder of its runs, its secrets, and its world in a sandbox."""

    name: str
    profile: Profile
    home: Home
    secrets: Mapping[str, Secret]
    """By service."""
    rehearsal: Rehearsal | None = None


def open_setting(parameters: Mapping[str, Any]) -> Setting:
    """The profile that the parameters ask for, with what they override, and where its runs are.

    Raises `UsageError` for a profile that is not as expected, and for a secret that is missing.
    """
    name = str(parameters.get("profile") or SANDBOX)
    repository = str(parameters.get("repository") or "")
    if name == SANDBOX:
        source, command = str(parameters.get("source") or ""), test_command(parameters)
        rehearsal = open_rehearsal(data_folder() / "sandbox", repository, source)
        home = Home(rehearsal.running.folder)
        secrets = dict.fromkeys(SERVICES, Secret(rehearsal.running.token))
        profile = overridden(rehearsal.profile, parameters, command)
        return Setting(name, profile, home, secrets, rehearsal)
    if repository:
        raise UsageError(
            f"expected no repository beside the profile {name!r}, which names its own; found "
            f"{repository!r}: leave one of them out (alone, a repository is rehearsed)"
        )
    profile = read_profile(name, parameters)
    return Setting(name, profile, Home(data_folder() / "profiles" / name), find_secrets(profile))


def read_profile(name: str, parameters: Mapping[str, Any]) -> Profile:
    """A profile of runbook.toml as it stands there now, with what the parameters override."""
    return overridden(load_profile(name), parameters, test_command(parameters))


def find_secrets(profile: Profile) -> dict[str, Secret]:
    """The secrets for a profile's services; raises `UsageError` where one is found nowhere."""
    github, bugzilla = profile.github, profile.bugzilla
    places = {
        "github": (github.token_variable, github.api_url),
        "bugzilla": (bugzilla.key_variable, bugzilla.url),
    }
    return {
        service: find_secret(variable, service=service, host=host_of(url))
        for service, (variable, url) in places.items()
    }


def overridden(
    profile: Profile, parameters: Mapping[str, Any], command: tuple[str, ...]
) -> Profile:
    """The profile with what this run's parameters say instead."""
    given = {name: parameters[name] for name in REPOSITORY_PARAMETERS if parameters.get(name)}
    repository = profile.repository.model_copy(update=given)
    test = profile.test.model_copy(update={"command": command} if command else {})
    return profile.model_copy(update={"repository": repository, "test": test})


def test_command(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The project's own tests as a parameter names them, split as a shell would, or nothing.

    Raises `UsageError` for a quote that is not closed.
    """
    text = str(parameters.get("test_command") or "")
    try:
        return tuple(shlex.split(text))
    except ValueError as error:
        raise UsageError(
            f"parameter test_command: expected a command, found {text!r}: {error}; "
            "close the quote, or put a backslash before it"
        ) from None
