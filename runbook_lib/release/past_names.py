"""What the last releases of a repository were called, read from git and GitHub."""

from collections.abc import Sequence
from dataclasses import replace

from runbook_lib.policy.release.past_names import (
    PastNames,
    PastRelease,
    last_tags,
    merged_branch,
    merged_title,
    past_names,
)
from runbook_lib.release.run import ReleaseRun
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import find_commit, find_merge, read_commits, tag_subject


def read_names(run: ReleaseRun, tags: Sequence[str], start: str, tag_template: str) -> PastNames:
    """What the last releases were called, by git and, in one call, by GitHub."""
    if len(tags) < 2:
        return PastNames()
    titles = release_titles(run)
    git = run.mirror.git
    past = [replace(read_past(git, tag, start), release=titles.get(tag, "")) for tag in tags]
    return past_names(past, tag_template=tag_template)


def found_names(run: ReleaseRun, last: str, tags: Sequence[str]) -> dict[str, str]:
    """The templates that git alone shows of the releases up to the `last` one."""
    git = run.mirror.git
    past = [read_past(git, tag, f"refs/tags/{last}") for tag in last_tags(last, tags)]
    return dict(past_names(past).templates)


def release_titles(run: ReleaseRun) -> dict[str, str]:
    """The titles of the newest releases, by their tags."""
    page = next(run.github.pages_of_releases(), [])
    return {release.tag: release.title for release in page if not release.draft}


def read_past(git: Git, tag: str, start: str) -> PastRelease:
    """What a release was called, by its tag, its commit, and the merge that brought it."""
    commit = read_commits(git, "-1", f"refs/tags/{tag}")[0]
    own = find_commit(git, commit.parents[1]) if len(commit.parents) == 2 else commit
    merge = commit if own is not commit else find_merge(git, commit.id, start)
    return PastRelease(
        tag,
        branch=merged_branch(merge.subject) if merge else "",
        message=own.subject,
        tag_message=tag_subject(git, tag),
        pull_request=merged_title(merge.subject, merge.body)
        if merge
        else merged_title(own.subject, ""),
    )
