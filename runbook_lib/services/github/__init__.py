"""GitHub: access, CI's verdict, pull requests, issues, tags and releases of one repository.

Read `client` first (`connection` and `asker` are how it asks), then `releases` for steps and
`checks` for a wait; `forms` holds every answer to its form.
"""

from runbook_lib.lazy import put_off

with put_off("jwt"):  # only an app signs with it, and it brings all of cryptography along
    import github.Auth  # noqa: F401

from runbook_lib.services.github.access import Access, AccessSteps
from runbook_lib.services.github.associated import AssociatedSteps
from runbook_lib.services.github.auto_merge import AutoMerge, AutoMergeSteps
from runbook_lib.services.github.checks import Check, Checks
from runbook_lib.services.github.comments import Comment, CommentSteps
from runbook_lib.services.github.deployments import Deployed, DeploymentSteps, Environment
from runbook_lib.services.github.generated import NotesSteps
from runbook_lib.services.github.held_back import HeldBackSteps, Pushed
from runbook_lib.services.github.issues import Issue, IssueSteps
from runbook_lib.services.github.merging import MergeSteps, Merging
from runbook_lib.services.github.newest import NewestRelease, NewestSteps
from runbook_lib.services.github.open_pulls import OpenPull, OpenPullSteps
from runbook_lib.services.github.picked import MergedPull, PickSteps
from runbook_lib.services.github.pulls import MergedPullRequest, PullRequest
from runbook_lib.services.github.release import Release
from runbook_lib.services.github.reviews import LeftOut, Reviewed, ReviewedBranch
from runbook_lib.services.github.tags import RemoteTag
from runbook_lib.services.github.undo import UndoSteps

__all__ = [
    "Access",
    "AutoMerge",
    "Check",
    "Checks",
    "Comment",
    "Deployed",
    "Environment",
    "GitHub",
    "Issue",
    "LeftOut",
    "MergedPull",
    "MergedPullRequest",
    "Merging",
    "NewestRelease",
    "OpenPull",
    "PullRequest",
    "Pushed",
    "Release",
    "RemoteTag",
    "Reviewed",
    "ReviewedBranch",
]


class GitHub(
    AccessSteps,
    AssociatedSteps,
    AutoMergeSteps,
    CommentSteps,
    DeploymentSteps,
    HeldBackSteps,
    IssueSteps,
    MergeSteps,
    NewestSteps,
    NotesSteps,
    OpenPullSteps,
    PickSteps,
    UndoSteps,
):
    """One repository on one GitHub, with the steps of its procedures."""
