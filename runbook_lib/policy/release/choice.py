"""Which version a release must have: the one that the commits since the last release call for."""

from collections.abc import Iterable, Sequence

from runbook_lib.errors import Conflict, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.release.calls import called_for, explain
from runbook_lib.policy.release.doubts import explain_doubts
from runbook_lib.policy.release.next_version import Known, Level, next_version
from runbook_lib.policy.release.proposal import propose
from runbook_lib.policy.tag_template import ReleaseTag, readings
from runbook_lib.policy.version import Version, unreadable

NOTHING_KNOWN = Known()


@frozen
class Choice:
    """The version of a release, and why it may be that one.

    `required` is the version that the commits call for, where they call for any. `leap` says what
    a person has to approve: why the version is another than that, and what of it goes back, skips,
    or can't be told; it is empty where there is nothing to decide.
    """

    version: Version
    last: ReleaseTag | None
    required: Version | None
    level: Level
    reason: str
    leap: str = ""

    def __str__(self) -> str:
        after = f"after {self.last}" if self.last else "the first release"
        return f"{self.version}, {after}: {self.reason}"


def choose_version(
    requested: str | None,
    last: ReleaseTag | None,
    commits: Sequence[Commit],
    existing_tags: Iterable[str],
    known: Known = NOTHING_KNOWN,
) -> Choice:
    """The version to release `commits` under, all those since the last release.

    A person may ask for any that is not released. Raises `UsageError` for a malformed version or
    one that cannot be computed, `Conflict` for one that is released already, `Refused` where there
    is nothing to release.
    """
    wanted = None if requested is None else read_wanted(requested, known)
    named = [] if last is None else [last]
    released = [*named, *known.tags.known, *(one for tag in existing_tags for one in readings(tag))]
    if wanted is not None:
        refuse_released(wanted, released)
    if not commits:
        seen = f", found {known.tags.orphaned}" if known.tags.orphaned else ""
        since = f" since {last}{seen}" if last else ""
        raise Refused(
            f"expected commits{since}, found none: there is nothing to release; "
            "merge first what is to be released"
        )
    level = "first" if last is None else called_for(commits)
    required = next_version(last, level, known)
    reason = explain(level, last, commits, known)
    put = None if wanted else propose(required, last, level, commits, known, reason=reason)
    meant = put.version if put else wanted
    assert meant, "a person names it, or it is proposed"
    own = wanted is not None or known.by_date or meant in known.released
    version = meant if own else first_free(meant, released)
    refuse_released(version, released)
    leap = [explain_leap(version, required, reason, asked=put is None, by_date=known.by_date)]
    leap += [f"{meant} is released already, and not of this branch"] if version != meant else []
    leap += [put.reason] if put else []
    leap += explain_doubts(version, last, required, commits, known)
    if last and known.tags.orphaned:
        reason = f"{reason}; {last.tag} was found {known.tags.orphaned}"
    return Choice(version, last, required, level, reason, "\n".join(filter(None, leap)))


def read_wanted(text: str, known: Known) -> Version:
    """A version that a person names, with three numbers at least where it tells no date.

    Raises `UsageError` for zeros in front and a fourth number, where the project writes none.
    """
    version = Version.parse(text)
    before = [*known.released, *([known.present.version] if known.present else [])]
    padded = version.padded and not any(one.padded for one in before)
    longest = max((len(one.parts) for one in before), default=3)
    if known.calendar is None and (padded or len(version.parts) > max(3, longest)):
        raise unreadable(text)
    return version if known.calendar or version.padded else Version.parse(version.full)


def refuse_released(version: Version, released: Iterable[ReleaseTag]) -> None:
    """Raise `Conflict` for a version that a tag names already."""
    tag = next((one.tag for one in released if one.version == version), "")
    if tag:
        raise Conflict(
            f"expected a version that is not released yet, found {version}, "
            f"which tag {tag} names already: choose another version"
        )


def first_free(version: Version, released: Iterable[ReleaseTag]) -> Version:
    """The version, or where another branch has released it the next step that nobody has."""
    taken = [one.version for one in released]
    steps = (version, version.next_minor, version.next_major)
    return next((one for one in steps if one not in taken), version)


def explain_leap(
    wanted: Version, required: Version | None, reason: str, *, asked: bool, by_date: bool
) -> str:
    """What has to be approved where a version is another than the one called for; else nothing."""
    if wanted == required:
        return ""
    if required:
        calling = "the date calls" if by_date else "the commits call"
        return f"{wanted} where {calling} for {required}: {reason}"
    if asked:
        return f"{wanted} is asked for, and the commits call for no version: {reason}"
    return f"{wanted} is proposed, and the commits call for no version: {reason}"
