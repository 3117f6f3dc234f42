"""Changelogs of any form: an entry is found, written as the others are, and put where it belongs.

Read `places` first, then `form`: what is learnt of the entries that are there.
"""

from runbook_lib.policy.changelog.entry import Entry, line_html
from runbook_lib.policy.changelog.headings import Heading, find_headings
from runbook_lib.policy.changelog.places import (
    changed_elsewhere,
    diff_entry,
    find_entry,
    insert_entry,
    without_entry,
)

__all__ = [
    "Entry",
    "Heading",
    "changed_elsewhere",
    "diff_entry",
    "find_entry",
    "find_headings",
    "insert_entry",
    "line_html",
    "without_entry",
]
