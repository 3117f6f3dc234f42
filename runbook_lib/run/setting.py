"""Where a session works: which profile, as which procedure reads it, and the folder of its runs."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from runbook_lib.errors import UsageError
from runbook_lib.journal.session import Home, data_folder
from runbook_lib.profile import SANDBOX, Section, Team, secret_places
from runbook_lib.run.rehearsal import Rehearsal
from runbook_lib.secrets.credentials import Secret


@dataclass(frozen=True)
class Setting:
    """A profile by its name, the folder of its runs, its secrets, and its world in a sandbox."""

    name: str
    profile: Team
    home: Home
    secrets: Mapping[str, Secret]
    """By service, those that were found."""
    rehearsal: Rehearsal[Team] | None = None
    read: Callable[[], Team] | None = None
    """Reads the profile again: somebody may have edited it since. None for the sandbox's."""

    def secret(self, service: str) -> Secret:
        """The secret for a service; raises `UsageError` where it is found nowhere."""
        return self.secrets.get(service) or secret_places(self.profile)[service].find()


def in_sandbox(rehearsal: Rehearsal[Team], profile: Team) -> Setting:
    """The setting of a world, where one token opens everything."""
    token = Secret(rehearsal.running.token)
    secrets = dict.fromkeys(secret_places(profile), token)
    return Setting(SANDBOX, profile, Home(rehearsal.running.folder), secrets, rehearsal)


def outside(name: str, read: Callable[[], Team]) -> Setting:
    """The setting of a profile of `runbook.toml`, which `read` reads."""
    profile = read()
    home = Home(data_folder() / "profiles" / name)
    return Setting(name, profile, home, find_secrets(profile), read=read)


def find_secrets(profile: Section) -> dict[str, Secret]:
    """The secrets that a profile, or a table of it, wants: those that are found."""
    found = {}
    for service, place in secret_places(profile).items():
        with suppress(UsageError):
            found[service] = place.find()
    return found
