"""Which branches were reviewed as they are now: only these are merged by a runbook."""

from collections.abc import Iterator, Sequence

from github.PullRequest import PullRequest as RemotePull

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.pulls import same_branch
from runbook_lib.services.github.verdicts import VerdictSteps
from runbook_lib.steps.step import check

NONE = "no branch is reviewed: there is nothing to merge"


@frozen
class ReviewedBranch:
    """A branch whose pull request is approved, at `commit`, by others than its author."""

    branch: str
    commit: str
    number: int
    approvers: tuple[str, ...]
    link: str

    def __str__(self) -> str:
        return f"#{self.number} {self.branch} at {self.commit:.9}, by {', '.join(self.approvers)}"


@frozen
class LeftOut:
    """A branch that is not merged, and why."""

    branch: str
    number: int
    reason: str

    def __str__(self) -> str:
        return f"#{self.number} {self.branch}: {self.reason}"


@frozen
class Reviewed(Shown):
    """The reviewed branches, by the numbers of their pull requests, and those left out."""

    heads: tuple[ReviewedBranch, ...]
    left_out: tuple[LeftOut, ...] = ()

    def __iter__(self) -> Iterator[ReviewedBranch]:
        return iter(self.heads)

    def __len__(self) -> int:
        return len(self.heads)

    def __str__(self) -> str:
        reviewed = [f"reviewed: {head}" for head in self.heads]
        return "\n".join([*(reviewed or [NONE]), *(f"left out: {one}" for one in self.left_out)])


class ReviewSteps(VerdictSteps):
    """The look at what was reviewed."""

    @check
    def find_reviewed(self, branches: Sequence[str] = (), *, into: str = "main") -> Reviewed:
        """The branches to be merged into another: by default all that are reviewed as they are.

        That is: an open pull request whose newest commit somebody else than its author approved
        who may write here, and nobody asks for changes. Of `branches` that are named, each has to
        be, or was merged so; else raises `Refused`. A call, and for each pull request one, and one
        for each approval.
        """
        return self.look_for_reviewed(branches, into)

    @check
    def check_still_reviewed(self, reviewed: Reviewed, *, into: str = "main") -> Reviewed:
        """Look again at reviewed branches, before they go out: somebody was asked in between.

        Raises `Refused` where one is not reviewed any more, or has another commit.
        """
        if not reviewed:
            return reviewed
        found = self.look_for_reviewed([head.branch for head in reviewed], into)
        before = {head.commit for head in reviewed}
        changed = [str(head) for head in found if head.commit not in before]
        if changed:
            raise Refused(
                "expected the branches as they were reviewed when they were merged here, found "
                f"{'; '.join(changed)} since: run this again from where they are looked for"
            )
        return found

    def look_for_reviewed(self, branches: Sequence[str], into: str) -> Reviewed:
        """The branches that are named, or all, as they are reviewed now."""
        pulls = self.named(branches, into) if branches else self.open_pulls(into)
        judged = [self.judge(pull) for pull in sorted(pulls, key=lambda pull: pull.number)]
        left_out = tuple(one for one in judged if isinstance(one, LeftOut))
        if branches and left_out:
            raise Refused(
                "expected that each named branch is reviewed as it is now, found "
                f"{'; '.join(map(str, left_out))}: have it reviewed, or leave it out"
            )
        return Reviewed(tuple(one for one in judged if isinstance(one, ReviewedBranch)), left_out)

    def open_pulls(self, into: str) -> list[RemotePull]:
        """The open pull requests into a branch."""
        listed = self.remote.get_pulls(state="open", base=into)
        return [pull for pull in listed if pull.base.ref == into]

    def named(self, branches: Sequence[str], into: str) -> list[RemotePull]:
        """The pull request of each branch, once."""
        return [self.pull_of(branch, into) for branch in dict.fromkeys(branches)]

    def pull_of(self, branch: str, into: str) -> RemotePull:
        """The pull request of a branch: the open one, else that merged last."""
        label = f"{self.repository.partition('/')[0]}:{branch}"
        listed = self.remote.get_pulls(state="all", head=label, base=into)
        found = [
            pull for pull in listed if same_branch(pull.head.label, label) and pull.base.ref == into
        ]
        live = [pull for pull in found if pull.state == "open" or pull.merged_at]
        if not live:
            raise Refused(
                f"expected an open pull request of {branch} into {into} in {self.repository}, "
                f"found {'only closed ones' if found else 'none'}: correct the name, or have one "
                "opened and reviewed"
            )
        return max(live, key=lambda pull: (pull.state == "open", pull.number))

    def judge(self, pull: RemotePull) -> ReviewedBranch | LeftOut:
        """A pull request as one that is reviewed, or left out with the reason."""
        branch, commit = pull.head.ref, pull.head.sha
        verdicts = self.verdicts(pull)
        reason = self.misplaced(pull) or verdicts.lacking
        if reason:
            return LeftOut(branch, pull.number, reason)
        return ReviewedBranch(branch, commit, pull.number, verdicts.approvers, pull.html_url)

    def misplaced(self, pull: RemotePull) -> str:
        """Why a pull request can't be one of those; empty where it can."""
        if pull.draft:
            return "still a draft"
        home = pull.head.repo.full_name if pull.head.repo else ""
        if home.casefold() != self.repository.casefold():
            return f"its branch is in {home or 'a repository that is gone'}, not here"
        return ""
