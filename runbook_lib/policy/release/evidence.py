"""What speaks for a step where the commits do not say it, or say another than is usual here."""

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from runbook_lib.frozen import frozen
from runbook_lib.policy.changelog.announcing import STEPS, Step
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.plural import plural
from runbook_lib.policy.release.adding import count_adding, is_adding
from runbook_lib.policy.release.doubts import is_many, silent_commits
from runbook_lib.policy.release.next_version import Known, Level
from runbook_lib.policy.release.past_steps import (
    NEWEST,
    PastStep,
    find_rule,
    first_suffix,
    step_between,
)
from runbook_lib.policy.tag_template import ReleaseTag
from runbook_lib.policy.version import Version

SEVERAL = 2
"""From so many releases on they are a habit."""


@frozen
class Evidence:
    """A step, and why it is that one: a person decides."""

    step: Step
    reason: str


def find_evidence(level: Level, commits: Sequence[Commit], known: Known) -> Evidence | None:
    """What speaks for another step than the commits call for; None where nothing does."""
    announced, past = known.announced, known.past
    if announced and is_larger(announced, level):
        return larger_of(level, as_announced(announced, past))
    if level == "unknown" or is_many(commits):
        return None if announced else larger_of(level, by_words(commits, past))
    if level == "nothing":
        return as_before(level, "patch", past)
    if level == "minor":
        return as_usual(level, past)
    adding = any(map(is_adding, silent_commits(commits)))
    return larger_of(level, by_words(commits, past)) if level == "patch" and adding else None


def is_larger(step: Step, level: Level) -> bool:
    """Whether a step is larger than the level that commits call for."""
    return level not in STEPS or STEPS.index(step) < STEPS.index(level)


def first_pre(version: Version, last: ReleaseTag, known: Known) -> Version | None:
    """The pre-release that comes before a version, where most such releases began with one."""
    if version.is_pre or known.tags.pre:
        return None
    every = {one.version for one in known.tags.known}
    finals = sorted(one for one in every if not one.is_pre)[-NEWEST - 1 :]
    step = step_between(last.version, version)
    pairs = [pair for pair in pairwise(finals) if known.by_date or step_between(*pair) == step]
    began = [suffix for _, new in pairs if (suffix := first_suffix(every, new))]
    usual = len(began) >= SEVERAL and 2 * len(began) > len(pairs)
    first = Version.parse(f"{version}{began[-1]}") if usual else None
    return None if first in every else first


def larger_of(level: Level, found: Evidence) -> Evidence | None:
    """What was found, where it is larger than what the commits call for."""
    return found if is_larger(found.step, level) else None


def by_words(commits: Sequence[Commit], past: Sequence[PastStep]) -> Evidence:
    """What the titles say in plain words, as the past releases had it."""
    rule, adding = find_rule(past), count_adding(commits)
    return Evidence(rule.step(adding), rule.explain(adding))


def as_before(level: Level, step: Step, past: Sequence[PastStep]) -> Evidence | None:
    """That step, where a release was made of such commits before."""
    such = [one for one in past if one.calls == level]
    if not such:
        return None
    those = f"{len(such)} of the last {plural(len(past), 'release')}"
    return Evidence(step, f"{those} had no commits but such ones")


def as_announced(announced: Step, past: Sequence[PastStep]) -> Evidence:
    """What is announced, or what most of the releases were for which that was written."""
    said = f"what is written for the next release makes it a {announced} one"
    usual, number, every = most_of(one.step for one in past if one.told == announced)
    if usual == announced or number < SEVERAL or 2 * number <= every:
        return Evidence(announced, said)
    those = f"of the last {every} of which as much was told, {number} were {usual} ones"
    return Evidence(usual, f"{said}, and {those}")


def as_usual(level: Level, past: Sequence[PastStep]) -> Evidence | None:
    """A patch, where most of the releases were patches whose commits called for more."""
    usual, number, every = most_of(one.step for one in past if one.calls == level)
    if usual != "patch" or number < SEVERAL or 2 * number <= every:
        return None
    return Evidence(
        usual,
        f"of the last {every} releases whose commits called for a {level} one, "
        f"{number} were {usual} ones",
    )


def most_of(steps: Iterable[Step]) -> tuple[Step, int, int]:
    """The step that most of them are, how many are, and of how many."""
    counted = Counter(steps)
    usual = max(reversed(STEPS), key=lambda step: counted[step])
    return usual, counted[usual], sum(counted.values())
