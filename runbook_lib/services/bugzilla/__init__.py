"""Bugzilla: bugs filed once, questions asked once, answers found."""

from runbook_lib.services.bugzilla.fields import Wanted
from runbook_lib.services.bugzilla.mark import make_alias
from runbook_lib.services.bugzilla.service import Bugzilla
from runbook_lib.services.bugzilla.values import Access, Answer, Bug, Comment, Flag, NeedInfo

__all__ = [
    "Access",
    "Answer",
    "Bug",
    "Bugzilla",
    "Comment",
    "Flag",
    "NeedInfo",
    "Wanted",
    "make_alias",
]
