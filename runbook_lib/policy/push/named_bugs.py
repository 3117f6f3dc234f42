"""Which bugs a text names: an issue by its number or address, a bug of Bugzilla's by its number."""

import re

BUG = re.compile(r"\b(?:bug[ #]*|show_bug\.cgi\?id=)(\d+)\b", re.IGNORECASE)
"""A bug of a Bugzilla, as people write it."""
ISSUE = re.compile(
    r"(?:(?P<place>[\w-][\w.-]*/[\w.-]+)(?:#|/issues/)|(?<![\w/&])#|\bGH-)(?P<number>\d+)\b",
    re.IGNORECASE,
)
"""An issue, of another repository or of one's own.

https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""


def named_bugs(text: str, repository: str) -> frozenset[str]:
    """The bugs that a text in a repository `owner/name` names: `owner/name#5`, `bug 12`.

    All in small letters, for GitHub takes names so.
    """
    issues = (f"{found['place'] or repository}#{found['number']}" for found in ISSUE.finditer(text))
    bugs = (f"bug {found[1]}" for found in BUG.finditer(text))
    return frozenset(name.casefold() for name in (*issues, *bugs))
