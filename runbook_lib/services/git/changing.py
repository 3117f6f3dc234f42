"""Which of git's commands change something that a step has to announce."""

import re
from typing import Literal

Whose = Literal["another's", "the run's", "nobody's"]
"""Whose a folder is. In the run's own, a look may fetch and move about; what is there for a moment
only, or keeps the records, is nobody's."""

LOOKS = re.compile(
    r"blame|cat-file|check-(attr|ignore|ref-format)|cherry|count-objects|describe"
    r"|diff(-files|-index|-tree)?|for-each-ref|fsck|grep|log|ls-(files|remote|tree)|merge-base"
    r"|name-rev|patch-id|range-diff|rev-list|rev-parse|shortlog|show(-ref)?|status|var"
    r"|verify-(commit|tag)|version"
)
"""The commands that change nothing, whatever they are given."""
LISTS = {
    "branch": {"--list", "--show-current"},
    "config": {"--get", "--get-all", "--get-regexp", "--get-urlmatch", "--list"},
    "remote": {"get-url"},
    "stash": {"list"},
    "submodule": {"status"},
    "tag": {"--list"},
    "worktree": {"list"},
}
"""What some others are given where they only list."""
MAKES = ("commit", "push", "tag")
"""What is announced in the run's own places too, for it is made for others."""


def changes(whose: Whose, command: str, *given: str) -> bool:
    """Whether a command in such a folder makes something that a step has to announce."""
    only_looks = LOOKS.fullmatch(command) or not LISTS.get(command, set()).isdisjoint(given)
    if only_looks or whose == "nobody's":
        return False
    return whose == "another's" or command in MAKES or command.startswith("-")
