"""The version that is put to people where they name none, and what speaks for it."""

from collections.abc import Sequence

from runbook_lib.errors import Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.release.doubts import is_many
from runbook_lib.policy.release.evidence import find_evidence, first_pre
from runbook_lib.policy.release.next_version import (
    Known,
    Level,
    announced_version,
    next_version,
    written_version,
)
from runbook_lib.policy.tag_template import ReleaseTag
from runbook_lib.policy.version import Version


@frozen
class Proposal:
    """A version, and why it is that one where the commits do not say it; that may be empty."""

    version: Version
    reason: str = ""


def propose(
    required: Version | None,
    last: ReleaseTag | None,
    level: Level,
    commits: Sequence[Commit],
    known: Known,
    *,
    reason: str,
) -> Proposal:
    """The version that is proposed; raises `Refused` or `UsageError` where people have to name it.

    What somebody has written counts for more than what the commits leave open: a file's version,
    or a changelog's entry, above the last release.
    """
    silent = level == "unknown" or is_many(commits) or known.tags.pre is not None
    meant = written_version(last, known) if silent and not known.by_date else None
    if meant and (required is None or meant.version.base >= required.base):
        return Proposal(meant.version, f"{meant}, and no tag names it")
    settled = known.by_date or known.tags.pre is not None
    evidence = None if settled or last is None else find_evidence(level, commits, known)
    if level == "nothing" and required is None and evidence is None:
        raise Refused(f"{reason}; to release them all the same, name the version: -p version …")
    step = next_version(last, evidence.step, known) if evidence else required
    least = None if known.tags.pre else announced_version(last, known)
    found = max(filter(None, (step, least)), default=None)
    if found is None:
        raise UsageError(f"expected a version, for {reason}; found none: name it with -p version …")
    if last and (first := first_pre(found, last, known)):
        return Proposal(first, f"most such releases began with one such as {first}")
    return Proposal(found, evidence.reason if evidence and found == step else "")
