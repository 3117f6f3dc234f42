"""Which tags a commit reaches, and where the others left its history; each in one call."""

from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import Tag, read_tags

NAME = "--format=%(refname:lstrip=2)"


def tags_and_reached(git: Git, commit: str) -> tuple[list[Tag], frozenset[str]]:
    """All tags, and the names of those that a commit reaches: two long looks, side by side."""
    with ThreadPoolExecutor(1) as beside:
        reached = beside.submit(reached_tags, git, commit)
        return read_tags(git), reached.result()


def reached_tags(git: Git, commit: str) -> frozenset[str]:
    """The names of the tags that a commit reaches."""
    return frozenset(git.run("for-each-ref", NAME, f"--merged={commit}", "refs/tags").lines)


def loose_tags(git: Git, tags: Collection[Tag], keep: str) -> frozenset[str]:
    """The names of the tags that no branch goes on from: none has them, or it ends right there.

    The branch that is at the commit `keep` counts in any case.
    """
    tagged = {tag.commit for tag in tags} - {keep}
    heads = git.run("for-each-ref", "--format=%(objectname)", "refs/heads").lines
    branches = {keep, *heads} - tagged
    without = [f"--no-merged={head}" for head in sorted(branches)]
    return frozenset(git.run("for-each-ref", NAME, *without, "refs/tags").lines)


def fork_of(git: Git, one: str, other: str) -> str:
    """The newest commit that two have in common; empty where they have none."""
    return git.look_up("merge-base", one, other).text


def newest_of(git: Git, commits: Sequence[str]) -> frozenset[str]:
    """Those of some commits that no other of them reaches."""
    several = tuple(dict.fromkeys(filter(None, commits)))
    if len(several) < 2:
        return frozenset(several)
    return frozenset(git.run("merge-base", "--independent", *several).lines)


def is_merged_by(git: Git, tag: Tag, source: str) -> bool:
    """Whether a tag is at a merge of what a source has too: as git-flow tags its main branch."""
    _, *parents = git.run("rev-list", "--no-walk", "--parents", tag.commit).text.split()
    return len(parents) > 1 and any(git.is_ancestor(parent, source) for parent in parents[1:])
