"""What reviewers decided: whose approval counts, and for which commits, for every procedure."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal
from urllib.parse import quote

from github.PullRequest import PullRequest as RemotePull

from runbook_lib.errors import AccessDenied
from runbook_lib.frozen import frozen
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.client import Client

DECISIVE = ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")
"""The reviews that take the place of the same reviewer's earlier one; a comment does not."""
WRITING = ("admin", "write")
"""The permissions that let push; GitHub tells `maintain` as `write`, and `triage` as `read`.

https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
"""
NOT_APPROVED = "not approved"

Writing = Literal["yes", "no", "unknown"]


@frozen
class Verdict:
    """What a reviewer decided last, on which commit, why, and whether they may write here."""

    reviewer: str
    state: str
    commit: str
    reason: str
    writes: Writing = "unknown"


@frozen
class Verdicts:
    """What all reviewers but its author decided on a pull request whose newest commit is `head`.

    An approval counts for the commits that were there when it was given, and from those who may
    write.
    """

    head: str
    given: tuple[Verdict, ...]

    @property
    def approvers(self) -> tuple[str, ...]:
        """Whose approval counts."""
        return tuple(one.reviewer for one in self.approvals if not self.shortcoming(one))

    @property
    def approvals(self) -> tuple[Verdict, ...]:
        """All approvals, whether they count or not."""
        return tuple(one for one in self.given if one.state == "APPROVED")

    @property
    def objections(self) -> tuple[Verdict, ...]:
        """The requests for changes that stand, whoever made them."""
        return tuple(one for one in self.given if one.state == "CHANGES_REQUESTED")

    @property
    def lacking(self) -> str:
        """What it lacks of being reviewed as it is now; empty where nothing."""
        if self.objections:
            return f"{', '.join(one.reviewer for one in self.objections)} asked for changes"
        if self.approvers:
            return ""
        return "; ".join(map(self.shortcoming, self.approvals)) or NOT_APPROVED

    def shortcoming(self, approval: Verdict) -> str:
        """Why an approval does not count; empty where it does."""
        if approval.commit != self.head:
            return f"approved at {approval.commit:.9}, and changed to {self.head:.9} since"
        if approval.writes == "no":
            return f"approved by {approval.reviewer}, who may not write here"
        if approval.writes == "unknown":
            return (
                f"approved by {approval.reviewer}, and this token may not ask whether they may "
                "write here"
            )
        return ""


class VerdictSteps(Client):
    """The looks at reviews."""

    def verdicts(self, pull: RemotePull) -> Verdicts:
        """What each reviewer of a pull request decided last; a call, and one for each approval."""
        author = pull.user.login if pull.user else ""
        head, last = pull.head.sha, dict[str, Verdict]()
        for review in self.remote.get_pull(pull.number).get_reviews():
            login = review.user.login if review.user else "ghost"
            if review.state in DECISIVE and login != author:
                reason = " ".join((review.body or "").split())
                last[login] = Verdict(login, review.state, review.commit_id or "", reason)
        return Verdicts(head, tuple(self.with_writing(last.values(), head)))

    def with_writing(self, given: Iterable[Verdict], head: str) -> Iterator[Verdict]:
        """The verdicts; of an approval that may count, with whether its reviewer may write."""
        for one in given:
            counts = (one.state, one.commit) == ("APPROVED", head)
            yield replace(one, writes=self.may_write(one.reviewer)) if counts else one

    def may_write(self, login: str) -> Writing:
        """Whether somebody may push here now: who they are in the organisation does not say it."""
        path = f"/repos/{self.repository}/collaborators/{quote(login, safe='')}/permission"
        try:
            _, found = self.asker.requestJsonAndCheck("GET", path)
        except Missing:
            return "no"
        except AccessDenied:
            return "unknown"
        return "yes" if found["permission"] in WRITING else "no"
