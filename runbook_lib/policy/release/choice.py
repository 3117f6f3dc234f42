"""Which version a release must have: the one that the commits since the last release call for."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from runbook_lib.errors import Conflict, Refused, UsageError
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.version import SCHEMES, ReleaseTag, Version, read_tag

Level = Literal["major", "minor", "patch", "nothing", "unknown", "first"]
"""What commits call for: "nothing" where they follow the convention and call for no release,
"unknown" where none of them follows it, "first" where there is no earlier release."""

LISTED = 5
"""How many commits a message lists."""


@dataclass(frozen=True)
class Choice:
    """The version of a release, and why it may be that one.

    `required` is the version that the commits call for, where they call for any. `leap` says what
    a person has to approve: why the version is larger than that; it is empty where it is not.
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
) -> Choice:
    """The version to release `commits` under, all those since the last release.

    Raises `UsageError` for a malformed version or one that cannot be computed, `Conflict` for one
    that is released already, `Refused` where it is too small or there is nothing to release.
    """
    wanted = None if requested is None else Version.parse(requested)
    if wanted is not None:
        refuse_released(wanted, last, existing_tags)
    if not commits:
        since = f" since {last}" if last else ""
        raise Refused(
            f"expected commits{since}, found none: there is nothing to release; "
            "merge first what is to be released"
        )
    level = "first" if last is None else called_for(commits)
    required = next_version(last, level)
    reason = explain(level, last, commits)
    if wanted is None:
        return Choice(computed(required, level, reason), last, required, level, reason)
    if required is not None and wanted < required:
        raise Refused(
            f"expected {required} or above: {reason}; found {wanted}; release {required}, "
            "or leave the version out to have it computed"
        )
    return Choice(wanted, last, required, level, reason, explain_leap(wanted, required, reason))


def refuse_released(wanted: Version, last: ReleaseTag | None, existing_tags: Iterable[str]) -> None:
    """Refuse a version that a tag names already, or that is not above the last release."""
    for tag in existing_tags:
        if wanted in (release.version for release in readings(tag)):
            raise Conflict(
                f"expected a version that is not released yet, found {wanted}, "
                f"which tag {tag} names already: choose another version"
            )
    if last is not None and wanted <= last.version:
        raise Refused(
            f"expected a version above the last release, {last}; found {wanted}: "
            "choose a larger version, or name another release as the last one"
        )


def readings(tag: str) -> list[ReleaseTag]:
    """The releases that a tag names in any scheme that is known without a template."""
    found = (read_tag(tag, f"{prefix}{{version}}") for prefix in SCHEMES)
    return [release for release in found if release is not None]


def called_for(commits: Sequence[Commit]) -> Level:
    """The level of release that commits call for: the highest that any of them does."""
    if any(commit.breaking for commit in commits):
        return "major"
    kinds = {commit.kind for commit in commits}
    if "feature" in kinds:
        return "minor"
    if kinds & {"fix", "performance"}:
        return "patch"
    silent = [commit for commit in commits if commit.kind == "none" and not commit.is_merge]
    return "unknown" if silent and "other" not in kinds else "nothing"


def next_version(last: ReleaseTag | None, level: Level) -> Version | None:
    """The version after the last one at that level, where it names one."""
    if last is None:
        return None
    after = last.version
    steps = {"major": after.next_major, "minor": after.next_minor, "patch": after.next_patch}
    return steps.get(level)


def computed(required: Version | None, level: Level, reason: str) -> Version:
    """The version that is called for; raises where it takes a person to say one."""
    if required is not None:
        return required
    if level == "nothing":
        raise Refused(f"{reason}; to release them all the same, name the version: -p version …")
    raise UsageError(f"expected a version, for {reason}; found none: name it with -p version …")


def explain(level: Level, last: ReleaseTag | None, commits: Sequence[Commit]) -> str:
    """In one sentence, which commits call for what."""
    if last is None:
        return "this is the first release, and no earlier one says what comes next"
    several = len(commits) != 1
    those = f"the {plural(len(commits), 'commit') if several else 'one commit'} since {last}"
    if level == "unknown":
        return f"none of {those} says what it is (feat:, fix: …)"
    call = "call" if several else "calls"
    if level == "nothing":
        return f"{those} {call} for no release: {tally(commits)}"
    causes = [commit for commit in commits if is_cause(commit, level)]
    return f"{those} {call} for a {level} release: {listing(causes)}"


def is_cause(commit: Commit, level: Level) -> bool:
    """Whether a commit calls for a release of that level."""
    if level == "major":
        return commit.breaking
    return commit.kind in (("feature",) if level == "minor" else ("fix", "performance"))


def explain_leap(wanted: Version, required: Version | None, reason: str) -> str:
    """What has to be approved where a version is larger than the one called for; else nothing."""
    if wanted == required:
        return ""
    return (
        f"{wanted} where the commits call for {required}: {reason}"
        if required
        else (f"{wanted} is asked for, and the commits call for no version: {reason}")
    )


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
