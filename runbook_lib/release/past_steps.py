"""What the last releases of a repository were made of, read from git in one call."""

from dataclasses import replace

from runbook_lib.policy.commits import standing
from runbook_lib.policy.release.adding import count_adding
from runbook_lib.policy.release.calls import called_for
from runbook_lib.policy.release.next_version import Known
from runbook_lib.policy.release.past_steps import (
    PastStep,
    commits_of,
    newest_finals,
)
from runbook_lib.policy.reverts import drop_reverts
from runbook_lib.release.commits import commit_paths
from runbook_lib.release.run import ReleaseRun
from runbook_lib.services.git.history import read_commits

MOST = "--max-count=5000"
"""So many commits are read: what is older says less of how releases are made today."""


def read_past_steps(run: ReleaseRun, known: Known, start: str) -> tuple[PastStep, ...]:
    """The last releases of the source branch, oldest first."""
    finals = newest_finals(known.tags.releases)
    if len(finals) < 2:
        return ()
    git, convention = run.mirror.git, run.profile.commits.convention
    since = (MOST, finals[-1].tag.commit, f"^{finals[0].tag.commit}")
    history = [replace(one, convention=convention) for one in read_commits(git, *since)]
    paths = commit_paths(run, start)
    mine = {one.id for one in read_commits(git, *since, paths=paths)} if paths else None
    found = []
    for release in commits_of(finals, history):
        own = [one for one in release.commits if mine is None or one.id in mine]
        kept = standing(drop_reverts(own))
        told = known.changelog.told_of(release.new) if known.changelog else None
        found.append(PastStep(release.step, called_for(kept), count_adding(kept), told))
    return tuple(found)
