"""The archive: a git repository that keeps records and journals, and the locks of runs.

Read `archive` first (what others use of it), then `entries` and `lock`; `places` says where on this
machine archives are, `sessions` finds a session wherever it is kept.
"""

from typing import TYPE_CHECKING

from runbook_lib.lazy import lazily

if TYPE_CHECKING:
    from runbook_lib.archive.archive import Archive
    from runbook_lib.archive.entries import ArchivedSession, Wanted
    from runbook_lib.archive.layout import ARCHIVED, BROUGHT
    from runbook_lib.archive.lock import Acquired, Holder, Lock, is_silent
    from runbook_lib.archive.remote import UNUSABLE
    from runbook_lib.errors import Held

HOMES = {
    "ARCHIVED": "runbook_lib.archive.layout",
    "Acquired": "runbook_lib.archive.lock",
    "Archive": "runbook_lib.archive.archive",
    "ArchivedSession": "runbook_lib.archive.entries",
    "BROUGHT": "runbook_lib.archive.layout",
    "Held": "runbook_lib.errors",
    "Holder": "runbook_lib.archive.lock",
    "Lock": "runbook_lib.archive.lock",
    "UNUSABLE": "runbook_lib.archive.remote",
    "Wanted": "runbook_lib.archive.entries",
    "is_silent": "runbook_lib.archive.lock",
}
"""The names that others use, each with its module: who needs one of them imports no other."""

__all__ = [
    "ARCHIVED",
    "BROUGHT",
    "UNUSABLE",
    "Acquired",
    "Archive",
    "ArchivedSession",
    "Held",
    "Holder",
    "Lock",
    "Wanted",
    "is_silent",
]

__getattr__ = lazily(__name__, HOMES)
