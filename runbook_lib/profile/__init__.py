"""Profiles: the repositories and services of a team, from `runbook.toml`, as typed settings.

Read `team` first (what every profile has), then `configuration` (how the file is read). A
procedure's own tables are in its own room; `kinds` names them.
"""

from runbook_lib.profile.configuration import (
    SANDBOX,
    Configuration,
    Readings,
    find_configuration,
    load_as,
    load_profile,
    read_configuration,
    read_sandbox,
    runbook_folders,
)
from runbook_lib.profile.github import GitHubPlace
from runbook_lib.profile.kinds import read_as
from runbook_lib.profile.notify import NotifySettings, Occasion
from runbook_lib.profile.own import Settings, own_secrets, read_own
from runbook_lib.profile.people import PersonSettings
from runbook_lib.profile.section import Address, Section, secret_places
from runbook_lib.profile.team import ArchiveSettings, GateSettings, Team, WaitSettings

__all__ = [
    "SANDBOX",
    "Address",
    "ArchiveSettings",
    "Configuration",
    "GateSettings",
    "GitHubPlace",
    "NotifySettings",
    "Occasion",
    "PersonSettings",
    "Readings",
    "Section",
    "Settings",
    "Team",
    "WaitSettings",
    "find_configuration",
    "load_as",
    "load_profile",
    "own_secrets",
    "read_as",
    "read_configuration",
    "read_own",
    "read_sandbox",
    "runbook_folders",
    "secret_places",
]
