"""All steps on one repository on GitHub, together."""

from runbook_lib.services.github.access import AccessSteps
from runbook_lib.services.github.associated import AssociatedSteps
from runbook_lib.services.github.auto_merge import AutoMergeSteps
from runbook_lib.services.github.comments import CommentSteps
from runbook_lib.services.github.deployments import DeploymentSteps
from runbook_lib.services.github.generated import NotesSteps
from runbook_lib.services.github.held_back import HeldBackSteps
from runbook_lib.services.github.issues import IssueSteps
from runbook_lib.services.github.merging import MergeSteps
from runbook_lib.services.github.newest import NewestSteps
from runbook_lib.services.github.open_pulls import OpenPullSteps
from runbook_lib.services.github.picked import PickSteps
from runbook_lib.services.github.undo import UndoSteps


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
