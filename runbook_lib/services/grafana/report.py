"""What was found of a dashboard, as it shows itself: verdicts, reasons and pictures."""

from base64 import b64encode

from runbook_lib.frozen import frozen
from runbook_lib.policy.colours import GREY
from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.monitoring.findings import Finding
from runbook_lib.policy.monitoring.verdict import COLOURS, Verdict, count_levels
from runbook_lib.policy.visible import DrawnRaw, as_html, link_html
from runbook_lib.services.grafana.watch import Watch


@frozen
class Unjudged:
    """A panel that was not judged, and why."""

    title: str
    reason: str

    def __str__(self) -> str:
        return f"not judged    {self.title}: {self.reason}"


@frozen
class PanelReport:
    """The verdicts on a panel's lines, the worst first; `comparison` is what that one is about.

    `lost` where Grafana has given no answer for it, `empty` where there is no data in any week.
    """

    title: str
    link: str
    verdicts: tuple[Verdict, ...]
    comparison: Comparison | None = None
    lost: bool = False
    empty: bool = False

    @property
    def verdict(self) -> Verdict:
        """The worst."""
        return self.verdicts[0]

    @property
    def others(self) -> tuple[Verdict, ...]:
        """The other lines that are not quiet."""
        return tuple(each for each in self.verdicts[1:] if each.badness)

    @property
    def reason(self) -> str:
        """The reason of the worst, with the line that it is about."""
        verdict = self.verdict
        return f"{verdict.subject}: {verdict.reason}" if verdict.subject else verdict.reason

    def __str__(self) -> str:
        first = f"{self.verdict.level:<13} {self.title}: {self.reason}"
        return "\n".join([first, *(f"{'':<13} also {each}" for each in self.others)])

    def picture(self, plan: Watch) -> bytes:
        """A PNG of the line that the verdict is about; nothing where there is none."""
        if self.comparison is None:
            return b""
        from runbook_lib.services.grafana.plot import draw

        return draw(self.comparison, tag=plan.tag)

    def html(self, plan: Watch) -> str:
        """The verdict, its reason, and the picture; every text from outside escaped."""
        level = self.verdict.level
        also = "".join(f"<div>also {as_html(str(each))}</div>" for each in self.others)
        return (
            f'<div style="margin:.6em 0"><b style="color:{COLOURS[level]}">{level}</b> '
            f"{link_html(self.link, self.title)}"
            f"<div>{as_html(self.reason)}</div>{also}{self.image(plan)}</div>"
        )

    def image(self, plan: Watch) -> str:
        """The picture, in the HTML itself: nothing has to be loaded to see a record."""
        picture = self.picture(plan)
        if not picture:
            return ""
        data = b64encode(picture).decode()
        text = as_html(f"{self.title}: {self.verdict}")
        return f'<img alt="{text}" src="data:image/png;base64,{data}" style="max-width:100%">'


@frozen
class DashboardReport(DrawnRaw):
    """A dashboard after a push: each panel's verdict, and what was not judged."""

    title: str
    link: str
    panels: tuple[PanelReport, ...]
    unjudged: tuple[Unjudged, ...]
    plan: Watch

    @property
    def verdict(self) -> Verdict:
        """The verdict on the worst panel; never quiet where nothing could be judged."""
        if not self.panels:
            return Verdict("look at this", "it has no panel that can be judged", self.title)
        found = max(self.panels, key=lambda panel: panel.verdict.badness)
        return Verdict(found.verdict.level, found.reason, found.title)

    @property
    def headline(self) -> str:
        """All of it in one line."""
        counted = count_levels(panel.verdict for panel in self.panels)
        return f"{self.title}: {counted} ({self.plan})"

    def __str__(self) -> str:
        return "\n".join(
            [self.headline, *(f"  {line}" for each in self.ordered for line in lines(each))]
        )

    @property
    def empty(self) -> bool:
        """Whether there is nothing to judge: no data in any of its panels, in no week."""
        return all(panel.empty for panel in self.panels)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Each line of a panel that is not quiet, the worst panel first."""
        return tuple(
            Finding(
                where, verdict.level, f"{where}: {verdict.level}: {verdict.reason}", verdict.told
            )
            for each in self.ordered
            if isinstance(each, PanelReport)
            for verdict in (each.verdict, *each.others)
            if verdict.badness
            for where in [", ".join(filter(None, (self.title, each.title, verdict.subject)))]
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was found, a line each; none when all is quiet."""
        return tuple(each.said for each in self.findings)

    @property
    def ordered(self) -> list[PanelReport | Unjudged]:
        """The panels, the worst first, then those that were not judged."""
        by_badness = sorted(self.panels, key=lambda panel: -panel.verdict.badness)
        return [*by_badness, *self.unjudged]

    def html(self) -> str:
        """All of it, with the pictures."""
        panels = "".join(
            each.html(self.plan)
            if isinstance(each, PanelReport)
            else f'<div style="color:{GREY}">{as_html(str(each))}</div>'
            for each in self.ordered
        )
        return f"<div><b>{link_html(self.link, self.headline)}</b>{panels}</div>"


def lines(each: PanelReport | Unjudged) -> list[str]:
    """A panel's lines of text."""
    return str(each).splitlines()
