"""Reverts: what takes a commit of the same release back drops out, together with it."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from runbook_lib.policy.commits import SHORT, TAKEN_BACK, Commit
from runbook_lib.policy.convention import RELEASED

REVERTS = re.compile(
    r"^This reverts commits? (?P<ids>[0-9a-f]{7,64}(?:(?:,| and|, and)? [0-9a-f]{7,64})*)"
    r"(?:[.,]?\s*$|,?\s+reversing\b)",
    re.MULTILINE,
)
"""What `git revert` writes. One that says that it takes back a part alone is none."""
REVERTS_PULL = re.compile(r"^Reverts (?:[\w.-]+/[\w.-]+)?#(\d+)\.?\s*$", re.MULTILINE)
"""What GitHub's button writes."""
NUMBERED = re.compile(r"\(#(\d+)\)\Z|\AMerge pull request #(\d+) ")
BACK = re.compile(r"revert|reapply|back(?:s|ed)? out", re.IGNORECASE)


def drop_reverts(commits: Sequence[Commit]) -> list[Commit]:
    """The commits, newest first, where each pair of a commit and its revert is dropped.

    Of a revert that was reverted itself, the commit stands again. What takes back something that
    was released before stands, for users notice it.
    """
    history = History(commits)
    dropped: dict[str, str] = {}
    for commit in commits:
        if commit.dropped or commit.id in dropped:
            continue
        targets = [one for one in history.targets(commit) if one.id not in dropped]
        for target in targets:
            dropped[target.id] = f"reverted by {commit.id:.{SHORT}}"
        if targets and is_only_a_revert(commit):
            names = ", ".join(f"{one.id:.{SHORT}}" for one in targets[:3])
            dropped[commit.id] = f"reverts {names}{' …' if len(targets) > 3 else ''}"
    return [
        replace(commit, dropped=dropped[commit.id]) if commit.id in dropped else commit
        for commit in commits
    ]


def is_only_a_revert(commit: Commit) -> bool:
    """Whether there is nothing else in it, by its subject: `feat: another way` has more."""
    return commit.kind not in RELEASED or BACK.search(commit.subject) is not None


class History:
    """The commits of a release, newest first, by what reverts name them by."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self.commits = commits
        self.by_id = {commit.id: commit for commit in commits}
        self.places = {commit.id: place for place, commit in enumerate(commits)}

    def targets(self, commit: Commit) -> list[Commit]:
        """What a commit takes back of this release."""
        ids = [one for found in REVERTS.finditer(commit.body) for one in found["ids"].split()]
        names = [one.rstrip(",") for one in ids if one != "and"]
        found = [one for name in names if (one := self.named(name))]
        found = found or self.of_pulls(commit) or self.quoted(commit)
        return list(dict.fromkeys(one for each in found for one in self.brought(each)))

    def named(self, name: str) -> Commit | None:
        """The commit of an id, or of the beginning of one that is nobody else's."""
        if name in self.by_id:
            return self.by_id[name]
        found = [commit for commit in self.commits if commit.id.startswith(name)]
        return found[0] if len(found) == 1 else None

    def of_pulls(self, commit: Commit) -> list[Commit]:
        """What came by the pull requests that a commit says it reverts."""
        numbers = set(REVERTS_PULL.findall(commit.body))
        return [one for one in self.older(commit) if numbers & pull_numbers(one)] if numbers else []

    def quoted(self, commit: Commit) -> list[Commit]:
        """The newest older commit of the quoted subject, where that one's id says nothing here.

        A branch that was rebased has other ids than its reverts name.
        """
        found = TAKEN_BACK.fullmatch(commit.subject)
        if found is None or found["how"] != "Revert":
            return []
        same = (one for one in self.older(commit) if one.subject == found["subject"])
        return [one] if (one := next(same, None)) else []

    def older(self, commit: Commit) -> Iterator[Commit]:
        """The commits that are older than one."""
        return iter(self.commits[self.places[commit.id] + 1 :])

    def brought(self, commit: Commit) -> list[Commit]:
        """A commit, and for a merge all that it has brought in."""
        if not commit.is_merge:
            return [commit]
        first, *others = commit.parents
        before = self.reachable([first])
        return [commit, *(self.by_id[one] for one in self.reachable(others) if one not in before)]

    def reachable(self, ids: Iterable[str]) -> dict[str, None]:
        """The commits of this release that can be reached from some, themselves included."""
        seen: dict[str, None] = {}
        waiting = list(ids)
        while waiting:
            one = waiting.pop()
            if one in self.by_id and one not in seen:
                seen[one] = None
                waiting += self.by_id[one].parents
        return seen


def pull_numbers(commit: Commit) -> set[str]:
    """The number of the pull request that a commit was merged by, as its subject says."""
    found = NUMBERED.search(commit.subject)
    return set(filter(None, found.groups())) if found else set()
