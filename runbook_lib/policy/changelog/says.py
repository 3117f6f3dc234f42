"""Whether an entry says anything to its reader: headings, comments and *nothing yet* do not."""

import re

from runbook_lib.policy.changelog.groups import find_labels
from runbook_lib.policy.changelog.headings import read_headings
from runbook_lib.policy.changelog.restructured import is_restructured

COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
DIRECTIVE = re.compile(r"^\.\. .*$|^ {0,3}\[[^\]\n]+\]: \S+.*$|^ -- .+$", re.MULTILINE)
NOTHING = re.compile(
    r"\W*(?:nothing(?: here| changed| new)?(?: yet)?|tb[ad]|n/?a|none|todo"
    r"|no (?:(?:significant|notable|unreleased|user[- ]facing|other) )?changes(?: yet| so far)?"
    r"|\\?\[short description of .*|unreleased changes\. release notes have not yet been written"
    r"|see the fragment files in .*|changes for the upcoming release can be found in .*)\W*",
    re.IGNORECASE,
)


def says_nothing(body: str) -> bool:
    """Whether what stands under an entry's heading has no line that a user would read."""
    bare = body.replace("\r\n", "\n")
    for label in reversed(find_labels(bare, adorned=is_restructured(bare))):
        bare = bare[: label.start] + bare[label.end :]
    bare = DIRECTIVE.sub("", COMMENT.sub("", bare))
    said = (line for line in bare.split("\n") if re.search(r"\w", line))
    return all(NOTHING.fullmatch(line) for line in said)


def marks_in(body: str) -> str:
    """The comments, directives and link references of a body: they are for programs."""
    found = [*COMMENT.finditer(body), *DIRECTIVE.finditer(body)]
    ordered = sorted(found, key=lambda mark: mark.start())
    return "".join(f"{mark[0].rstrip()}\n" for mark in ordered)


def is_empty(entry: str) -> bool:
    """Whether an entry, heading and all, says nothing."""
    headings = read_headings(entry)
    return says_nothing(entry[headings[0].end :] if headings else entry)
