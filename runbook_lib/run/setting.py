"""Where a session works: which profile, what this run's parameters change of it, which folder."""

import shlex
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from runbook_lib.errors import UsageError
from runbook_lib.journal.session import Home, data_folder
from runbook_lib.profile import SANDBOX, Profile, PushSettings, Team, load_profile
from runbook_lib.push.rehearsal import open_team
from runbook_lib.release.rehearsal import open_rehearsal
from runbook_lib.run.rehearsal import Rehearsal
from runbook_lib.secrets.credentials import Secret, find_secret, host_of

REPOSITORY_PARAMETERS = ("source", "last_release", "version_file", "version_pattern")
"""Parameters of a runbook that say what the profile's repository section can say too."""


@dataclass(frozen=True)
class Setting:
    """A profile by its name, the folder of its runs, its secrets, and its world in a sandbox."""

    name: str
    profile: Team
    home: Home
    secrets: Mapping[str, Secret]
    """By service, those that were found."""
    rehearsal: Rehearsal | None = None

    def secret(self, service: str) -> Secret:
        """The secret for a service; raises `UsageError` where it is found nowhere."""
        return self.secrets.get(service) or find_in_place(secret_places(self.profile)[service])


def open_release(parameters: Mapping[str, Any]) -> Setting:
    """The profile that a release's parameters ask for, with what they override.

    Raises `UsageError` for a profile that is not as expected, and for a secret that is missing.
    """
    name = str(parameters.get("profile") or SANDBOX)
    repository = str(parameters.get("repository") or "")
    if name == SANDBOX:
        source = str(parameters.get("source") or "")
        rehearsal = open_rehearsal(data_folder() / "sandbox", repository, source)
        return in_sandbox(rehearsal, overridden(rehearsal.profile, parameters))
    if repository:
        raise UsageError(
            f"expected no repository beside the profile {name!r}, which names its own; found "
            f"{repository!r}: leave one of them out (alone, a repository is rehearsed)"
        )
    profile = read_profile(name, parameters)
    if not isinstance(profile, Profile):
        raise UsageError(
            f"expected a profile that says what is released, found {name!r} with its push duty "
            "alone; give it the tables repository, github, bugzilla and stage, or name another"
        )
    setting = outside(name, profile)
    for service in ("github", "bugzilla"):
        setting.secret(service)
    return setting


def open_push(parameters: Mapping[str, Any], *, done: str) -> Setting:
    """The profile of a team's push duty; in the sandbox, colleagues have `done` so much of it.

    Raises `UsageError` for a profile that is not as expected, or has no push duty.
    """
    name = str(parameters.get("profile") or SANDBOX)
    if name == SANDBOX:
        rehearsal = open_team(data_folder() / "sandbox", done=done)
        return in_sandbox(rehearsal, rehearsal.profile)
    profile = read_profile(name, parameters)
    if profile.push is None:
        raise UsageError(
            f"expected a profile with a push duty, found {name!r} without; "
            f"add [profiles.{name}.push], or name another"
        )
    return outside(name, profile)


def in_sandbox(rehearsal: Rehearsal, profile: Team) -> Setting:
    """The setting of a world, where one token opens everything."""
    token = Secret(rehearsal.running.token)
    secrets = dict.fromkeys(secret_places(profile), token)
    return Setting(SANDBOX, profile, Home(rehearsal.running.folder), secrets, rehearsal)


def outside(name: str, profile: Team) -> Setting:
    """The setting of a profile of `runbook.toml`."""
    return Setting(name, profile, Home(data_folder() / "profiles" / name), find_secrets(profile))


def read_profile(name: str, parameters: Mapping[str, Any]) -> Team:
    """A profile of runbook.toml as it stands there now, with what the parameters override."""
    return overridden(load_profile(name), parameters)


@dataclass(frozen=True)
class SecretPlace:
    """Where the secret of a service may be: a variable, or what is kept for its address."""

    variable: str
    service: str
    url: str


def secret_places(profile: Team) -> dict[str, SecretPlace]:
    """Where the secrets of a profile's services may be, by what the services are called here."""
    places = [SecretPlace(profile.hub.token_variable, "github", profile.hub.api_url)]
    if isinstance(profile, Profile):
        desk = profile.bugzilla
        places.append(SecretPlace(desk.key_variable, "bugzilla", desk.url))
    if profile.push:
        places += push_places(profile.push)
    return {place.service: place for place in reversed(places)}


def push_places(push: PushSettings) -> list[SecretPlace]:
    """The same for the services of a push duty."""
    notes, slack, matrix, blockers = push.notes, push.slack, push.matrix, push.blockers
    sentry, grafana = push.sentry, push.grafana
    pad = notes.kind == "etherpad"
    places = [
        pad and SecretPlace(notes.key_variable, "etherpad", notes.url),
        slack and SecretPlace(slack.token_variable, "slack", slack.api_url),
        matrix and SecretPlace(matrix.token_variable, "matrix", matrix.url),
        blockers.bugzilla and SecretPlace(blockers.key_variable, "bugzilla", blockers.bugzilla),
        sentry and SecretPlace(sentry.token_variable, "sentry", sentry.url),
        grafana and SecretPlace(grafana.token_variable, "grafana", grafana.url),
        push.calendar_variable and SecretPlace(push.calendar_variable, "calendar", ""),
    ]
    return [place for place in places if place]


def find_secrets(profile: Team) -> dict[str, Secret]:
    """The secrets for a profile's services, those that are found."""
    found = {}
    for service, place in secret_places(profile).items():
        with suppress(UsageError):
            found[service] = find_in_place(place)
    return found


def find_in_place(place: SecretPlace) -> Secret:
    """One secret; raises `UsageError` that names where it was looked for."""
    return find_secret(place.variable, service=place.service, host=host_of(place.url))


def overridden(profile: Team, parameters: Mapping[str, Any]) -> Team:
    """The profile with what this run's parameters say instead."""
    if not isinstance(profile, Profile):
        return profile
    command = test_command(parameters)
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
