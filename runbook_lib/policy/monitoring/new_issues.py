"""The verdict on the issues that Sentry has seen since a push.

"Sentry should show no new errors, although it will show intermittent errors and the occasional
error as the push occurs" (Push Duty, Monitoring the push). The rule:

- *quiet*: no issue is new, and none has come back.
- *alarm*: one of them is fatal, or has 25 events or 10 users and more, and goes on later than 10
  minutes after the push's end; or there are 5 and more, and more than twice as many as on the worst
  of the days before, those not counted that the push explains; or more than can be read.
- *look at this*: anything else. An issue of at most 5 events, all until 10 minutes after the push's
  end, is what a push can explain.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.verdict import Level, Verdict
from runbook_lib.policy.plural import plural

Kind = Literal["new", "regressed"]

PUSHING = timedelta(minutes=10)
"""How long after its end a push explains errors."""
FEW_EVENTS, MANY_EVENTS, MANY_USERS, MANY_ISSUES = 5, 25, 10, 5


@frozen
class Issue:
    """An issue that is new, or has come back, since a push; `events` and `users` are since then.

    `release` is the one that it was first seen in, where that is one of the push's. `before` is
    how many events a day it had on the days before.
    """

    name: str
    project: str
    title: str
    link: str
    kind: Kind
    level: str
    events: int
    users: int
    first: datetime
    last: datetime
    release: str = ""
    before: float = 0.0

    def __str__(self) -> str:
        since = f", first in {self.release}" if self.release else ""
        earlier = f", {self.before:.1f} events a day before" if self.kind == "regressed" else ""
        counted = f"{plural(self.events, 'event')} of {plural(self.users, 'user')}"
        return f"{self.kind} {self.name}: {self.title} ({counted}{since}{earlier})"

    def passing(self, ended: datetime, until: datetime) -> bool:
        """Whether the push explains it: few events, all until soon after it, which is over."""
        over = until - ended >= PUSHING and self.last < ended + PUSHING
        return over and self.events <= FEW_EVENTS and self.level != "fatal"

    def serious(self, ended: datetime) -> bool:
        """Whether it is bad enough by itself."""
        much = self.events >= MANY_EVENTS or self.users >= MANY_USERS or self.level == "fatal"
        return much and self.last >= ended + PUSHING


def level_of(issue: Issue, ended: datetime) -> Level:
    """How bad one issue is by itself."""
    return "alarm" if issue.serious(ended) else "look at this"


def judge_issues(
    issues: Sequence[Issue],
    days: Sequence[int],
    *,
    ended: datetime,
    until: datetime,
    more: bool = False,
    days_more: bool = False,
) -> Verdict:
    """The verdict on issues since a push, `ended` then, and looked at until another moment.

    `days` is how many were new on each day before, in the same hours. Where there are `more` than
    these, or than on `days`, they are the least that there can be.
    """
    earlier = say_days(days, days_more)
    if not issues:
        return Verdict("quiet", f"no new issue and none that came back; {earlier}")
    staying = [issue for issue in issues if not issue.passing(ended, until)]
    serious = [issue for issue in issues if issue.serious(ended)]
    many = more or (len(staying) >= MANY_ISSUES and len(staying) > 2 * max(days, default=0))
    worst = max(serious or issues, key=lambda issue: issue.events)
    said = [f"{'at least ' if more else ''}{say_kinds(issues)}", f"most often {worst}"]
    if len(staying) < len(issues):
        said.append(f"{len(issues) - len(staying)} only as the push occurred")
    reason = "; ".join([*said, earlier])
    return Verdict("alarm" if serious or many else "look at this", reason)


def say_kinds(issues: Sequence[Issue]) -> str:
    """How many are new, and how many have come back."""
    kinds = [issue.kind for issue in issues]
    parts = [f"{kinds.count(kind)} {kind}" for kind in ("new", "regressed") if kind in kinds]
    return f"{' and '.join(parts)} since the push"


def say_days(days: Sequence[int], more: bool) -> str:
    """How many were new on the days before."""
    if not days:
        return "no day before to compare with"
    low, high = min(days), max(days)
    counted = f"{low}" if low == high else f"{low} to {high}"
    before = f"each of the {len(days)} days before" if len(days) > 1 else "the day before"
    least = "at least " if more else ""
    return f"{least}{counted} new in the same hours of {before}"
