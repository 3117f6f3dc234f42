"""The setting of a runbook of one's own: a profile as any runbook reads it, or the sandbox's."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from runbook_lib.journal.session import data_folder
from runbook_lib.profile import SANDBOX, Team, WaitSettings, load_profile, read_as, read_sandbox
from runbook_lib.run.rehearsal import open_sample
from runbook_lib.run.setting import Setting, in_sandbox, outside
from runbook_lib.sandbox.samples.project_history import FULL_NAME

SAMPLE: dict[str, dict[str, Any]] = {
    "github": {"repository": FULL_NAME},
    "slack": {"channel": "#remora", "bot": "ops"},
    "matrix": {"room": "#pelican:sandbox.example"},
}
"""What the sandbox has for the services that come along, unless [profiles.sandbox.…] says."""


def open_setting(parameters: Mapping[str, Any]) -> Setting:
    """The profile that a runbook's parameters ask for.

    Raises `UsageError` for a profile that is not there, or not as expected.
    """
    name = str(parameters.get("profile") or SANDBOX)
    if name == SANDBOX:
        rehearsal = open_sample(data_folder() / SANDBOX, sandbox_profile())
        return in_sandbox(rehearsal, rehearsal.profile)
    return outside(name, partial(read_profile, name))


def read_profile(name: str) -> Team:
    """A profile of runbook.toml as it stands there now, as any runbook reads it."""
    profile = read_as(load_profile(name), Team)
    assert profile is not None, "each profile can be read so"
    return profile


def sandbox_profile() -> Team:
    """What a runbook of one's own finds in the sandbox, for the project that the file names."""
    wait, said = WaitSettings(limit=90, pause=0.3, longest_pause=1.0), read_sandbox(Team)
    named = said.project if said else SANDBOX
    project = FULL_NAME.partition("/")[2] if named == SANDBOX else named
    return Team(project=project, wait=wait, tables=SAMPLE)
