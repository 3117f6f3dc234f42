"""The archive: a git repository that keeps records and journals, and the locks of runs."""

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
