"""The panels of dashboards after a push, against the same hours of earlier weeks."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from types import MappingProxyType

from runbook_lib.errors import AccessDenied, Failed, Refused, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.judgement import Direction
from runbook_lib.policy.monitoring.series import Series, Window
from runbook_lib.policy.monitoring.verdict import Verdict
from runbook_lib.policy.visible import Shown
from runbook_lib.services.api import json_object
from runbook_lib.services.grafana.client import Client, reading
from runbook_lib.services.grafana.dashboard import Dashboard, Panel, read_dashboard, read_panel
from runbook_lib.services.grafana.frames import read_results
from runbook_lib.services.grafana.query import Unresolved, request_of, shown
from runbook_lib.services.grafana.report import DashboardReport, PanelReport, Unjudged
from runbook_lib.services.grafana.resolving import Resolver
from runbook_lib.services.grafana.sources import Sources
from runbook_lib.services.grafana.variables import Variable
from runbook_lib.services.grafana.watch import (
    Watch,
    check_titles,
    judge_panel,
    read_zone,
    require_some,
    worst_of,
)
from runbook_lib.services.grafana.watched import GrafanaReport, require_data
from runbook_lib.services.http import TIMEOUT, Timeout
from runbook_lib.steps.step import Runner, check

PANELS = 40
"""More panels than that are not asked for; each costs a request for each week."""
SIDE_BY_SIDE = 4
ANY_DIRECTION: Mapping[str, Direction] = MappingProxyType({})


@frozen
class Access(Shown):
    """What Grafana says to who asks: its version, and whose token it is."""

    version: str
    organization: str
    link: str

    def __str__(self) -> str:
        return f"Grafana {self.version} lets this token read {self.organization}"


class Grafana:
    """One Grafana, asked with one token; nothing here changes anything."""

    def __init__(self, url: str, token: str, runner: Runner, *, timeout: Timeout = TIMEOUT) -> None:
        self.client = Client(url, token, timeout=timeout)
        self.sources = Sources(self.client)
        self.runner = runner

    def __repr__(self) -> str:
        return f"Grafana({self.client.url!r})"

    @check
    def check_access(self) -> Access:
        """Grafana answers, its database is well, and the token is one that it knows."""
        health = self.client.get("health", missing="expected a Grafana at this address")
        if health.get("database") != "ok":
            raise Unavailable(f"Grafana's database is {health.get('database')!r}; try again later")
        found = self.client.get("org", missing="expected the organization of this token")
        name = str(found.get("name", ""))
        return Access(str(health.get("version") or "of unknown version"), name, self.client.url)

    def dashboard(self, uid: str) -> Dashboard:
        """The dashboard of that uid; raises `Refused` where there is none."""
        missing = f"expected a dashboard {uid!r}, found none; its uid stands in its address (/d/…)"
        said = self.client.get("dashboards", "uid", uid, missing=missing)
        with reading(f"the dashboard {uid!r}"):
            return read_dashboard(said, self.client.url)

    @check
    def watch(
        self,
        pushed_at: datetime,
        until: datetime,
        *,
        dashboards: Sequence[str],
        ended_at: datetime | None = None,
        weeks: int = 6,
        zone: str = "UTC",
        tag: str = "",
        directions: Mapping[str, Direction] = ANY_DIRECTION,
    ) -> GrafanaReport:
        """A verdict on each panel of some dashboards (their uids), from the push to `until`.

        A blip until some minutes after the push is expected; it ended at once unless `ended_at`.
        The hours are compared with the same weekday and hours of so many weeks before, by the
        clocks of `zone`. `directions` says for a panel's title which way is bad. Raises `Refused`
        for a dashboard that is unknown or has no data at all, `AccessDenied` for a token that may
        not ask; what a data source refuses is said of its panel.
        """
        ended = ended_at or pushed_at
        plan = Watch.plan(pushed_at, until, ended=ended, weeks=weeks, zone=read_zone(zone), tag=tag)
        found = tuple(map(self.dashboard, require_some(dashboards)))
        check_titles(directions, found)
        return require_data(
            GrafanaReport(tuple(self.judge(each, plan, directions) for each in found))
        )

    def judge(
        self, found: Dashboard, plan: Watch, directions: Mapping[str, Direction]
    ) -> DashboardReport:
        """What is found of one dashboard; raises `Unavailable` where no panel gets an answer."""
        with reading(f"the variables of {found.title}"):
            resolver = Resolver(self.client, self.sources, plan.windows[0])
            variables = resolver.resolve(found.variables)
        look = partial(self.look_at, variables, plan, directions)
        judged = [panel for panel in found.panels if not panel.unjudged]
        reports = side_by_side(look, judged[:PANELS])
        asked = tuple(each for each in reports if isinstance(each, PanelReport))
        unknown = (each for each in reports if isinstance(each, Unjudged))
        if asked and all(report.lost for report in asked):
            raise Unavailable(asked[0].verdict.reason, may_have_acted=False)
        panels = (*asked, *map(not_asked, judged[PANELS:]))
        return DashboardReport(found.title, found.link, panels, (*unknown, *left_out(found)), plan)

    def look_at(
        self,
        variables: Sequence[Variable],
        plan: Watch,
        directions: Mapping[str, Direction],
        panel: Panel,
    ) -> PanelReport | Unjudged:
        """The verdict on one panel; where its data can't be had, that is the verdict's reason."""
        direction = directions.get(panel.title, "both")
        link = f"{panel.link}&from={plan.milliseconds[0]}&to={plan.milliseconds[1]}"
        try:
            whole = self.with_queries(panel)
            looks = [
                (look, [self.ask(variables, whole, window) for window in look.windows])
                for look in plan.looks
            ]
        except AccessDenied:
            raise
        except Unresolved as unknown:
            return Unjudged(panel.title, str(unknown))
        except (Refused, Failed, Unavailable) as error:
            nothing = Verdict("look at this", f"no verdict can be given: {error}", told=False)
            return PanelReport(panel.title, link, (nothing,), lost=isinstance(error, Unavailable))
        verdicts, about = worst_of(
            [judge_panel(series, look, direction, whole.unit) for look, series in looks]
        )
        empty = not any(has_data(each) for _, series in looks for each in series)
        return PanelReport(panel.title, link, verdicts, about, empty=empty)

    def with_queries(self, panel: Panel) -> Panel:
        """A panel with its queries: those of a library panel are kept elsewhere."""
        if not panel.library:
            return panel
        missing = f"expected the library panel {panel.library}, found none; mend the dashboard"
        said = self.client.get("library-elements", panel.library, missing=missing)
        with reading(f"the library panel {panel.library}"):
            model = (said.get("result") or {}).get("model") or {}
            kept = read_panel({**model, "id": panel.id, "title": panel.title}, panel.link)
        if kept.unjudged:
            raise Refused(kept.unjudged)
        return kept

    def ask(
        self, variables: Sequence[Variable], panel: Panel, window: Window
    ) -> tuple[Series, ...]:
        """The series that a panel shows in a window."""
        with reading("the queries of the panel"):
            body = request_of(panel, variables, window, self.sources.find)
        answer = self.client.ask("POST", "ds", "query", json=body)
        said = json_object(answer) or {}
        # A refused query makes the whole answer a 400 (a 207 where that is switched on).
        if "results" not in said:
            raise Refused(f"{self.client.reason(answer, 'message')} (status {answer.status_code})")
        with reading("the data"):
            return read_results(said, shown(panel))


def side_by_side(
    look: Callable[[Panel], PanelReport | Unjudged], panels: list[Panel]
) -> list[PanelReport | Unjudged]:
    """What was found of each panel, some asked for at the same time."""
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        return list(pool.map(look, panels))


def left_out(found: Dashboard) -> tuple[Unjudged, ...]:
    """The panels that were not asked for, and why."""
    return tuple(Unjudged(each.title, each.unjudged) for each in found.panels if each.unjudged)


def not_asked(panel: Panel) -> PanelReport:
    """A panel beyond those that are asked for: somebody has to look at it."""
    reason = f"only the first {PANELS} panels of a dashboard are asked for"
    return PanelReport(panel.title, panel.link, (Verdict("look at this", reason),))


def has_data(found: Iterable[Series]) -> bool:
    """Whether there is any value in some series."""
    return any(value is not None for series in found for _, value in series.points)
