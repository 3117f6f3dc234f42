"""How many commits of a release say what changed, and by which words that are no known types."""

from collections import Counter
from collections.abc import Iterable, Sequence

from runbook_lib.policy.commits import HEADER, Commit, standing
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.finding import Finding

OFTEN = 2
"""From how many commits on an unknown word may be a type that the team has."""
LISTED = 5


def find_saying(commits: Sequence[Commit], *, since: str) -> Finding:
    """What the commits since the last release say of themselves."""
    counted = [one for one in standing(commits) if not one.is_merge or one.kind != "none"]
    silent = [one for one in counted if one.kind == "none" and not one.breaking]
    said = len(counted) - len(silent)
    after = f"{plural(len(counted), 'commit')} since {since or 'the beginning'}"
    words = unknown_words(silent)
    return Finding(
        what="what commits say",
        found=f"{said} of {len(counted)} say what they change" if said else "",
        seen=f"{after}; begun with words that are no types: {words}" if words else after,
        otherwise="commits.types, commits.source",
        missing="" if said else "no commit says what it changes: somebody names the version",
    )


def unknown_words(silent: Iterable[Commit]) -> str:
    """The words in the place of a type that several commits have, the most frequent first."""
    found = (HEADER.fullmatch(one.headline) for one in silent)
    counted = Counter(header["type"].lower() for header in found if header)
    several = [f"{word} ({n})" for word, n in counted.most_common(LISTED) if n >= OFTEN]
    return ", ".join(several)
