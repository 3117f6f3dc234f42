"""What a person decides about a version: what can't be told, goes back, or skips a version."""

from collections.abc import Iterator, Sequence

from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.next_version import Known, Present
from runbook_lib.policy.tag_template import ReleaseTag
from runbook_lib.policy.version import Version

ROWS = 30
"""How many commits are listed."""


def explain_doubts(
    version: Version,
    last: ReleaseTag | None,
    required: Version | None,
    commits: Sequence[Commit],
    known: Known,
) -> Iterator[str]:
    """What has to be approved, a line each; nothing where there is nothing to decide."""
    yield from known.tags.doubts
    if last and version < last.version:
        yield f"{version} goes back: the last release is {last}"
    if known.tags.pre:
        yield (
            f"{known.tags.pre} is a pre-release: {version} "
            f"{'is another' if version.is_pre else 'ends'} what it began"
        )
    elif last and last.version.is_pre:
        yield f"all releases are pre-releases, and {last} is the last one"
    if known.calendar and known.calendar.years and last:
        if version.major > last.version.major:
            yield f"{version} is the first of its year"
        elif any(commit.breaking for commit in commits):
            yield f"{version} stays in its year, and a commit breaks what worked"
    if known.present and not known.present.says_nothing:
        yield from compare(known.present, version, last)
    if known.entry and not known.by_date and known.entry.announced != version:
        yield from compare(known.entry, version, last)
    silent = silent_commits(commits)
    if last and silent and not known.by_date and (is_many(commits) or required is None):
        those = f"{len(silent)} of {plural(len(commits), 'commit')}"
        yield (
            f"{those} don't say what they are (feat:, fix: …); is it {version}? "
            "-p version=… names another:"
        )
        yield from (f"  {commit}" for commit in silent[:ROWS])
        yield from [f"  … and {len(silent) - ROWS} more"] if len(silent) > ROWS else []


def compare(present: Present, version: Version, last: ReleaseTag | None) -> Iterator[str]:
    """How the version that a file says goes with the last release and the new version."""
    said, released = present.announced, last.version if last else None
    if version < said:
        yield f"{version} goes back: {present}"
    elif released and said < released:
        yield f"{present}, and the last release is {last}"
    elif not present.version.is_dev and version > said and (released is None or said > released):
        yield f"{version} skips {said}: {present}, and no tag names it"


def silent_commits(commits: Sequence[Commit]) -> list[Commit]:
    """The commits that don't say what they are; a plain merge need not."""
    return [commit for commit in commits if commit.kind == "none" and not commit.is_merge]


def is_many(commits: Sequence[Commit]) -> bool:
    """Whether more than half of the commits don't say what they are."""
    speaking = sum(commit.kind != "none" for commit in commits)
    return len(silent_commits(commits)) > speaking
