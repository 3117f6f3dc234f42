"""What the last releases were, and of what commits they were made: it says what such ones are."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.announcing import Step
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.tag_reading import ReadTag
from runbook_lib.policy.version import Version

SEVERAL = 3
"""From so many releases on they say what is usual."""
NEWEST = 12
"""So many of the newest releases are looked at."""


@frozen
class PastStep:
    """A past release: its step after the one before, what its commits call for, what they add.

    `told` is the step that its changelog entry would have called for.
    """

    step: Step
    calls: str
    adding: int
    told: Step | None = None


@frozen
class Range:
    """The commits between two releases."""

    old: Version
    new: Version
    commits: Sequence[Commit]

    @property
    def step(self) -> Step:
        """At which number the two differ first."""
        return step_between(self.old, self.new)


@frozen
class Rule:
    """Past releases were larger than a patch just where over `most` of their commits add something.

    That holds for `fits` of them.
    """

    most: int
    fits: int
    past: Sequence[PastStep]

    def step(self, adding: int) -> Step:
        """What a release with so many of these is: of the larger steps, the one that most were.

        Where several releases were patches, all of them, the next one is.
        """
        only = len(self.past) >= SEVERAL and all(one.step == "patch" for one in self.past)
        if only or adding <= self.most:
            return "patch"
        larger = Counter(one.step for one in self.past if one.adding > self.most)
        return "major" if larger["major"] > larger["minor"] else "minor"

    def explain(self, adding: int) -> str:
        """In one sentence, why it is that step."""
        those = f"{adding or 'none'} of the commits {'says' if adding < 2 else 'say'}"
        said = f"{those} in plain words that something is added: a {self.step(adding)} release"
        if not self.past:
            return said
        most = {-1: "all of them", 0: "those with any such commit"}
        larger = most.get(self.most, f"those with over {self.most} such commits")
        number = len(self.past)
        return (
            f"{said}, for of the last {plural(number, 'release')} {larger} were larger than a "
            f"patch ({self.fits} of {number} fit that)"
        )


def find_rule(past: Sequence[PastStep]) -> Rule:
    """The rule that fits most of the releases; where several do, any addition is no patch."""
    numbers = sorted({-1, 0, *(one.adding for one in past)}, key=lambda most: (abs(most), most))
    rules = [Rule(most, count_fitting(past, most), past) for most in numbers]
    return max(rules, key=lambda rule: rule.fits)


def count_fitting(past: Sequence[PastStep], most: int) -> int:
    """How many releases were patches just where no more than `most` of their commits add."""
    return sum((one.step == "patch") == (one.adding <= most) for one in past)


def first_suffix(versions: Iterable[Version], final: Version) -> str:
    """What stands behind the numbers of a version's first pre-release; empty where it has none."""
    before = (one for one in versions if one.is_pre and one.base == final)
    return min(before, default=final).suffix


def newest_finals(releases: Sequence[ReadTag]) -> list[ReadTag]:
    """The newest releases that are no pre-releases, by version, and the one before the first."""
    finals = {one.version: one for one in releases if not one.version.is_pre}
    return sorted(finals.values(), key=lambda one: one.version)[-NEWEST - 1 :]


def step_between(old: Version, new: Version) -> Step:
    """At which number two versions differ first."""
    if old.major != new.major:
        return "major"
    return "minor" if old.minor != new.minor else "patch"


def commits_of(releases: Sequence[ReadTag], history: Sequence[Commit]) -> Iterator[Range]:
    """The commits of each release but the first, newest first; each is the first one's that has it.

    Where the history was cut off, the releases that it has no more are left out.
    """
    known = {commit.id: commit for commit in history}
    taken: set[str] = set()
    for old, new in pairwise(releases):
        mine = take(known, new.tag.commit, taken)
        if new.tag.commit in known and (old is releases[0] or old.tag.commit in known):
            yield Range(old.version, new.version, [one for one in history if one.id in mine])


def take(known: Mapping[str, Commit], start: str, taken: set[str]) -> set[str]:
    """The commits from `start` on that nobody has taken yet."""
    waiting, mine = [start], set[str]()
    while waiting:
        commit = known.get(waiting.pop())
        if commit and commit.id not in taken:
            taken.add(commit.id)
            mine.add(commit.id)
            waiting += commit.parents
    return mine
