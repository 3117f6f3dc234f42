"""Whether this very version of the library has written a record: then all of it is compared."""

from functools import cache
from importlib.metadata import version

from runbook_lib.journal.summary import SessionSummary


def is_ours(summary: SessionSummary) -> bool:
    """Whether a session says that it was this version's."""
    return summary.library == own_version()


@cache
def own_version() -> str:
    """This library's version: its metadata is a file, and many records are asked about."""
    return version("runbook-kit")
