"""Push notes: read as people write them, and edited a section at a time.

Read `notes` first, then `sections` and `lines`: whatever is not edited stays byte for byte.
"""

from runbook_lib.policy.document import Document
from runbook_lib.policy.push.notes.blockers import Blocker, list_blockers
from runbook_lib.policy.push.notes.links import CompareLink, put_compare_link
from runbook_lib.policy.push.notes.notes import Notes, check_notes, hero_problem, title_problem
from runbook_lib.policy.push.notes.picks import Pick, read_pick, strike_picks
from runbook_lib.policy.push.notes.stats import Stats, write_stat
from runbook_lib.policy.push.notes.template import fill_template, read_template
from runbook_lib.policy.push.notes.wording import Kind, Wording

__all__ = [
    "Blocker",
    "CompareLink",
    "Document",
    "Kind",
    "Notes",
    "Pick",
    "Stats",
    "Wording",
    "check_notes",
    "fill_template",
    "hero_problem",
    "list_blockers",
    "put_compare_link",
    "read_pick",
    "read_template",
    "strike_picks",
    "title_problem",
    "write_stat",
]
