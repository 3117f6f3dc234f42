"""Pull requests: opened once, found again by their branch, merged by others."""

from collections.abc import Generator
from typing import Literal

from github.PullRequest import PullRequest as RemotePull

from runbook_lib.errors import Conflict, Refused, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.policy import lengths
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.answers import AlreadyExists, Missing
from runbook_lib.services.github.hindrances import HindranceSteps
from runbook_lib.services.github.verdicts import NOT_APPROVED, Verdicts, VerdictSteps
from runbook_lib.steps.step import step
from runbook_lib.steps.wait import NotYet, wait


@frozen
class PullRequest(Shown):
    """A pull request; `commit` is the head of its branch."""

    number: int
    title: str
    state: Literal["open", "merged", "closed"]
    head: str
    base: str
    commit: str
    link: str

    def __str__(self) -> str:
        return f"#{self.number} {self.head} into {self.base} ({self.state})"


@frozen
class MergedPullRequest(Shown):
    """A pull request that was merged as `commit`; `head` was its branch's last commit.

    `approvers` are those whose approval counts, `lacking` is what it lacked of being reviewed.
    """

    number: int
    title: str
    commit: str
    head: str
    merged_by: str
    approvers: tuple[str, ...]
    link: str
    lacking: str = ""

    @property
    def unreviewed(self) -> str:
        """What has to be approved where it was merged unreviewed; empty where it was reviewed."""
        if not self.lacking:
            return ""
        plain = self.lacking == NOT_APPROVED
        how = "without an approving review" if plain else f"unreviewed: {self.lacking}"
        return f"#{self.number} was merged by {self.merged_by} {how}."

    def __str__(self) -> str:
        approval = f"approved by {', '.join(self.approvers)}" if self.approvers else ""
        review = "; ".join(filter(None, (approval, self.lacking))) or NOT_APPROVED
        return f"#{self.number} {review}, merged by {self.merged_by} as {self.commit:.9}"


class PullSteps(VerdictSteps, HindranceSteps):
    """The steps around a pull request."""

    @step
    def open_pull_request(
        self, branch: str, *, into: str, title: str, body: str, whole: str = "", at: str = ""
    ) -> Generator[str, None, PullRequest]:
        """Open a pull request of a branch of this repository; a look is one call, or two with `at`.

        Of a `body` that is too long, the first lines are sent with a link to the `whole`.
        One that is open or merged is found again by its branch and base. Raises `Conflict` where
        the only one was closed without a merge, and where the branch is not `at` that commit
        before one is opened.
        """
        found = self.find_pull(branch, into)
        if found is not None and found.state == "closed":
            raise Conflict(
                f"expected a pull request of {branch} into {into} that is open or merged, found "
                f"#{found.number} closed without a merge ({found.link}): reopen it, or release "
                "under another version"
            )
        if found is not None:
            return found
        if at:
            self.check_head(branch, at)
        body = lengths.fitting(body, lengths.PULL_REQUEST, "a pull request's text", whole)
        yield f"open a pull request of {branch} into {into}: {title}"
        return self.create_pull(branch, into=into, title=title, body=body)

    def check_head(self, branch: str, commit: str) -> None:
        """Raise `Conflict` where a branch is at another commit; GitHub says where there is none."""
        try:
            there = self.remote.get_git_ref(f"heads/{branch}").object.sha
        except Missing:
            return
        if there != commit:
            raise Conflict(
                f"expected {branch} on GitHub at {commit:.9}, where this run has pushed it, found "
                f"it at {there:.9}, and no pull request yet: see who pushed that, and put it back, "
                "or open a pull request of it by hand; then run this again"
            )

    def create_pull(self, branch: str, *, into: str, title: str, body: str) -> PullRequest:
        """Open a pull request; where GitHub has one that it did not show, it is worth a look."""
        try:
            return pull_of(self.remote.create_pull(into, branch, title=title, body=body))
        except AlreadyExists as late:
            raise Unavailable(f"{late} (it was not shown a moment ago)") from late

    def find_pull(self, branch: str, into: str) -> PullRequest | None:
        """The pull request of that branch: an open one, else a merged, else a closed one."""
        owner = self.repository.partition("/")[0]
        label = f"{owner}:{branch}"
        listed = self.remote.get_pulls(state="all", head=label, base=into)
        pulls = [pull_of(pull) for pull in listed if same_branch(pull.head.label, label)]
        ranked = sorted(
            (pull for pull in pulls if pull.base == into),
            key=lambda pull: (["open", "merged", "closed"].index(pull.state), -pull.number),
        )
        return ranked[0] if ranked else None

    @wait
    def wait_for_merge(self, pull: PullRequest) -> MergedPullRequest:
        """Wait until a pull request is approved and merged; two calls a poll, and one an approval.

        Two to six more for one that is approved and not merged yet, for what it lacks is named.
        Raises `Refused` where it was closed without a merge.
        """
        found = self.remote.get_pull(pull.number).complete()
        if not found.merged and found.state == "closed":
            raise Refused(
                f"expected #{pull.number} to be merged, found it closed without a merge "
                f"({found.html_url}): reopen it, then run this again"
            )
        verdicts = self.verdicts(found)
        if not found.merged:
            held = self.hindrances(found, verdicts) if is_approved(verdicts) else ""
            whom = ", ".join(user.login for user in found.requested_reviewers or ())
            missing = missing_for_merge(found, verdicts, held)
            raise NotYet(missing, link=found.html_url, whom=whom)
        return MergedPullRequest(
            number=found.number,
            title=found.title,
            commit=found.merge_commit_sha,
            head=found.head.sha,
            merged_by=found.merged_by.login if found.merged_by else "ghost",
            approvers=verdicts.approvers,
            link=found.html_url,
            lacking=verdicts.lacking,
        )


def same_branch(found: str, wanted: str) -> bool:
    """Whether two labels name one branch; owners are the same in any case of letters."""
    owner, _, branch = found.partition(":")
    wanted_owner, _, wanted_branch = wanted.partition(":")
    return branch == wanted_branch and owner.casefold() == wanted_owner.casefold()


def pull_of(pull: RemotePull) -> PullRequest:
    """A listed pull request as our own value; a list does not say `merged`, but when."""
    closed: Literal["merged", "closed"] = "merged" if pull.merged_at else "closed"
    return PullRequest(
        number=pull.number,
        title=pull.title,
        state="open" if pull.state == "open" else closed,
        head=pull.head.ref,
        base=pull.base.ref,
        commit=pull.head.sha,
        link=pull.html_url,
    )


def is_approved(verdicts: Verdicts) -> bool:
    """Whether somebody's approval counts, and nobody asks for changes."""
    return bool(verdicts.approvers) and not verdicts.objections


def missing_for_merge(pull: RemotePull, verdicts: Verdicts, held: str) -> str:
    """What an open pull request still lacks, in words; `held` is what holds an approved one up."""
    if verdicts.objections:
        asked = "; ".join(
            f"{one.reviewer}: {one.reason or 'no reason'}" for one in verdicts.objections
        )
        return f"changes of #{pull.number} are requested by {asked}"
    if not verdicts.approvers:
        reviewers = ", ".join(user.login for user in pull.requested_reviewers or ())
        why = f" ({verdicts.lacking})" if verdicts.approvals else ""
        return (
            f"waiting for a review of #{pull.number}{' by ' if reviewers else ''}{reviewers}{why}"
        )
    why = f": {held}" if held else ""
    return f"#{pull.number} is approved by {', '.join(verdicts.approvers)}, not merged yet{why}"
