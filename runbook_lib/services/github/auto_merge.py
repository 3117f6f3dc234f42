"""Auto-merge: GitHub is told to merge a pull request as soon as all that is required is there.

It is never told so where no review is required: GitHub would merge what nobody has read.
https://docs.github.com/en/graphql/reference/mutations#enablepullrequestautomerge
"""

from collections.abc import Generator

from github.PullRequest import PullRequest as RemotePull

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.answers import Rejected
from runbook_lib.services.github.graph import GraphSteps
from runbook_lib.services.github.pulls import PullRequest, PullSteps
from runbook_lib.services.github.rules import Demands
from runbook_lib.steps.step import step

ENABLE = """
mutation($id: ID!) {
  enablePullRequestAutoMerge(input: {pullRequestId: $id, mergeMethod: MERGE}) {
    clientMutationId
  }
}
"""


@frozen
class AutoMerge(Shown):
    """How a pull request is merged: by itself, or by people."""

    number: int
    said: str
    link: str

    def __str__(self) -> str:
        return f"#{self.number} {self.said}"


class AutoMergeSteps(PullSteps, GraphSteps):
    """The step that leaves a merge to GitHub."""

    @step
    def merge_when_ready(self, pull: PullRequest) -> Generator[str, None, AutoMerge]:
        """Have GitHub merge a pull request with a merge commit, once all is there; 3 calls a look.

        Raises `Refused` where somebody has chosen another way to merge, where no review is
        required, and where the repository does not allow it.
        """
        found = self.remote.get_pull(pull.number).complete()
        said = self.how_it_merges(found)
        if said:
            return AutoMerge(pull.number, said, found.html_url)
        demands = self.demands_of(found.base.ref)
        self.refuse_unread(demands, found.base.ref)
        yield f"have GitHub merge #{pull.number} by itself, once it has {demands}"
        self.enable_auto_merge(found)
        return AutoMerge(pull.number, self.how_it_merges(found), found.html_url)

    def how_it_merges(self, found: RemotePull) -> str:
        """How it merges, where that is settled; empty where nobody has chosen."""
        auto = found.raw_data.get("auto_merge")
        if found.merged:
            return "is merged"
        if auto and auto["merge_method"] != "merge":
            raise Refused(
                f"expected that #{found.number} merges with a merge commit, for else the tag stays "
                f"outside of {found.base.ref}, found that it is to merge by a "
                f"{auto['merge_method']}: have auto-merge disabled there ({found.html_url})"
            )
        if auto:
            return "merges by itself, once all is there that is required"
        return (
            "lacks nothing: whoever reviews it merges it"
            if found.mergeable_state == "clean"
            else ""
        )

    def refuse_no_auto_merge(self, into: str) -> None:
        """Raise `Refused` where nothing into a branch could be merged by itself; three calls."""
        if self.remote.complete().raw_data.get("allow_auto_merge") is False:
            raise Refused(
                f"expected that {self.repository} allows auto-merge, as the profile asks for, "
                f"found that it does not: {self.what_to_do}"
            )
        self.refuse_unread(self.demands_of(into), into)

    def refuse_unread(self, demands: Demands, into: str) -> None:
        """Refuse to have merged what nobody needs to have read."""
        if not demands.approvals:
            raise Refused(
                f"expected that {into} of {self.repository} requires a review, as GitHub would "
                "else merge what nobody has read, found no rule that does and can be read with "
                f"this token: add one ({self.rules_link(into)}), or leave the merge to people "
                "(github.merge)"
            )

    @property
    def what_to_do(self) -> str:
        """What helps where a repository does not allow it."""
        return (
            f"allow it in the settings of {self.repository}, or leave the merge to people "
            "(github.merge)"
        )

    def enable_auto_merge(self, found: RemotePull) -> None:
        """Tell GitHub; raises `Refused` with its words where it does not take that."""
        problems = self.post_graph(ENABLE, id=found.raw_data["node_id"]).problems
        if problems:
            raise Rejected(
                f"GitHub does not merge #{found.number} by itself: {problems}; {self.what_to_do}"
            )
