"""What Sentry has seen since a push, as it shows itself."""

from datetime import UTC, datetime

from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.findings import Finding
from runbook_lib.policy.monitoring.new_issues import Issue, level_of
from runbook_lib.policy.monitoring.verdict import COLOURS, Verdict
from runbook_lib.policy.visible import DrawnRaw, as_html, link_html
from runbook_lib.services.sentry.releases import Release

SHOWN = 50
"""So many issues are shown one by one."""
HEADS = (
    "issue",
    "title",
    "kind",
    "events",
    "users",
    "first seen (UTC)",
    "first in",
    "a day before",
)


@frozen
class SentryReport(DrawnRaw):
    """The issues since a push, most events first; `days` is how many were new on each day before.

    Those are the new ones in the same hours, the newest day first. There are `more` issues than
    these where not all were read; `doubts` is what could not be told, a line each.
    """

    releases: tuple[Release, ...]
    environment: str
    verdict: Verdict
    issues: tuple[Issue, ...]
    days: tuple[int, ...]
    link: str
    since: datetime
    ended: datetime
    more: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def headline(self) -> str:
        """All of it in one line."""
        where = f" in {self.environment}" if self.environment else ""
        return f"Sentry, {', '.join(map(str, self.releases))}{where}: {self.verdict}"

    @property
    def watched(self) -> str:
        """What was watched from when on, whatever was found since."""
        what = ", ".join(map(str, self.releases))
        return f"the errors of {what} since {self.since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The verdict and each issue, which is an alarm where it is bad enough by itself."""
        if not self.verdict.badness:
            return ()
        return (
            Finding("Sentry", self.verdict.level, f"Sentry: {self.verdict}"),
            *(
                Finding(f"Sentry {issue.name}", level, f"Sentry: {issue}")
                for issue in self.issues
                for level in [level_of(issue, self.ended)]
            ),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was found, a line each; none when all is quiet."""
        said = tuple(each.said for each in self.findings)[: SHOWN + 1]
        return (*said, *filter(None, [self.left_out]))

    @property
    def left_out(self) -> str:
        """How many issues are not shown."""
        more = len(self.issues) - SHOWN
        return f"… and {'at least ' if self.more else ''}{more} more" if more > 0 else ""

    def __str__(self) -> str:
        shown = [f"  {issue}" for issue in self.issues[:SHOWN]]
        left_out = [f"  {self.left_out}"] if self.left_out else []
        return "\n".join([self.headline, *shown, *left_out, *(f"  {one}" for one in self.doubts)])

    def html(self) -> str:
        """All of it as a table; every text from outside escaped."""
        colour = COLOURS[self.verdict.level]
        doubts = "".join(f"<div>{as_html(one)}</div>" for one in self.doubts)
        head = f'<div><b style="color:{colour}">{as_html(self.headline)}</b></div>{doubts}'
        if not self.issues:
            return head
        heads = "".join(f'<th style="text-align:left">{name}</th>' for name in HEADS)
        rows = "".join(map(row, self.issues[:SHOWN]))
        table = f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
        return f'<div style="overflow-x:auto">{head}{table}{self.left_out}</div>'


def row(issue: Issue) -> str:
    """An issue's row."""
    cells = (
        issue.title,
        issue.kind,
        str(issue.events),
        str(issue.users),
        f"{issue.first:%Y-%m-%d %H:%M}",
        issue.release,
        f"{issue.before:.1f}" if issue.kind == "regressed" else "",
    )
    written = "".join(f'<td style="text-align:left">{as_html(cell)}</td>' for cell in cells)
    return f'<tr><td style="text-align:left">{link_html(issue.link, issue.name)}</td>{written}</tr>'
