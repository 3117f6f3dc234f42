"""What the commits of a release call for, and how that is said in one sentence."""

from collections import Counter
from collections.abc import Sequence

from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.doubts import is_many, silent_commits
from runbook_lib.policy.release.next_version import Known, Level
from runbook_lib.policy.release.tags import without_release
from runbook_lib.policy.tag_template import ReleaseTag

LISTED = 5
"""How many commits a message lists."""


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
