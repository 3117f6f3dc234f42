"""git: a mirror to look at, the operator's clone to check, and a checkout of the run's own."""

from runbook_lib.services.repository.checkout import Repository
from runbook_lib.services.repository.git import configured
from runbook_lib.services.repository.mirror import Mirror
from runbook_lib.services.repository.operator_clone import OperatorClone
from runbook_lib.services.repository.signing import SignedTag, Signing
from runbook_lib.services.repository.worktree import Worktree

__all__ = [
    "Mirror",
    "OperatorClone",
    "Repository",
    "SignedTag",
    "Signing",
    "Worktree",
    "configured",
]
