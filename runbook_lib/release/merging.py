"""What a release needs of GitHub's rules: that it can be pushed, and who merges it."""

from runbook_lib.policy.release.names import Names
from runbook_lib.release.services import ReleaseServices
from runbook_lib.services.github import AutoMerge, PullRequest, Pushed

BY_PEOPLE = "Whoever reviews it merges it (github.merge)."


def refuse_held_back(run: ReleaseServices, names: Names, source: str) -> None:
    """Raise `Refused` where GitHub would not take what is to be pushed, or merge it by itself.

    Behind the push it would be too late to ask; what is pushed already was taken.
    """
    git = run.mirror.git
    if git.commit_at(f"refs/tags/{names.tag}"):
        return
    if run.profile.github.merge == "auto":
        run.github.refuse_no_auto_merge(source)
    run.github.refuse_held_back(Pushed(names.tag, names.branch, names.message, git.signs()))


def merge_when_ready(run: ReleaseServices, pull: PullRequest) -> AutoMerge | str:
    """Have GitHub merge the pull request, where the profile leaves that to it."""
    if run.profile.github.merge != "auto":
        return BY_PEOPLE
    return run.github.merge_when_ready(pull)
