"""GitHub: access, CI's verdict, pull requests, tags and releases of one repository."""

from runbook_lib.services.github.access import Access, AccessSteps
from runbook_lib.services.github.checks import Check, Checks, CheckSteps
from runbook_lib.services.github.pulls import MergedPullRequest, PullRequest, PullSteps
from runbook_lib.services.github.releases import Release, ReleaseSteps
from runbook_lib.services.github.tags import RemoteTag

__all__ = [
    "Access",
    "Check",
    "Checks",
    "GitHub",
    "MergedPullRequest",
    "PullRequest",
    "Release",
    "RemoteTag",
]


class GitHub(AccessSteps, CheckSteps, PullSteps, ReleaseSteps):
    """One repository on one GitHub, with the steps of a release."""
