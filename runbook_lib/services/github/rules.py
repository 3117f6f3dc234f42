"""What a branch asks of a pull request before it is merged: by rulesets, and by its protection.

Rules may be read by everybody who sees the repository; of a protection, admins alone may read all,
and others its checks. https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from runbook_lib.errors import AccessDenied
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.client import Client


@frozen
class Protection:
    """A branch's protection, as far as it may be read: what is None is hidden."""

    linear: bool | None = None
    approvals: int | None = None
    checks: tuple[str, ...] = ()


@frozen
class Demands:
    """What a branch asks of a pull request, as far as it may be read."""

    approvals: int = 0
    besides: tuple[str, ...] = ()
    """What the approvals have to be besides, in words."""
    checks: tuple[str, ...] = ()
    queue: str = ""
    """How its merge queue merges; empty where it has none."""

    def __str__(self) -> str:
        count = plural(self.approvals, "approval") if self.approvals else ""
        return "; ".join(
            filter(
                None,
                (
                    ", ".join(filter(None, (count, *self.besides))),
                    f"checks: {', '.join(self.checks)}" if self.checks else "",
                    "a merge queue, into which whoever merges puts it" if self.queue else "",
                ),
            )
        )


BESIDES = {
    "require_code_owner_review": "one by a code owner",
    "require_last_push_approval": "one by somebody else than who pushed last",
    "required_review_thread_resolution": "every conversation resolved",
}
"""What a rule about pull requests may ask for besides approvals."""


class RuleSteps(Client):
    """The looks at rules."""

    def demands_of(self, branch: str) -> Demands:
        """What a branch asks of a pull request, as far as everybody may read it; two calls."""
        return demands(self.find_rules(branch) or (), self.find_protection(branch))

    def find_rules(self, branch: str) -> list[dict[str, Any]] | None:
        """The rules of a branch; None where this GitHub, or its plan, has none to be read."""
        path = f"/repos/{self.repository}/rules/branches/{quote(branch, safe='')}"
        try:
            _, rules = self.asker.requestJsonAndCheck("GET", f"{path}?per_page=100")
        except (Missing, AccessDenied):
            return None
        return list(rules)

    def find_protection(self, branch: str) -> Protection:
        """What everybody may read of a branch's protection.

        https://docs.github.com/en/rest/branches/branches#get-a-branch
        """
        path = f"/repos/{self.repository}/branches/{quote(branch, safe='')}"
        try:
            _, found = self.asker.requestJsonAndCheck("GET", path)
        except (Missing, AccessDenied):
            return Protection()
        told = found.get("protection") or {}
        if told.get("enabled") is False:
            return Protection(linear=False, approvals=0)
        return Protection(checks=contexts(told))

    def find_whole_protection(self, branch: str) -> Protection:
        """A branch's protection as admins may read it.

        https://docs.github.com/en/rest/branches/branch-protection#get-branch-protection
        """
        path = f"/repos/{self.repository}/branches/{quote(branch, safe='')}/protection"
        try:
            _, found = self.asker.requestJsonAndCheck("GET", path)
        except Missing:
            return Protection(linear=False, approvals=0)
        except AccessDenied:
            return Protection()
        linear = bool((found.get("required_linear_history") or {}).get("enabled"))
        reviews = found.get("required_pull_request_reviews") or {}
        return Protection(
            linear, reviews.get("required_approving_review_count") or 0, contexts(found)
        )

    def rules_link(self, branch: str) -> str:
        """Where people read the rules of a branch."""
        ref = quote(f"refs/heads/{branch}", safe="")
        return f"{self.web_url}/{self.repository}/rules?ref={ref}"


def contexts(protection: dict[str, Any]) -> tuple[str, ...]:
    """The checks that a protection requires."""
    return tuple((protection.get("required_status_checks") or {}).get("contexts") or ())


def demands(rules: Iterable[dict[str, Any]], protection: Protection) -> Demands:
    """What rules and protection ask for, taken together: the most of each."""
    given = [(rule["type"], rule.get("parameters") or {}) for rule in rules]
    reviews = [found for kind, found in given if kind == "pull_request"]
    counts = [found.get("required_approving_review_count") or 0 for found in reviews]
    named = [
        check["context"]
        for _, found in given
        for check in found.get("required_status_checks") or ()
    ]
    queues = [found.get("merge_method", "MERGE") for kind, found in given if kind == "merge_queue"]
    return Demands(
        max([protection.approvals or 0, *counts]),
        tuple(words for key, words in BESIDES.items() if any(one.get(key) for one in reviews)),
        tuple(dict.fromkeys([*protection.checks, *named])),
        queues[0].lower() if queues else "",
    )
