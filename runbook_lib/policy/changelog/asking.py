"""What is asked about an entry before it is released: one that says nothing is told to be empty."""

from collections.abc import Sequence
from dataclasses import replace

from runbook_lib.policy.changelog.entry import Entry
from runbook_lib.policy.changelog.says import is_empty
from runbook_lib.policy.plural import plural

MOST = 50
"""How many of the commits that are left out are named."""


def as_question(entry: Entry, left_out: Sequence[str]) -> Entry:
    """The entry, with words about it where it is empty: which commits it leaves out, and why."""
    if not is_empty(entry.text):
        return entry
    title = f"The entry of {entry.version} is EMPTY: no line of it says anything to a user."
    if not left_out:
        return replace(entry, doubt=f"{title} There is no commit either.")
    more = [f"  … and {len(left_out) - MOST} more"] if len(left_out) > MOST else []
    told = f"{title} {plural(len(left_out), 'commit')} left out:"
    ask = f"Write in {entry.file} what a user should know and run this again, or release it so."
    rows = [f"  {row}" for row in left_out[:MOST]]
    return replace(entry, doubt="\n".join([told, *rows, *more, ask]))
