"""Which version a release must have: the one that the commits since the last release call for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runbook_lib.errors import Conflict, Refused, UsageError
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.doubts import explain_doubts, is_many, silent_commits
from runbook_lib.policy.release.next_version import Known, Level, habit, next_version
from runbook_lib.policy.release.tags import without_release
from runbook_lib.policy.tag_template import ReleaseTag, readings
from runbook_lib.policy.version import Version, unreadable

LISTED = 5
"""How many commits a message lists."""
NOTHING_KNOWN = Known()


@dataclass(frozen=True)
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
    meant = wanted or proposed(required, last, level, reason, known)
    own = wanted is not None or known.by_date or meant in known.released
    version = meant if own else first_free(meant, released)
    refuse_released(version, released)
    asked, by_date = wanted is not None, known.by_date
    leap = [explain_leap(version, required, reason, asked=asked, by_date=by_date)]
    leap += [f"{meant} is released already, and not of this branch"] if version != meant else []
    if level == "unknown" and known.announced:
        leap.append(f"what is written for the next release makes it a {known.announced} one")
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


def called_for(commits: Sequence[Commit]) -> Level:
    """The level of release that commits call for: the highest that any of them does."""
    if any(commit.breaking for commit in commits):
        return "major"
    kinds = {commit.kind for commit in commits}
    if "feature" in kinds:
        return "minor"
    if kinds & {"fix", "performance"}:
        return "patch"
    silent = silent_commits(commits)
    several = is_many(commits) or len(silent) > LISTED
    return "unknown" if silent and ("other" not in kinds or several) else "nothing"


def proposed(
    required: Version | None,
    last: ReleaseTag | None,
    level: Level,
    reason: str,
    known: Known,
) -> Version:
    """The version that is put to people where they name none; raises where they have to.

    A file that says one above the last release was written by a person, who meant it.
    """
    if level == "nothing" and required is None:
        raise Refused(f"{reason}; to release them all the same, name the version: -p version …")
    announced = known.present and not known.present.says_nothing and known.present.announced
    if required is None and level == "unknown":
        required = next_version(last, known.announced or habit(known.released), known)
    if announced and (last is None or announced > last.version):
        required = max(required, announced) if required else announced
    if required is None:
        raise UsageError(f"expected a version, for {reason}; found none: name it with -p version …")
    return required


def explain(level: Level, last: ReleaseTag | None, commits: Sequence[Commit], known: Known) -> str:
    """In one sentence, which commits call for what."""
    if last is None:
        return without_release(known.tags)
    if known.by_date:
        return f"versions tell dates ({known.calendar}), and it is {known.today}"
    several = len(commits) != 1
    those = f"the {plural(len(commits), 'commit') if several else 'one commit'} since {last}"
    says = "says" if several else "does not say"
    if level == "unknown":
        silent = silent_commits(commits)
        few = any(commit.kind != "none" for commit in commits)
        return (
            f"{len(silent)} of {those} do not say what they are (feat:, fix: …)"
            if few
            else f"{'none of ' if several else ''}{those} {says} what it is (feat:, fix: …)"
        )
    call = "call" if several else "calls"
    if level == "nothing":
        return f"{those} {call} for no release: {tally(commits)}"
    causes = [commit for commit in commits if is_cause(commit, level)]
    early = level == "major" and not last.version.major and known.zero_breaks != level
    before = f", which is a {known.zero_breaks} one before 1.0" if early else ""
    return f"{those} {call} for a {level} release{before}: {listing(causes)}"


def is_cause(commit: Commit, level: Level) -> bool:
    """Whether a commit calls for a release of that level."""
    if level == "major":
        return commit.breaking
    return commit.kind in (("feature",) if level == "minor" else ("fix", "performance"))


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


def tally(commits: Sequence[Commit]) -> str:
    """How many commits there are of each type, the most frequent first."""
    counted = Counter(
        "merge" if commit.is_merge and not commit.type else commit.type or "no type"
        for commit in commits
    )
    return ", ".join(f"{number} {name}" for name, number in counted.most_common())


def listing(commits: Sequence[Commit]) -> str:
    """The first commits by id and subject, and how many more there are."""
    shown = "; ".join(str(commit) for commit in commits[:LISTED])
    more = len(commits) - LISTED
    return f"{shown}; and {more} more" if more > 0 else shown
