"""git: a mirror to look at, the operator's clone to check, and a checkout of the run's own.

Read `git` first (its command line), then `history`; clones and worktrees, tags, cherry-picks,
private mirrors and locale branches are rooms of their own.
"""

from typing import TYPE_CHECKING

from runbook_lib.lazy import lazily

if TYPE_CHECKING:
    from runbook_lib.services.git.clones.checkout import Repository
    from runbook_lib.services.git.clones.mirror import Mirror
    from runbook_lib.services.git.clones.operator_clone import OperatorClone
    from runbook_lib.services.git.clones.worktree import Worktree
    from runbook_lib.services.git.git import configured
    from runbook_lib.services.git.tags.signing import SignedTag, Signing

HOMES = {
    "Mirror": "runbook_lib.services.git.clones.mirror",
    "OperatorClone": "runbook_lib.services.git.clones.operator_clone",
    "Repository": "runbook_lib.services.git.clones.checkout",
    "SignedTag": "runbook_lib.services.git.tags.signing",
    "Signing": "runbook_lib.services.git.tags.signing",
    "Worktree": "runbook_lib.services.git.clones.worktree",
    "configured": "runbook_lib.services.git.git",
}
"""The names that others use, each with its module: who needs one of them imports no other."""

__all__ = [
    "Mirror",
    "OperatorClone",
    "Repository",
    "SignedTag",
    "Signing",
    "Worktree",
    "configured",
]

__getattr__ = lazily(__name__, HOMES)
