"""Fixes that are reviewed and wait to be merged: pointed out before anything is tagged."""

from concurrent.futures import ThreadPoolExecutor

from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.push.named_bugs import BUG, named_bugs
from runbook_lib.policy.visible import Shown
from runbook_lib.push.blockers import Blocking, BlockingBug
from runbook_lib.push.repositories import PushedRepository
from runbook_lib.push.security import SecuritySession
from runbook_lib.push.tags import Tagging
from runbook_lib.push.week import Week
from runbook_lib.services.github import OpenPull, ReviewedBranch
from runbook_lib.steps.step import check


@frozen
class UnmergedFix:
    """A pull request that waits, and the names of the blocking bugs that it is for."""

    pull: OpenPull
    bugs: tuple[str, ...]

    def __str__(self) -> str:
        what = f"{self.pull.repository}#{self.pull.number} {self.pull.title}"
        bugs = f"; it names {', '.join(self.bugs)}, which blocks the push" if self.bugs else ""
        return f"{what}: {self.pull.standing}{bugs} {self.pull.link}"


@frozen
class UnmergedFixes(Shown):
    """What is reviewed, or is for a blocking bug, and is not merged.

    Of the `private` repository's, nobody is told more than how many are reviewed.
    """

    fixes: tuple[UnmergedFix, ...]
    private: int = 0

    def __str__(self) -> str:
        lines = [f"! not merged: {fix}" for fix in self.fixes]
        if self.private:
            said = plural(self.private, "reviewed fix", "reviewed fixes")
            lines.append(f"! not merged: {said} of the private repository; run security_fixes")
        if not lines:
            return "nothing that is reviewed waits to be merged"
        end = "What is to go out is merged first, then run this again; else it is in no tag."
        return "\n".join([*lines, end])


class Unmerged(Blocking, SecuritySession, Tagging):
    """The look at what waits to be merged."""

    @check
    def find_unmerged(self, week: Week) -> UnmergedFixes:
        """Find the open pull requests of the week's repositories that are approved and green.

        And those that name a bug which blocks the push. Nothing of it is refused.
        """
        with ThreadPoolExecutor(max_workers=8) as pool:
            found = list(pool.map(self.open_pulls_of, self.of_week(week)))
        pulls = [pull for each in found for pull in each]
        bugs = self.bugs_in_question(week, pulls)
        fixes = (UnmergedFix(pull, bugs_of(pull, bugs)) for pull in pulls)
        waiting = tuple(fix for fix in fixes if fix.bugs or fix.pull.is_ready)
        return UnmergedFixes(waiting, self.count_private())

    def open_pulls_of(self, repository: PushedRepository) -> tuple[OpenPull, ...]:
        """What waits to be merged in a repository."""
        return repository.github.find_open_pulls(repository.branch)

    def bugs_in_question(self, week: Week, pulls: list[OpenPull]) -> tuple[BlockingBug, ...]:
        """The bugs that block the push; a Bugzilla is asked only where a pull request names one."""
        asks = any(BUG.search(pull.text) for pull in pulls)
        return (*self.blocking_issues(week), *(self.blocking_bugs() if asks else ()))

    def count_private(self) -> int:
        """How many branches of the private repository are reviewed, and not merged.

        That is no step: what it finds is in nobody's record.
        """
        if self.push.security is None:
            return 0
        branch = self.repository(self.push.security.repository).branch
        judged = map(self.security_github.judge, self.security_github.open_pulls(branch))
        return sum(isinstance(one, ReviewedBranch) for one in judged)


def bugs_of(pull: OpenPull, bugs: tuple[BlockingBug, ...]) -> tuple[str, ...]:
    """The names of the blocking bugs that a pull request names."""
    named = named_bugs(pull.text, pull.repository)
    return tuple(bug.name for bug in bugs if bug.name.casefold() in named)
