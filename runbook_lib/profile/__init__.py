"""Profiles: the repositories and services of a team, from `runbook.toml`, as typed settings."""

from runbook_lib.profile.configuration import (
    SANDBOX,
    Configuration,
    find_configuration,
    load_profile,
    read_configuration,
)
from runbook_lib.profile.github import GitHubPlace, GitHubSettings
from runbook_lib.profile.push import PushSettings
from runbook_lib.profile.release import (
    BugzillaSettings,
    ChangelogSettings,
    CommandSettings,
    NameTemplates,
    Profile,
    RepositorySettings,
    SigningSettings,
    StageSettings,
)
from runbook_lib.profile.team import ArchiveSettings, GateSettings, Team, WaitSettings

__all__ = [
    "SANDBOX",
    "ArchiveSettings",
    "BugzillaSettings",
    "ChangelogSettings",
    "CommandSettings",
    "Configuration",
    "GateSettings",
    "GitHubPlace",
    "GitHubSettings",
    "NameTemplates",
    "Profile",
    "PushSettings",
    "RepositorySettings",
    "SigningSettings",
    "StageSettings",
    "Team",
    "WaitSettings",
    "find_configuration",
    "load_profile",
    "read_configuration",
]
