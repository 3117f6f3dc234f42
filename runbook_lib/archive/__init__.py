"""The archive: a git repository that keeps records and journals, and the locks of runs.

Read `archive` first (what others use of it), then `entries` and `lock`; `places` says where on this
machine archives are, `sessions` finds a session wherever it is kept.
"""

from runbook_lib.archive.archive import Archive
from runbook_lib.archive.entries import ArchivedSession, Wanted
from runbook_lib.archive.handover import ARCHIVED, BROUGHT
from runbook_lib.archive.lock import Acquired, Holder, Lock, is_silent
from runbook_lib.archive.remote import UNUSABLE
from runbook_lib.errors import Held

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
