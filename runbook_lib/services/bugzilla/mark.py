"""How bugs and comments are found again: aliases, and marks in their text.

An alias has at most 40 characters, no spaces or commas, and is not a number (`_check_alias` in
Bugzilla/Bug.pm). Ours hold only letters, digits, `.`, `-` and `_`, and so can stand in a path.
"""

import re

from runbook_lib.errors import UsageError
from runbook_lib.policy.tickets import DIGEST, short_digest

LONGEST_ALIAS = 40
ALIAS = re.compile(r"(?!\d+\Z)[A-Za-z0-9_][A-Za-z0-9._-]{0,39}")
ASKED = "[runbook:ask:"
"""What the mark of every question begins with."""
UNFIT = re.compile(r"[^A-Za-z0-9._]+")


def make_alias(text: str) -> str:
    """A bug's alias that is read like the text; where it must be changed much, with its digest.

    A space becomes a hyphen. A text that is too long, or that holds anything but ASCII letters,
    digits, spaces and `._-`, gives an alias that ends in the digest of the whole of it. An alias
    that was made stays as it is when it is made again.
    """
    plain = " ".join(text.split())
    alias = UNFIT.sub("-", plain).strip("-.")
    faithful = alias == plain.replace(" ", "-")
    if faithful and ALIAS.fullmatch(alias):
        return alias
    kept = alias[: LONGEST_ALIAS - DIGEST - 1].rstrip("-.")
    return f"{kept}-{short_digest(plain)}" if kept else f"bug-{short_digest(plain)}"


def check_alias(alias: str) -> str:
    """The alias, if Bugzilla would take it; raises `UsageError` where not."""
    if ALIAS.fullmatch(alias):
        return alias
    raise UsageError(
        f"expected an alias of at most {LONGEST_ALIAS} letters, digits and ._- that is not a "
        f"number, found {alias!r}; make one with make_alias"
    )


def bug_mark(alias: str) -> str:
    """What a bug carries in whiteboard and description, for where an alias may not be set."""
    return f"[runbook:{alias}]"


def question_mark(of: str, comment: str) -> str:
    """What the comment that asks a person carries; the person is told by a digest."""
    return f"{question_prefix(of)}{short_digest(comment)}]"


def question_prefix(of: str) -> str:
    """What every question to that person begins its mark with."""
    return f"{ASKED}{short_digest(of.casefold())}:"
