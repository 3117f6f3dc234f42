"""The setting of a release: its profile, and what this run's parameters change of it."""

import shlex
from collections.abc import Mapping
from functools import partial
from typing import Any

from runbook_lib.errors import UsageError
from runbook_lib.journal.session import data_folder
from runbook_lib.profile import SANDBOX, load_as, secret_places
from runbook_lib.release.habits import said_habits
from runbook_lib.release.rehearsal import open_rehearsal
from runbook_lib.release.settings import Profile
from runbook_lib.run.setting import Setting, in_sandbox, outside

REPOSITORY_PARAMETERS = ("source", "last_release", "package", "version_file", "version_pattern")
"""Parameters of a runbook that say what the profile's repository section can say too."""


def open_setting(parameters: Mapping[str, Any]) -> Setting:
    """The profile that a release's parameters ask for, with what they override.

    A repository is rehearsed in the sandbox; of a profile beside it the habits count alone.

    Raises `UsageError` for a profile that is not as expected, and for a secret that is missing.
    """
    name = str(parameters.get("profile") or SANDBOX)
    repository = str(parameters.get("repository") or "")
    if name == SANDBOX or repository:
        said = said_habits(name)
        source = str(parameters.get("source") or (said.repository.source if said else ""))
        rehearsal = open_rehearsal(data_folder() / "sandbox", repository, source, said)
        return in_sandbox(rehearsal, overridden(rehearsal.profile, parameters))
    setting = outside(name, partial(read_profile, name, parameters))
    for service in secret_places(setting.profile):
        setting.secret(service)
    return setting


def read_profile(name: str, parameters: Mapping[str, Any]) -> Profile:
    """A profile of runbook.toml as it stands there now, with what the parameters override."""
    profile = load_as(name, Profile)
    if profile is None:
        raise UsageError(
            f"expected a profile that says what is released, found {name!r} without; "
            "give it the table github, with the repository's name there, or name another"
        )
    return overridden(profile, parameters)


def overridden(profile: Profile, parameters: Mapping[str, Any]) -> Profile:
    """The profile with what this run's parameters say instead."""
    command = test_command(parameters)
    given = {name: parameters[name] for name in REPOSITORY_PARAMETERS if parameters.get(name)}
    repository = profile.repository.model_copy(update=given)
    test = profile.test.model_copy(update={"command": command} if command else {})
    if parameters.get("load_test"):
        check_load_test(profile)
    return profile.model_copy(update={"repository": repository, "test": test})


def check_load_test(profile: Profile) -> None:
    """Raise `UsageError` for a load test that could not be run, which would be late to find."""
    command = profile.load_test.command
    against = any("{stage}" in part for part in command)
    if not command or (against and not (profile.stage and profile.stage.url)):
        raise UsageError(
            "parameter load_test: expected a profile that says how, and of which stage; found no "
            f"{'stage.url' if command else 'load_test.command'}: add it, or leave the parameter out"
        )


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
