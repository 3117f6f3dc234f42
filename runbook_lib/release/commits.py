"""The commits of a release, as its profile reads them: version and changelog are of these."""

from dataclasses import replace

from runbook_lib.policy.commits import Commit
from runbook_lib.policy.pulls import speak_for
from runbook_lib.policy.release.tag_reading import package_folder
from runbook_lib.policy.reverts import drop_reverts
from runbook_lib.release.run import ReleaseRun


def read_commits(run: ReleaseRun, since: str | None, until: str) -> list[Commit]:
    """The commits after one up to another, newest first; what was reverted is dropped.

    Where pull requests speak for them, GitHub is asked about each commit once in a session.
    """
    settings = run.profile.commits
    found = run.mirror.commits(since, until, commit_paths(run, until))
    read = drop_reverts([replace(one, convention=settings.convention) for one in found])
    if settings.source == "messages":
        return read
    asked = [one.id for one in read if one.id not in run.pulls]
    run.pulls.update(run.github.find_pulls_of(asked))
    return speak_for(read, run.pulls)


def commit_paths(run: ReleaseRun, start: str) -> tuple[str, ...]:
    """What is released of the repository: the package's folder, or nothing where it is all."""
    folder = package_folder(run.mirror.paths(start), run.profile.repository.package)
    return (folder,) if folder else ()
