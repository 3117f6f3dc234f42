"""All dashboards that are watched after a push, as they show themselves."""

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.findings import Finding
from runbook_lib.policy.monitoring.verdict import Verdict
from runbook_lib.policy.visible import DrawnRaw
from runbook_lib.services.grafana.report import DashboardReport


@frozen
class GrafanaReport(DrawnRaw):
    """What was found of each dashboard, in the order in which they were asked for."""

    dashboards: tuple[DashboardReport, ...]

    @property
    def worst(self) -> DashboardReport:
        """The dashboard with the worst verdict, the first of those that are equal."""
        return max(self.dashboards, key=lambda report: report.verdict.badness)

    @property
    def verdict(self) -> Verdict:
        """The verdict on the worst panel of all."""
        return self.worst.verdict

    @property
    def link(self) -> str:
        """Where the worst dashboard is."""
        return self.worst.link

    @property
    def watched(self) -> str:
        """What was watched from when on, whatever was found since."""
        return (
            f"the graphs of {', '.join(each.title for each in self.dashboards)} since {self.since}"
        )

    @property
    def since(self) -> str:
        """When the push began, by the team's clocks."""
        plan = self.dashboards[0].plan
        return f"{plan.since.astimezone(plan.zone):%Y-%m-%d %H:%M %Z}"

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is not quiet on any of them."""
        return tuple(each for report in self.dashboards for each in report.findings)

    @property
    def warnings(self) -> tuple[str, ...]:
        """A line for each line of a panel that is not quiet; none when all are."""
        return tuple(each.said for each in self.findings)

    def __str__(self) -> str:
        return "\n".join(map(str, self.dashboards))

    def html(self) -> str:
        """All of it, with the pictures."""
        return "".join(report.html() for report in self.dashboards)


def require_data(report: GrafanaReport) -> GrafanaReport:
    """The report; raises `Refused` where a dashboard has no data in any panel, now or ever.

    What was found of the others is said with it: it may be an alarm.
    """
    empty = [each for each in report.dashboards if each.empty]
    if not empty:
        return report
    names = " and ".join(f"{each.title} ({each.link})" for each in empty)
    others = [each for each in report.dashboards if not each.empty]
    found = [line for each in others for line in (each.headline, *each.warnings)]
    raise Refused(
        f"expected data on the dashboard {names}, found none, neither since the push nor in the "
        "weeks before it; mend its data source, or take it out of the dashboards of the profile"
        f"{''.join(f'; {line}' for line in found)}"
    )
