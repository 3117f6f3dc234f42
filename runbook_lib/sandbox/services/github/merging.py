"""Commits merged, squashed and rebased in a bare repository, with no work tree.

`git merge-tree --write-tree` came with git 2.38; an older git merges in a work tree for a moment.
"""

import tempfile
from functools import lru_cache
from pathlib import Path

from runbook_lib.sandbox.services.github.object_format import Commit, Stamp
from runbook_lib.sandbox.services.github.objects import (
    EMPTY_TREE,
    lines,
    list_commits,
    make_commit,
    merge_base,
    read_commits,
)
from runbook_lib.sandbox.world.git_objects import ask_git, git

FIRST_WITH_MERGE_TREE = (2, 38)


@lru_cache(maxsize=1024)
def merge_trees(folder: Path, ours: str, theirs: str) -> str | None:
    """The tree that merging two commits makes, or None where they conflict or have no ancestor."""
    if git_version() < FIRST_WITH_MERGE_TREE:
        fork = merge_base(folder, ours, theirs)
        return merge_in_work_tree(folder, fork, ours, theirs) if fork else None
    answer = ask_git(folder, "merge-tree", "--write-tree", ours, theirs)
    return answer.lines[0] if answer.status == 0 else None


@lru_cache(maxsize=1)
def git_version() -> tuple[int, ...]:
    """The version of git on this machine."""
    words = git(Path("/"), "--version").decode().split()
    return tuple(int(part) for part in words[2].split(".")[:2])


def merge_in_work_tree(folder: Path, fork: str, ours: str, theirs: str) -> str | None:
    """The same as `merge_trees`, from the common ancestor, as every git can do it."""
    with tempfile.TemporaryDirectory() as place:
        environment = {"GIT_WORK_TREE": place, "GIT_INDEX_FILE": f"{place}.index"}
        environment["GIT_DIR"] = str(folder)
        work = Path(place)
        try:
            git(work, "read-tree", "-m", "-u", ours, environment=environment)
            words = ("merge-recursive", fork, "--", ours, theirs)
            if ask_git(work, *words, environment=environment).status:
                return None
            return lines(git(work, "write-tree", environment=environment))[0]
        finally:
            Path(f"{place}.index").unlink(missing_ok=True)


def merge(folder: Path, base: str, head: str, message: str, by: Stamp) -> str | None:
    """Merge a head into a base with a merge commit, and return its id; None where they conflict."""
    tree = merge_trees(folder, base, head)
    return None if tree is None else make_commit(folder, tree, [base, head], message, by, by)


def squash(
    folder: Path, base: str, head: str, message: str, author: Stamp, by: Stamp
) -> str | None:
    """All that a head has over a base, as one commit on the base."""
    tree = merge_trees(folder, base, head)
    return None if tree is None else make_commit(folder, tree, [base], message, author, by)


def rebase(folder: Path, base: str, head: str, by: Stamp) -> str | None:
    """Each commit that a head has over a base made anew on the base; merges are left out."""
    words = ("--topo-order", "--reverse", "--no-merges", head, f"^{base}")
    top = read_commits(folder, [base])[0]
    for commit in read_commits(folder, list_commits(folder, *words)):
        made = pick(folder, commit, top, by)
        if made is None:
            return None
        top = made
    return top.sha


def pick(folder: Path, commit: Commit, onto: Commit, by: Stamp) -> Commit | None:
    """A commit made anew on another one; on the other itself, what changes nothing any more."""
    before = parent_tree(folder, commit)
    tree = commit.tree if before == onto.tree else change_tree(folder, before, onto, commit, by)
    if tree is None or (tree == onto.tree and before != commit.tree):
        return onto if tree else None
    made = make_commit(folder, tree, [onto.sha], commit.message, commit.author, by)
    return read_commits(folder, [made])[0]


def parent_tree(folder: Path, commit: Commit) -> str:
    """The tree that a commit changed."""
    parents = read_commits(folder, commit.parents[:1])
    return parents[0].tree if parents else EMPTY_TREE


def change_tree(folder: Path, before: str, onto: Commit, commit: Commit, by: Stamp) -> str | None:
    """The tree that a commit's change makes of another; None where they conflict.

    The three trees become commits, so that the one before the change is the other two's ancestor.
    """
    fork = make_commit(folder, before, [], "before", by, by)
    sides = [make_commit(folder, one.tree, [fork], "after", by, by) for one in (onto, commit)]
    if sides[0] == sides[1]:
        return onto.tree
    return merge_trees(folder, *sides)
