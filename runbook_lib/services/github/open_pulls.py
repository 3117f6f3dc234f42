"""Pull requests that nobody has merged yet: who has approved them, and what CI says of them."""

from concurrent.futures import ThreadPoolExecutor

from github.PullRequest import PullRequest as RemotePull

from runbook_lib.frozen import frozen
from runbook_lib.services.github.checks import CheckSteps
from runbook_lib.services.github.reviews import ReviewSteps
from runbook_lib.services.github.verdicts import Verdicts

AT_ONCE = 8
"""So many pull requests are looked at side by side."""


@frozen
class OpenPull:
    """An open pull request that is no draft; `text` is its title and what it says below.

    `approvers` have approved its newest commit, and nobody asks for changes. `ci` is what CI says
    of that: green, pending, red or absent; empty where nobody has approved it, for it is not asked.
    """

    repository: str
    number: int
    title: str
    text: str
    approvers: tuple[str, ...]
    ci: str
    link: str

    @property
    def is_ready(self) -> bool:
        """Whether it could be merged now, as far as reviews and CI go."""
        return bool(self.approvers) and self.ci in ("green", "absent")

    @property
    def standing(self) -> str:
        """How far it is, in words."""
        if not self.approvers:
            return "not approved yet"
        said = "no CI" if self.ci == "absent" else f"CI is {self.ci}"
        return f"approved by {', '.join(self.approvers)}, {said}"


class OpenPullSteps(ReviewSteps, CheckSteps):
    """The look at what waits to be merged."""

    def find_open_pulls(self, into: str) -> tuple[OpenPull, ...]:
        """The open pull requests into a branch, drafts left out, by their numbers.

        A call for each hundred, one for each pull request and for each approval of it, and three
        for one that is approved.
        """
        pulls = [pull for pull in self.open_pulls(into) if not pull.draft]
        with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
            found = list(pool.map(self.as_open_pull, pulls))
        return tuple(sorted(found, key=lambda pull: pull.number))

    def as_open_pull(self, pull: RemotePull) -> OpenPull:
        """GitHub's pull request as our own value."""
        approvers = approved_by(self.verdicts(pull))
        return OpenPull(
            self.repository,
            pull.number,
            pull.title,
            f"{pull.title}\n{pull.body or ''}",
            approvers,
            self.find_checks(pull.head.sha).state if approvers else "",
            pull.html_url,
        )


def approved_by(verdicts: Verdicts) -> tuple[str, ...]:
    """Who has approved a pull request as it is now; nobody, where somebody asks for changes.

    Of whom the token may not ask whether they may write here, that is taken to be so: what comes
    of it is a word to a person, and nothing is merged.
    """
    given = [] if verdicts.objections else verdicts.approvals
    return tuple(
        one.reviewer for one in given if one.commit == verdicts.head and one.writes != "no"
    )
