"""Versions as they are written in a changelog, whatever their scheme: 1.9, v1.9.0, 2.0.0-rc.1."""

import re

from runbook_lib.policy.same_version import EARLY, meaning

TOKEN = (
    r"[0-9]+(?:\.[0-9]+)+"
    rf"(?:[-._]?(?:{EARLY}|dev|post|snapshot)(?:[-._]?[0-9]+)?(?![a-z]))*"
    r"(?:\+[0-9A-Za-z]+(?:\.[0-9A-Za-z]+)*)?"
)
"""A version of two numbers at least, with what PEP 440, SemVer and Maven put behind them."""
BEFORE, AFTER = r"(?<![0-9])(?<![0-9]\.)", r"(?![\w+]|-\w|\.\w)"
UNFINISHED = re.compile(r"(?:dev|snapshot)[-._]?[0-9]*\Z", re.IGNORECASE)


def order(text: str) -> tuple[tuple[int, ...], bool]:
    """What versions are ordered by, as far as a changelog needs it: one with words comes first."""
    numbers, words = meaning(text)
    return numbers, not words


def is_unfinished(token: str) -> bool:
    """Whether a version is one that is only worked at: 1.9.dev0, 2.0-SNAPSHOT."""
    return UNFINISHED.search(token) is not None
