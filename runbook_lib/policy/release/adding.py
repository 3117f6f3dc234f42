"""Which commits say that they add something: by their type, or in plain words."""

import re
from collections.abc import Iterable

from runbook_lib.policy.commits import Commit

ADDS = re.compile(
    r"\W*(?:(?:\[[^\]]*\]|\([^)]*\)|[\w./, -]{1,24}:)\W*)?"
    r"(?:add(?:s|ed|ing)?|support(?:s|ed)?|implement(?:s|ed)?|introduc(?:e|es|ed)"
    r"|allow(?:s|ed)?|enable[sd]?|new|provide[sd]?|expose[sd]?|drop(?:s|ped)?|deprecate[sd]?)\b",
    re.IGNORECASE,
)
"""What such a title begins with, behind the place that it may name (`unix: add …`)."""
FOR_ITSELF = re.compile(
    r"\b(?:tests?|testing|docs?|documentation|docstrings?|readme|changelog|changes|notes?|history"
    r"|ci|actions?|workflows?|travis|codeql|dependabot|pre-commit|lint|badge|funding|coverage"
    r"|examples?|benchmarks?|typos?|comments?|links?|authors|contributors?|security|release"
    r"|missing|fix|regression)\b",
    re.IGNORECASE,
)
"""What a project adds for itself, or mends."""


def count_adding(commits: Iterable[Commit]) -> int:
    """How many of the commits say that they add something."""
    return sum(is_adding(commit) for commit in commits)


def is_adding(commit: Commit) -> bool:
    """Whether a commit says that it adds something, or takes something away, for users."""
    if commit.kind != "none" or commit.is_merge:
        return commit.kind == "feature"
    title = commit.headline
    return ADDS.match(title) is not None and FOR_ITSELF.search(title) is None
