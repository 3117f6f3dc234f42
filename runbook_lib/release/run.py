"""Opens a run of the release runbook."""

from typing import Any

from runbook_lib.policy.changelog import Entry
from runbook_lib.release.merging import merge_when_ready
from runbook_lib.release.notes import Notes, find_notes
from runbook_lib.release.release import Release
from runbook_lib.release.services import ReleaseServices
from runbook_lib.release.setting import open_setting
from runbook_lib.run.opening import open_session
from runbook_lib.run.run import Run
from runbook_lib.services.github import AutoMerge, PullRequest
from runbook_lib.steps.step import check


class ReleaseRun(ReleaseServices, Run):
    """One session of a release, with its services."""

    @check
    def release_notes(self, release: Release, entry: Entry) -> Notes:
        """What the release says on GitHub, and what has to be approved of it (`find_notes`)."""
        return find_notes(self, self.github, release, entry)

    def merge_when_ready(self, pull: PullRequest) -> AutoMerge | str:
        """Have GitHub merge the pull request, where the profile leaves that to it."""
        return merge_when_ready(self, pull)


def open_release(runbook: str, *, parameters: dict[str, Any], of: str = "") -> ReleaseRun:
    """Open a session of a release; `parameters` is the notebook's namespace (`open_session`).

    `of` names the runbook whose runs it works on, where that is not its own.
    """
    run = open_session(ReleaseRun, runbook, parameters, open_setting)
    run.of = of
    return run
