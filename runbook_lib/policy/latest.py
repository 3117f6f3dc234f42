"""Which of a repository's releases its users are to get: a maintenance release is not the latest.

Tags alone are compared, of whatever form, and only those with the same words before the version.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from runbook_lib.policy.same_version import TAGGED, meaning

EARLY = frozenset(("a", "b", "rc", "dev", "canary", "m", "milestone", "nightly"))
"""What the words behind a version begin with that comes before a release."""


@dataclass(frozen=True, order=True)
class Rank:
    """What a tag's version is compared by; a pre-release comes before what it leads to."""

    numbers: tuple[int, ...]
    final: bool
    before: str = field(compare=False)


def rank_of(tag: str) -> Rank | None:
    """The rank of a tag's version; None where it names none."""
    found = TAGGED.fullmatch(tag)
    if found is None:
        return None
    numbers, words = meaning(found["version"])
    return Rank(numbers, EARLY.isdisjoint(words[:1]), found["before"])


def is_pre_release(tag: str) -> bool:
    """Whether a tag's version is one before a release: `2.0.0-rc.1`, `2.0.0rc1`."""
    rank = rank_of(tag)
    return rank is not None and not rank.final


def find_newer(tag: str, others: Iterable[str]) -> str:
    """The newest of the other tags that is newer than this one; empty where none is.

    A pre-release is nobody's latest.
    """
    own = rank_of(tag)
    ranked = [(rank, other) for other in others if (rank := rank_of(other)) and rank.final]
    newer = [one for one in ranked if own and one[0].before == own.before and one[0] > own]
    return max(newer)[1] if newer else ""
