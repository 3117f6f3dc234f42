"""What an approved pull request still lacks before it is merged, by name."""

from collections.abc import Iterator

from github.PullRequest import PullRequest as RemotePull

from runbook_lib.errors import AccessDenied
from runbook_lib.policy.plural import plural
from runbook_lib.services.github.checks import Checks, CheckSteps
from runbook_lib.services.github.queue import QueueSteps
from runbook_lib.services.github.rules import Demands, RuleSteps
from runbook_lib.services.github.verdicts import Verdicts

STATES = {
    "behind": "its branch is behind its base",
    "blocked": "GitHub blocks it until required reviews and checks are there",
    "dirty": "it has conflicts with its base",
    "draft": "it is still a draft",
    "unstable": "some of its checks are pending or red",
}
"""Why a pull request is not merged yet, by GitHub's `mergeable_state`."""
VAGUE = ("blocked", "unstable")
"""The states that what is named says better."""


class HindranceSteps(CheckSteps, RuleSteps, QueueSteps):
    """The looks at what holds a merge up."""

    def hindrances(self, pull: RemotePull, verdicts: Verdicts) -> str:
        """What an approved pull request still lacks, in words; two to six calls."""
        demands, state = self.demands_of(pull.base.ref), pull.mergeable_state or ""
        named = [*few_approvals(demands, verdicts), *self.few_checks(demands, pull.head.sha)]
        if demands.queue:
            place = self.queue_entry(pull.number)
            named.append(str(place or "whoever merges puts it into the merge queue"))
        told = "" if named and state in VAGUE else STATES.get(state, "")
        besides = f"it also asks for {', '.join(demands.besides)}" if demands.besides else ""
        return "; ".join(filter(None, (*named, told, besides, by_itself(pull))))

    def few_checks(self, demands: Demands, commit: str) -> Iterator[str]:
        """What is not there yet of the checks that are required, each by its name."""
        if not demands.checks:
            return
        try:
            checks = self.find_checks(commit)
        except AccessDenied:
            yield f"it asks for checks that this token can't read: {', '.join(demands.checks)}"
            return
        yield from (said for name in demands.checks if (said := lacking_check(checks, name)))


def few_approvals(demands: Demands, verdicts: Verdicts) -> Iterator[str]:
    """How many approvals are there of those that are required, where that is too few."""
    given = len(verdicts.approvers)
    if given < demands.approvals:
        yield f"it has {given} of {plural(demands.approvals, 'approval')} that are required"


def lacking_check(checks: Checks, name: str) -> str:
    """Why a required check is not passed; empty where it is."""
    found = [check for check in checks.checks if check.name == name]
    if not found:
        besides = f" ({checks.unseen})" if checks.unseen else ""
        return f"the required check {name} has not begun{besides}"
    open_ones = [check for check in found if check.state != "green"]
    return f"the required check {open_ones[0]}" if open_ones else ""


def by_itself(pull: RemotePull) -> str:
    """Who has told GitHub to merge it once all is there; a merge commit alone keeps the tag in."""
    auto = pull.raw_data.get("auto_merge")
    if not auto:
        return ""
    who = (auto.get("enabled_by") or {}).get("login", "somebody")
    if auto["merge_method"] != "merge":
        return (
            f"{who} has it merged by itself by a {auto['merge_method']}, which would leave the "
            "tag outside: have that changed to a merge commit"
        )
    return f"{who} has it merged by itself once all is there"
