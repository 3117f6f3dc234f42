"""Which refs a ruleset's patterns mean: fnmatch, where a `*` stops at a slash and `**` does not.

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/creating-rulesets-for-a-repository#using-fnmatch-syntax
"""

import re
from collections.abc import Iterable

PART = re.compile(r"\*\*/|\*+|\?|\[[^\]]+\]|\\.|.", re.DOTALL)
MEANINGS = {"**/": "(?:.*/)?", "*": "[^/]*", "**": ".*", "?": "[^/]"}
ALL = "~ALL"


def fits(pattern: str, ref: str) -> bool:
    """Whether a pattern means a ref, which is named in full: `refs/tags/v1.9`.

    One that is none, such as `[z-a]`, means nothing.
    """
    try:
        return pattern == ALL or re.fullmatch(as_expression(pattern), ref) is not None
    except re.error:
        return False


def as_expression(pattern: str) -> str:
    """A pattern as a regular expression."""
    return "".join(map(meaning, PART.findall(pattern)))


def meaning(part: str) -> str:
    """What one part of a pattern means."""
    if part in MEANINGS:
        return MEANINGS[part]
    if part[0] == "[" and len(part) > 1:
        inside = re.escape(re.sub("^[!^]", "", part[1:-1])).replace(r"\-", "-")
        return f"[{'^' * (part[1] in '!^')}{inside}]"
    return re.escape(part[1:] if part[0] == "\\" and len(part) > 1 else part)


def means(include: Iterable[str], exclude: Iterable[str], ref: str) -> bool:
    """Whether a ref is among those that are included, and not among those that are not."""
    return any(fits(one, ref) for one in include) and not any(fits(one, ref) for one in exclude)
