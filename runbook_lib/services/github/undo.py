"""Taking back what nobody has built on yet: a pull request that is not merged, a draft."""

from collections.abc import Generator

from runbook_lib.errors import Refused
from runbook_lib.services.github.pulls import PullRequest, PullSteps, pull_of
from runbook_lib.services.github.release import Release
from runbook_lib.services.github.releases import ReleaseSteps
from runbook_lib.steps.step import step


class UndoSteps(PullSteps, ReleaseSteps):
    """The steps that take back what other steps have made; of what is None there is none."""

    @step
    def close_pull_request(
        self, pull: PullRequest | None
    ) -> Generator[str, None, PullRequest | str]:
        """Close a pull request without merging it; a look is one call.

        Raises `Refused` where it was merged: that can't be taken back here.
        """
        if pull is None:
            return "no pull request is open"
        found = pull_of(self.remote.get_pull(pull.number).complete())
        if found.state == "merged":
            raise Refused(
                f"expected #{found.number} to be open or closed, found that it was merged "
                f"meanwhile ({found.link}): look at what is left to take back: run this again "
                "from the top, or go on with what it was for"
            )
        if found.state == "open":
            yield f"close pull request #{found.number} without merging it: {found.title}"
            place = f"/repos/{self.repository}/pulls/{found.number}"
            self.asker.requestJsonAndCheck("PATCH", place, input={"state": "closed"})
        return found

    @step
    def delete_draft(self, release: Release | None) -> Generator[str, None, str]:
        """Delete the draft of a release; a look is one call. Its tag stays.

        Raises `Refused` where it was published, `Conflict` where it is another tag's by now.
        """
        if release is None:
            return "no release is drafted"
        found = self.look_again(release)
        if found is None:
            return f"release {release.tag} has no draft any more"
        if not found.draft:
            raise Refused(
                f"expected a draft of release {found.tag}, found it published ({found.link}): "
                "what is published is not taken back; release a newer version instead"
            )
        yield f"delete the draft of release {found.tag}: {found.link}"
        place = f"/repos/{self.repository}/releases/{found.id}"
        self.asker.requestJsonAndCheck("DELETE", place)
        return ""
