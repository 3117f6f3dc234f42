"""What a pull request brought into its base: the commits that a cherry-pick would take."""

from github.Commit import Commit
from github.PaginatedList import PaginatedList

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.client import Client


@frozen
class MergedPull:
    """A merged pull request: its branch's commits, oldest first, and what its base got."""

    number: int
    title: str
    commits: tuple[str, ...]
    merge: str
    link: str


class PickSteps(Client):
    """The looks at what can be cherry-picked."""

    def find_merged_pull(self, number: int) -> MergedPull:
        """A merged pull request; raises `Refused` where there is none, or it isn't merged."""
        try:
            found = self.remote.get_pull(number).complete()
        except Missing as missing:
            raise Refused(
                f"expected pull request #{number} in {self.repository}, found none; correct it"
            ) from missing
        if not found.merged:
            raise Refused(
                f"expected #{number} of {self.repository} to be merged, found it {found.state} "
                f"({found.html_url}); merge it first: what is picked has to be on its base"
            )
        path = f"/repos/{self.repository}/pulls/{number}/commits"
        commits = PaginatedList(Commit, self.asker, path, None)
        ids = tuple(commit.sha for commit in commits)
        return MergedPull(number, found.title, ids, found.merge_commit_sha, found.html_url)
