"""The setting of a push: the team's profile, or the sandbox's team."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from runbook_lib.errors import UsageError
from runbook_lib.journal.session import data_folder
from runbook_lib.profile import SANDBOX, load_as
from runbook_lib.push.rehearsal import open_team
from runbook_lib.push.settings import PushProfile
from runbook_lib.run.setting import Setting, in_sandbox, outside


def open_setting(parameters: Mapping[str, Any], *, done: str) -> Setting:
    """The profile of a team's push duty; in the sandbox, colleagues have `done` so much of it.

    Raises `UsageError` for a profile that is not as expected, or has no push duty.
    """
    name = str(parameters.get("profile") or SANDBOX)
    if name == SANDBOX:
        push = str(parameters.get("push_date") or "")
        rehearsal = open_team(data_folder() / "sandbox", done=done, push=push)
        return in_sandbox(rehearsal, rehearsal.profile)
    return outside(name, partial(read_profile, name))


def read_profile(name: str) -> PushProfile:
    """A team's profile as it stands in runbook.toml now."""
    profile = load_as(name, PushProfile)
    if profile is None:
        raise UsageError(
            f"expected a profile with a push duty, found {name!r} without; "
            f"add [profiles.{name}.push], or name another"
        )
    return profile
