"""The secrets that a notebook's parameters and outputs can hold, as far as papermill knows them.

In its outputs the kernel masks them itself, from the cell that opens the run on.
"""

import os
from contextlib import suppress
from typing import Any

from runbook_lib.engine.given import declared_in
from runbook_lib.errors import RunbookError
from runbook_lib.secrets.masking import Secret, environment_secrets


def find_secrets(nb: Any) -> list[Secret]:
    """The secrets of the environment, and those of the profile that the runbook is for."""
    return [*environment_secrets(os.environ), *secrets_of_profile(nb)]


def secrets_of_profile(nb: Any) -> list[Secret]:
    """The secrets of a notebook's profile; none where it has none, or is not as expected.

    The kernel says so then, before it opens a run.
    """
    with suppress(RunbookError):
        return secrets_named_by(profile_of(nb))
    return []


def secrets_named_by(profile: str) -> list[Secret]:
    """The secrets that a profile names. Raises `UsageError` where it is not as expected."""
    if profile in ("", "sandbox"):
        return []
    from runbook_lib.profile import load_profile
    from runbook_lib.run.setting import find_secrets as find_in_profile

    return [secret for one in load_profile(profile) for secret in find_in_profile(one).values()]


def profile_of(nb: Any) -> str:
    """The profile that a notebook was given, else the one that it declares."""
    declared = {parameter.name: parameter.default for parameter in declared_in(nb)}
    given = nb.metadata.papermill.get("parameters") or {}
    return str({**declared, **given}.get("profile") or "")
