"""Where a session works: which profile, as which procedure reads it, and the folder of its runs."""

from collections.abc import Callable, Mapping
from contextlib import suppress

from runbook_lib.display.banner import HARMLESS, REAL, Banner
from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.session import Home, data_folder
from runbook_lib.profile import SANDBOX, Section, Team, read_sandbox, secret_places
from runbook_lib.run.rehearsal import Rehearsal
from runbook_lib.secrets.credentials import Secret

MERGED = {"gates", "people", "tables", "waivers"}
"""What a profile has by names: one that it says besides takes nothing away from the others."""


@frozen
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

    def banner(self, *, plan: bool = False) -> Banner:
        """What tells this profile from others, and the sandbox from all of them."""
        sandbox = self.rehearsal is not None
        target = HARMLESS if sandbox else self.profile.target
        return Banner(self.name, target, self.profile.colour or REAL, sandbox, plan)

    def secret(self, service: str) -> Secret:
        """The secret for a service; raises `UsageError` where it is found nowhere."""
        return self.secrets.get(service) or secret_places(self.profile)[service].find()


def in_sandbox(rehearsal: Rehearsal[Team], profile: Team) -> Setting:
    """The setting of a world, where one token opens everything.

    What `runbook.toml` says under [profiles.sandbox] counts there: gates, waivers, whom to tell.
    """
    token = Secret(rehearsal.running.token)
    secrets = dict.fromkeys(secret_places(profile), token)
    said = with_said(profile, read_sandbox(Team))
    return Setting(SANDBOX, said, Home(rehearsal.running.folder), secrets, rehearsal)


def with_said(profile: Team, said: Team | None) -> Team:
    """A profile with what another one says besides, or instead."""
    given = {name: getattr(said, name) for name in said.model_fields_set} if said else {}
    both = {name: {**getattr(profile, name), **given[name]} for name in MERGED & given.keys()}
    return profile.model_copy(update={**given, **both, "project": profile.project})


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
