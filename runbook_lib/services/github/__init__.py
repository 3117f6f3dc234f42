"""GitHub: access, CI's verdict, pull requests, issues, tags and releases of one repository.

Read `client` first (`connection` and `asker` are how it asks), then `releases` for steps and
`checks` for a wait; `service` has all steps together, `forms` holds every answer to its form.
"""

from typing import TYPE_CHECKING, Any

from runbook_lib.lazy import lazily, put_off

if TYPE_CHECKING:
    from runbook_lib.services.github.access import Access
    from runbook_lib.services.github.auto_merge import AutoMerge
    from runbook_lib.services.github.checks import Check, Checks
    from runbook_lib.services.github.deployments import Deployed, Environment
    from runbook_lib.services.github.desk import IssueDesk
    from runbook_lib.services.github.diagnosis import may_push
    from runbook_lib.services.github.documents import FileInRepository
    from runbook_lib.services.github.drafts import DraftRelease
    from runbook_lib.services.github.held_back import Pushed
    from runbook_lib.services.github.issues import Issue
    from runbook_lib.services.github.open_pulls import OpenPull
    from runbook_lib.services.github.pulls import MergedPullRequest, PullRequest
    from runbook_lib.services.github.release import Release, without_marker
    from runbook_lib.services.github.reviews import LeftOut, Reviewed, ReviewedBranch
    from runbook_lib.services.github.service import GitHub

HOMES = {
    "Access": "runbook_lib.services.github.access",
    "AutoMerge": "runbook_lib.services.github.auto_merge",
    "Check": "runbook_lib.services.github.checks",
    "Checks": "runbook_lib.services.github.checks",
    "Deployed": "runbook_lib.services.github.deployments",
    "DraftRelease": "runbook_lib.services.github.drafts",
    "Environment": "runbook_lib.services.github.deployments",
    "FileInRepository": "runbook_lib.services.github.documents",
    "GitHub": "runbook_lib.services.github.service",
    "Issue": "runbook_lib.services.github.issues",
    "IssueDesk": "runbook_lib.services.github.desk",
    "LeftOut": "runbook_lib.services.github.reviews",
    "MergedPullRequest": "runbook_lib.services.github.pulls",
    "OpenPull": "runbook_lib.services.github.open_pulls",
    "PullRequest": "runbook_lib.services.github.pulls",
    "Pushed": "runbook_lib.services.github.held_back",
    "Release": "runbook_lib.services.github.release",
    "Reviewed": "runbook_lib.services.github.reviews",
    "ReviewedBranch": "runbook_lib.services.github.reviews",
    "may_push": "runbook_lib.services.github.diagnosis",
    "without_marker": "runbook_lib.services.github.release",
}
"""The names that others use, each with its module: who needs one of them imports no other."""

__all__ = [
    "Access",
    "AutoMerge",
    "Check",
    "Checks",
    "Deployed",
    "DraftRelease",
    "Environment",
    "FileInRepository",
    "GitHub",
    "Issue",
    "IssueDesk",
    "LeftOut",
    "MergedPullRequest",
    "OpenPull",
    "PullRequest",
    "Pushed",
    "Release",
    "Reviewed",
    "ReviewedBranch",
    "may_push",
    "without_marker",
]

find = lazily(__name__, HOMES)


def __getattr__(name: str) -> Any:
    """Import a name when it is first asked for, without cryptography: only an app signs with it."""
    with put_off("jwt"):
        return find(name)
