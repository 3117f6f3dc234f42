"""How pull requests may be merged: the tag of a release stays in with a merge commit alone."""

from collections.abc import Iterable
from typing import Any

from github.Repository import Repository

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.visible import Shown
from runbook_lib.services.github.rules import Demands, RuleSteps, demands
from runbook_lib.steps.step import check

METHODS = {
    "merge": "allow_merge_commit",
    "squash": "allow_squash_merge",
    "rebase": "allow_rebase_merge",
}


@frozen
class Merging(Shown):
    """A branch into which pull requests can be merged with a merge commit, as far as is known.

    `demands` is what it asks of them before.
    """

    repository: str
    branch: str
    demands: Demands
    unread: str = ""

    def __str__(self) -> str:
        unread = f" ({self.unread})" if self.unread else ""
        before = f"\nbefore that it asks for {self.demands}" if str(self.demands) else ""
        return f"{self.repository} takes merge commits into {self.branch}{unread}{before}"


class MergeSteps(RuleSteps):
    """The look at how things are merged."""

    @check
    def check_merging(self, into: str) -> Merging:
        """Check that a pull request into a branch can be opened, and merged with a merge commit.

        Three to four calls. Raises `AccessDenied` where the token may open none, `Refused` with
        what stands against the merge. A rule that can't be read is said, and no reason to refuse.
        """
        found = self.remote.complete()
        nothing_between = {"head": into, "base": into, "title": "nothing"}
        self.refuse_unless_able("pulls", nothing_between)
        rules = self.find_rules(into)
        against = [
            *against_settings(found),
            *(said for rule in rules or () for said in against_rule(rule)),
        ]
        admin = bool(found.permissions and found.permissions.admin)
        protection = self.find_whole_protection(into) if admin else self.find_protection(into)
        if protection.linear:
            against.append("its protection wants a linear history")
        if against:
            raise Refused(
                f"expected that pull requests into {into} of {self.repository} can be merged with "
                f"a merge commit, for else the tag's commit stays outside of {into}; found that "
                f"{'; '.join(against)}. Allow merge commits there ({self.web_url}/"
                f"{self.repository}/settings, and its rules: {self.rules_link(into)}), at least "
                "until this is merged; or release from a branch that takes them (parameter source)"
            )
        hidden = unread(rules, protection.linear)
        return Merging(self.repository, into, demands(rules or (), protection), hidden)


def against_settings(found: Repository) -> list[str]:
    """What a repository's own settings have against a merge commit; they may be hidden."""
    said = found.raw_data
    if said.get(METHODS["merge"]) is not False:
        return []
    allowed = [method for method, name in METHODS.items() if said.get(name)]
    return [f"the repository allows to {' or '.join(allowed) or 'do nothing'} only"]


def against_rule(rule: dict[str, Any]) -> Iterable[str]:
    """What a rule has against a merge commit."""
    given, whose = rule.get("parameters") or {}, f"ruleset {rule.get('ruleset_id')}"
    methods = given.get("allowed_merge_methods") or ["merge"]
    if rule["type"] == "pull_request" and "merge" not in methods:
        yield f"{whose} allows to {' or '.join(methods)} only"
    if rule["type"] == "required_linear_history":
        yield f"{whose} wants a linear history"
    if rule["type"] == "merge_queue" and given.get("merge_method", "MERGE") != "MERGE":
        yield f"the merge queue of {whose} does a {given['merge_method'].lower()}"


def unread(rules: list[dict[str, Any]] | None, linear: bool | None) -> str:
    """What could not be read, in words; empty where everything was."""
    hidden = [
        *(["its rules"] if rules is None else []),
        *(["its protection"] if linear is None else []),
    ]
    return f"{' and '.join(hidden)} can't be read with this token" if hidden else ""
