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
    read = read_messages(run, run.mirror.find(since) if since else None, until)
    if run.profile.commits.source == "messages":
        return read
    asked = [one.id for one in read if one.id not in run.pulls]
    run.pulls.update(run.github.find_pulls_of(asked))
    return speak_for(read, run.pulls)


def read_messages(run: ReleaseRun, since: str | None, until: str) -> list[Commit]:
    """The same by their messages alone, between two commits: they stay, and are read once."""
    if (since, until) not in run.histories:
        found = run.mirror.commits(since, until, commit_paths(run, until))
        convention = run.profile.commits.convention
        read = drop_reverts([replace(one, convention=convention) for one in found])
        run.histories[since, until] = read
    return [*run.histories[since, until]]


def commit_paths(run: ReleaseRun, start: str) -> tuple[str, ...]:
    """What is released of the repository: the package's folder, or nothing where it is all."""
    package = run.profile.repository.package
    folder = package_folder(run.mirror.paths(start), package) if package else ""
    return (folder,) if folder else ()
