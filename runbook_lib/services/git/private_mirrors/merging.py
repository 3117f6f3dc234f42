"""Reviewed commits merged on top of a branch, in a working copy that is thrown away at need."""

import os
import shutil
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from runbook_lib.errors import Conflict
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.failures import failure
from runbook_lib.services.git.git import Git, configured
from runbook_lib.services.git.history import SHORT, find_commit, listed

KEPT = "refs/runbook/merged"
"""Where the merge that was made last is kept."""
MESSAGE = "Merge reviewed changes"
"""It says nothing of what is merged: it can be read before, and does not tell after."""
PLAIN = {
    "merge.log": "false",
    "merge.verifySignatures": "false",
    "rerere.enabled": "false",
    "core.hooksPath": os.devnull,
}
"""Settings of the operator's that would name commits in the message, or change the outcome.

So would hooks: what is merged is what was reviewed.
"""


class ReviewedHead(Protocol):
    """A branch and the one commit of it that was reviewed."""

    @property
    def branch(self) -> str:
        """The branch's name."""

    @property
    def commit(self) -> str:
        """The whole id of the commit."""


@frozen
class Merged(Shown):
    """Reviewed commits (`heads`) that are merged as `commit`, on top of `base`."""

    base: str
    commit: str
    heads: tuple[str, ...]

    def __str__(self) -> str:
        if not self.heads:
            return f"nothing to merge on top of {self.base:.{SHORT}}"
        heads = ", ".join(f"{head:.{SHORT}}" for head in self.heads)
        return f"{heads} on top of {self.base:.{SHORT}} is {self.commit:.{SHORT}}"


def find_published(git: Git, main: str, heads: Sequence[str]) -> Merged | None:
    """The merge by which a public branch has all these commits, or None where it lacks one."""
    if not all(git.is_ancestor(head, main) for head in heads):
        return None
    line = git.run("rev-list", "--first-parent", "--reverse", main, "--").lines
    whole = first(line, lambda commit: all(git.is_ancestor(head, commit) for head in heads))
    begun = first(line, lambda commit: any(git.is_ancestor(head, commit) for head in heads))
    return Merged(line[max(begun - 1, 0)], line[whole], tuple(heads))


def first(line: Sequence[str], holds: Callable[[str], bool]) -> int:
    """The place of the first commit from which on something holds."""
    return bisect_left(line, True, key=holds)


def find_made(git: Git, base: str, heads: Sequence[str]) -> Merged | None:
    """The merge that was made here last, if it is just of these commits, on just that base."""
    commit = git.commit_at(KEPT)
    if commit is None:
        return None
    at = commit
    for head in reversed(independent(git, heads)):
        before, *others = find_commit(git, at).parents or ("",)
        if others != [head]:
            return None
        at = before
    return Merged(base, commit, tuple(heads)) if at == base else None


def independent(git: Git, heads: Sequence[str]) -> list[str]:
    """The commits that no other one contains, in the order that they were given in."""
    needed = set(git.run("merge-base", "--independent", *heads).lines)
    return [head for head in heads if head in needed]


def make_merge(git: Git, folder: Path, base: str, heads: Sequence[str]) -> Merged:
    """Merge commits one by one, and keep the result; on a conflict, all is as it was."""
    before = git.commit_at(KEPT) or base
    fresh_worktree(git, folder, base)
    tree = replace(git, folder=folder, environment=configured(git.environment, PLAIN))
    try:
        for head in independent(git, heads):
            merge_one(tree, head, base)
    except Conflict:
        fresh_worktree(git, folder, before)
        raise
    commit = find_commit(tree, "HEAD").id
    git.run("update-ref", KEPT, commit)
    return Merged(base, commit, tuple(heads))


def fresh_worktree(git: Git, folder: Path, commit: str) -> None:
    """Have a commit in the working copy, whatever a crash has left there."""
    git.ask("worktree", "remove", "--force", "--force", str(folder))
    shutil.rmtree(folder, ignore_errors=True)
    git.run("worktree", "prune")
    git.run("worktree", "add", "--quiet", "--detach", str(folder), commit)


def merge_one(tree: Git, head: str, base: str) -> None:
    """Merge one commit; raises `Conflict` with the files that do not go together."""
    told = ("--no-ff", "--no-log", "--no-edit", "--no-stat", "--quiet", "-m", MESSAGE)
    answer = tree.ask("merge", *told, head)
    if answer.status == 0:
        return
    files = tree.run("diff", "--name-only", "-z", "--diff-filter=U").fields
    if not files:
        raise failure("merge", answer.status, answer.said)
    raise Conflict(
        f"expected {head:.{SHORT}} to go together with {base:.{SHORT}}, found conflicts in "
        f"{listed(files)}; nothing is left of the attempt: have its author merge the public branch "
        "into theirs, have that reviewed, then run this again"
    )
