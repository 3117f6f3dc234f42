"""Whether rules would refuse to let a release's tag and branch be pushed: asked before they are.

https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/available-rules-for-rulesets
"""

import re
from collections.abc import Iterator
from typing import Any

from runbook_lib.errors import AccessDenied, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.ref_patterns import means
from runbook_lib.services.github.answers import Missing
from runbook_lib.services.github.rules import RuleSteps

HELD = ("never", "pull_requests_only")
"""What a ruleset says of who may not push past it; one that says nothing is GitHub's to judge."""
FOLDERS = {"tag": "refs/tags/", "branch": "refs/heads/"}
PATTERNS = {
    "tag_name_pattern": "tag",
    "branch_name_pattern": "branch",
    "commit_message_pattern": "message",
}
"""What a rule of each type holds a pattern to."""


@frozen
class Pushed:
    """What is to be pushed: a new tag and a new branch, on a commit that is `signed` or not."""

    tag: str
    branch: str
    message: str
    signed: bool

    def name(self, target: str) -> str:
        """The name of what a ruleset of that target is about."""
        return self.tag if target == "tag" else self.branch


class HeldBackSteps(RuleSteps):
    """The look at what rules have against a push."""

    def refuse_held_back(self, pushed: Pushed) -> None:
        """Raise `Refused` where a ruleset would not let tag or branch be pushed by this account.

        A call, and one for each ruleset. What can't be read is no reason to refuse.
        """
        against = [
            f"{FOLDERS[one['target']]}{pushed.name(one['target'])}: ruleset {one['name']} {said}"
            for one in self.rulesets()
            if holds(one, pushed)
            for rule in one.get("rules") or ()
            if (said := against_push(rule, pushed, one["target"]))
        ]
        if against:
            raise Refused(
                f"expected that tag {pushed.tag} and branch {pushed.branch} can be pushed to "
                f"{self.repository}, found that its rules refuse that: {'; '.join(against)}. Have "
                f"an account that may bypass them release it, name them otherwise (the profile's "
                f"table names), or have the rules changed ({self.web_url}/{self.repository}/rules)"
            )

    def rulesets(self) -> Iterator[dict[str, Any]]:
        """The rulesets of branches and tags that are in force, each asked for its rules."""
        path = f"/repos/{self.repository}/rulesets"
        try:
            _, listed = self.asker.requestJsonAndCheck("GET", f"{path}?per_page=100")
        except (Missing, AccessDenied):
            return
        for one in listed:
            if one["enforcement"] == "active" and one.get("target") in FOLDERS:
                _, whole = self.asker.requestJsonAndCheck("GET", f"{path}/{one['id']}")
                yield {**one, **whole}


def holds(ruleset: dict[str, Any], pushed: Pushed) -> bool:
    """Whether a ruleset is about what is pushed, and not bypassed by who pushes."""
    names = (ruleset.get("conditions") or {}).get("ref_name") or {}
    target = ruleset["target"]
    ref = FOLDERS[target] + pushed.name(target)
    about = means(names.get("include") or (), names.get("exclude") or (), ref)
    return about and ruleset.get("current_user_can_bypass") in HELD


def against_push(rule: dict[str, Any], pushed: Pushed, target: str) -> str:
    """What a rule has against the push; empty where nothing."""
    kind, given = rule["type"], rule.get("parameters") or {}
    if kind == "creation":
        return f"lets this account make no such {target}"
    if kind == "required_signatures" and not pushed.signed:
        return "wants the commit signed too (git config commit.gpgSign true)"
    if kind == "required_status_checks" and not given.get("do_not_enforce_on_create"):
        checks = ", ".join(one["context"] for one in given.get("required_status_checks") or ())
        return f"wants checks on the commit before it is pushed: {checks}"
    if kind in PATTERNS:
        found = pushed.message if PATTERNS[kind] == "message" else pushed.name(target)
        return "" if keeps_pattern(given, found) else f"wants {words_of(given)}, unlike {found!r}"
    return ""


def keeps_pattern(given: dict[str, Any], found: str) -> bool:
    """Whether a text is as a rule's pattern has it; a pattern that can't be read here holds."""
    pattern = given.get("pattern") or ""
    expressions = {
        "starts_with": f"{re.escape(pattern)}.*",
        "ends_with": f".*{re.escape(pattern)}",
        "contains": f".*{re.escape(pattern)}.*",
        "regex": f".*(?:{pattern}).*",
    }
    try:
        fits = re.fullmatch(expressions[given.get("operator") or "regex"], found, re.DOTALL)
    except (re.error, KeyError):
        return True
    return (fits is not None) != bool(given.get("negate"))


def words_of(given: dict[str, Any]) -> str:
    """What a pattern asks for, in words."""
    operator = (given.get("operator") or "regex").replace("_", " ")
    return f"{'not ' if given.get('negate') else ''}{operator} {given.get('pattern')!r}"
