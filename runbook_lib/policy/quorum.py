"""Who must approve at a gate, and who of those that decided counts."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Protocol, TypeVar

from runbook_lib.frozen import frozen
from runbook_lib.policy.sentence import sentence


class Decided(Protocol):
    """What somebody decided: the person, their account on a machine, and how they decided."""

    @property
    def verdict(self) -> str:
        """`approved` or `rejected`."""

    @property
    def by(self) -> str:
        """Who decided."""

    @property
    def account(self) -> str:
        """Their account."""

    @property
    def host(self) -> str:
        """The machine."""

    @property
    def given(self) -> str:
        """When they decided: an ISO time, empty where it is not kept yet."""


Said = TypeVar("Said", bound=Decided)


@frozen
class Rule:
    """Who must approve: how many, whether the operator is one of them, and who may at all.

    Without `people` everybody may. Each is a name, or an address whose first part is the name. With
    `hours`, an approval counts for so long.
    """

    approvals: int = 1
    operator_counts: bool | None = None
    people: tuple[str, ...] = ()
    hours: float | None = None

    def is_over(self, given: str, now: datetime | None = None) -> bool:
        """Whether what was decided then counts no more; nor does what does not say when it was."""
        if self.hours is None or not given:
            return False
        try:
            age = (now or datetime.now(UTC)) - datetime.fromisoformat(given)
        except (ValueError, TypeError):
            return True
        return age > timedelta(hours=self.hours)

    def asked(self, *, of: str) -> "Rule":
        """The rule for a question that may be another person's: then the operator does not count.

        What the rule says of the operator itself comes first.
        """
        return self if self.operator_counts is not None else replace(self, operator_counts=not of)


@frozen
class Person:
    """Who somebody is to a gate: their name, and their account on a machine, where it is known."""

    name: str
    account: str = ""
    host: str = ""

    def is_same(self, other: "Person") -> bool:
        """Whether both are one person: the same name, or one account on one machine."""
        account = self.account and (self.account, self.host) == (other.account, other.host)
        return self.name == other.name or bool(account)


@frozen
class Count:
    """Who has approved, as a rule counts them, and why others do not count."""

    rule: Rule
    people: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether the gate is open."""
        return len(self.people) >= self.rule.approvals

    @property
    def standing(self) -> str:
        """Who may decide, who has, and how many are missing."""
        rule, missing = self.rule, self.rule.approvals - len(self.people)
        may = ", ".join(rule.people) or "anybody"
        but = ", but not the operator" if rule.operator_counts is False else ""
        by = f" ({', '.join(self.people)})" if self.people else ""
        left = (
            f"{missing} more {'is' if missing == 1 else 'are'} needed" if missing > 0 else "enough"
        )
        said = f"Who may: {may}{but}. So far: {len(self.people)} of {rule.approvals}{by}, {left}."
        return " ".join([said, *map(sentence, self.left_out)])

    def __str__(self) -> str:
        """How far it is, and why it is not further; empty where nothing is said of anybody."""
        some = f"{len(self.people)} of {self.rule.approvals}"
        needed = self.rule.approvals > 1 or self.people
        said = [some] if needed and not self.enough else []
        if self.rule.operator_counts is False and not self.enough:
            said.append("the operator does not count")
        if self.rule.people and not self.enough:
            said.append(f"who may: {', '.join(self.rule.people)}")
        return "; ".join([*said, *self.left_out])


def count(
    rule: Rule,
    decisions: Sequence[Said],
    operator: Person,
    doubt: Callable[[Said], str] = lambda _: "",
    now: datetime | None = None,
) -> Count:
    """Who has approved, of each the last word, as it counts now.

    `doubt` says why a decision can't be taken for that person's; empty where it is theirs.
    """
    counted: list[Person] = []
    left_out: list[str] = []
    for decision in last_words(decisions):
        person = Person(decision.by, decision.account, decision.host)
        why = doubt(decision) or reason(rule, person, operator, counted)
        why = why or over(rule, decision.given, now)
        if decision.verdict == "approved" and why:
            left_out.append(f"{person.name} {why}")
        elif decision.verdict == "approved":
            counted.append(person)
    return Count(rule, tuple(one.name for one in counted), tuple(left_out))


def reason(rule: Rule, person: Person, operator: Person, counted: Iterable[Person]) -> str:
    """Why somebody's approval does not count; empty where it does."""
    if rule.operator_counts is False and person.is_same(operator):
        return "is the operator, who does not count"
    if rule.people and not any(is_name(one, person.name) for one in rule.people):
        return "is not one of those who may"
    same = next((one for one in counted if one.is_same(person)), None)
    return f"is the same account as {same.name}" if same else ""


def over(rule: Rule, given: str, now: datetime | None) -> str:
    """Why an approval counts no more; empty where it does."""
    if not rule.is_over(given, now):
        return ""
    when = given[:16].replace("T", " ")
    return f"approved it {when} UTC, which counted for {rule.hours:g} h and has to be said anew"


def last_words(decisions: Iterable[Said]) -> list[Said]:
    """The last decision of each person, in the order in which they decided first."""
    return list({decision.by: decision for decision in decisions}.values())


def is_name(principal: str, person: str) -> bool:
    """Whether a name on a list, or an address there, is that person's."""
    return bool(person) and person in (principal, principal.partition("@")[0])
