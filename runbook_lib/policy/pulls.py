"""Merged pull requests that speak for their commits: one line each, by title and labels."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from runbook_lib.policy.commits import Commit, Pull


def speak_for(commits: Sequence[Commit], pulls: Mapping[str, Sequence[Pull]]) -> list[Commit]:
    """The commits, newest first, each merged pull request speaking by one of them.

    That is the one that it was merged as; the others that came by it are dropped, but for one that
    breaks something. `pulls` has the merged pull requests of a commit by its id; where there are
    none, a commit speaks for itself.
    """
    brought: dict[Pull, list[Commit]] = {}
    for commit in commits:
        if pulls.get(commit.id):
            brought.setdefault(choose(commit.id, pulls[commit.id]), []).append(commit)
    spoken = {c.id: c for pull, those in brought.items() for c in of_one_pull(pull, those)}
    return [spoken.get(commit.id, commit) for commit in commits]


def choose(id: str, pulls: Sequence[Pull]) -> Pull:
    """The pull request of a commit: the one that it merged, else the first that had it."""
    return min(pulls, key=lambda pull: (pull.commit != id, pull.number))


def of_one_pull(pull: Pull, commits: Sequence[Commit]) -> list[Commit]:
    """The commits of one pull request, newest first; a rebased one speaks by its newest."""
    speaker = next((one.id for one in commits if one.id == pull.commit), commits[0].id)
    parts = [one for one in commits if not one.is_merge]
    taken_back = parts[0].dropped if parts and all(one.dropped for one in parts) else ""
    return [
        replace(one, pull=pull, dropped=one.dropped or taken_back)
        if one.id == speaker
        else one
        if one.dropped or one.breaking
        else replace(one, dropped=f"part of #{pull.number}")
        for one in commits
    ]
