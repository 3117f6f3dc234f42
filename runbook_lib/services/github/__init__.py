"""GitHub: access, CI's verdict, pull requests, issues, tags and releases of one repository.

Read `client` first (`connection` and `asker` are how it asks), then `releases` for steps and
`checks` for a wait; `service` has all steps together, `forms` holds every answer to its form.
"""

from typing import TYPE_CHECKING

from runbook_lib.lazy import lazily

if TYPE_CHECKING:
    from runbook_lib.services.github.access import Access
    from runbook_lib.services.github.auto_merge import AutoMerge
    from runbook_lib.services.github.checks import Check, Checks
    from runbook_lib.services.github.deployments import Deployed, Environment
    from runbook_lib.services.github.held_back import Pushed
    from runbook_lib.services.github.issues import Issue
    from runbook_lib.services.github.pulls import MergedPullRequest, PullRequest
    from runbook_lib.services.github.release import Release
    from runbook_lib.services.github.reviews import LeftOut, Reviewed
    from runbook_lib.services.github.service import GitHub

HOMES = {
    "Access": "runbook_lib.services.github.access",
    "AutoMerge": "runbook_lib.services.github.auto_merge",
    "Check": "runbook_lib.services.github.checks",
    "Checks": "runbook_lib.services.github.checks",
    "Deployed": "runbook_lib.services.github.deployments",
    "Environment": "runbook_lib.services.github.deployments",
    "GitHub": "runbook_lib.services.github.service",
    "Issue": "runbook_lib.services.github.issues",
    "LeftOut": "runbook_lib.services.github.reviews",
    "MergedPullRequest": "runbook_lib.services.github.pulls",
    "PullRequest": "runbook_lib.services.github.pulls",
    "Pushed": "runbook_lib.services.github.held_back",
    "Release": "runbook_lib.services.github.release",
    "Reviewed": "runbook_lib.services.github.reviews",
}
"""The names that others use, each with its module: who needs one of them imports no other."""

__all__ = [
    "Access",
    "AutoMerge",
    "Check",
    "Checks",
    "Deployed",
    "Environment",
    "GitHub",
    "Issue",
    "LeftOut",
    "MergedPullRequest",
    "PullRequest",
    "Pushed",
    "Release",
    "Reviewed",
]

__getattr__ = lazily(__name__, HOMES)
