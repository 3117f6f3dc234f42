"""What is watched when: the windows of a push and of the weeks before it, and the verdicts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.monitoring.judgement import Direction, judge
from runbook_lib.policy.monitoring.series import (
    Series,
    Window,
    choose_step,
    cut_window,
    fill,
    weeks_before,
)
from runbook_lib.policy.monitoring.verdict import Verdict, worst
from runbook_lib.policy.plural import plural
from runbook_lib.services.grafana.dashboard import Dashboard

SERIES = 20
"""More lines than that in one panel are not judged one by one."""
LEAD = timedelta(minutes=30)
"""How long before the push a plot begins."""
CLOSE = timedelta(hours=1)
"""For so long after its end a push is looked at closely, however late that is done."""
LONGEST = timedelta(days=3)
FEWEST, MOST = 3, 26
"""How many weeks can be compared with."""


@frozen
class Watch:
    """The windows that are asked for: the push's first, then those of the weeks, newest first.

    `close` are those around the push, where all of it is longer. Their buckets never grow: what is
    an alarm after an hour would be a blip in the buckets of a day.
    """

    since: datetime
    ended: datetime
    zone: ZoneInfo
    tag: str
    windows: tuple[Window, ...]
    close: "Watch | None" = None

    @classmethod
    def plan(
        cls,
        since: datetime,
        until: datetime,
        *,
        ended: datetime,
        weeks: int,
        zone: ZoneInfo,
        tag: str,
    ) -> "Watch":
        """The windows for a push; raises `UsageError` for times that make none."""
        if None in (since.tzinfo, until.tzinfo, ended.tzinfo):
            raise UsageError("expected times with their time zone; give each of them one")
        if not (since < until <= since + LONGEST and since <= ended <= until):
            raise UsageError(
                f"expected a push and at most {LONGEST.days} days after it, found one from {since} "
                f"to {ended}, looked at until {until}; correct these"
            )
        if not FEWEST <= weeks <= MOST:
            raise UsageError(f"expected {FEWEST} to {MOST} weeks to compare with, found {weeks}")
        near = ended + CLOSE

        def look(end: datetime, step: timedelta, close: Watch | None = None) -> Watch:
            window = cut_window(since - LEAD, end, step)
            windows = (window, *weeks_before(window, weeks, zone))
            return cls(since, ended, zone, tag, windows, close)

        close = look(min(near, until), choose_step(near - since))
        return look(until, choose_step(until - since), close) if until > near else close

    @property
    def looks(self) -> tuple["Watch", ...]:
        """The close look, where there is one, and the whole one."""
        return (self.close, self) if self.close else (self,)

    @property
    def milliseconds(self) -> tuple[int, int]:
        """The first and last moment that is looked at, since the epoch."""
        window = self.windows[0]
        return int(window.start.timestamp() * 1000), int(window.end.timestamp() * 1000)

    def __str__(self) -> str:
        end = self.windows[0].end.astimezone(self.zone)
        begin = self.since.astimezone(self.zone)
        pushed = f"{self.tag}, " if self.tag else ""
        weeks = plural(len(self.windows) - 1, "week")
        until = f"{end:%H:%M}" if end.date() == begin.date() else f"{end:%Y-%m-%d %H:%M}"
        return f"{pushed}{begin:%Y-%m-%d %H:%M}–{until} {self.zone}, against {weeks}"

    def compare(self, series: Sequence[tuple[Series, ...]], name: str, unit: str) -> Comparison:
        """One line of a panel, in all windows; nothing is there where it has no points."""
        now, *weeks = (
            fill(next((each for each in found if each.name == name), Series(name, ())), window)
            for found, window in zip(series, self.windows, strict=True)
        )
        pushing = self.ended - self.since
        return Comparison(self.windows[0], self.since, self.zone, now, tuple(weeks), unit, pushing)


Judged = tuple[tuple[Verdict, ...], Comparison]
"""The verdicts on the lines of a panel, the worst first, and what that one is about."""


def worst_of(looks: Sequence[Judged]) -> Judged:
    """The worst of several looks at a panel, line by line; of equals the first look's."""
    lines: dict[str, Verdict] = {}
    for verdicts, _ in looks:
        for each in verdicts:
            lines[each.subject] = worst([lines.get(each.subject, each), each])
    (first, *_), about = max(looks, key=lambda look: look[0][0].badness)
    others = (each for name, each in lines.items() if name != first.subject)
    return (first, *others), about


def judge_panel(
    series: Sequence[tuple[Series, ...]], plan: Watch, direction: Direction, unit: str
) -> Judged:
    """The verdicts on the lines of a panel, the worst first, and what that one is about."""
    names = list(dict.fromkeys(each.name for found in series for each in found)) or [""]
    compared = {name: plan.compare(series, name, unit) for name in names[:SERIES]}
    verdicts = []
    for name, comparison in compared.items():
        found = judge(comparison, direction=direction)
        verdicts.append(replace(found, subject=name if len(names) > 1 else ""))
    first = worst(verdicts)
    about = compared[first.subject if len(names) > 1 else names[0]]
    if len(names) > SERIES:
        more = f"{len(names) - SERIES} of its {plural(len(names), 'line')} not judged"
        verdicts.append(Verdict("look at this", f"{more}: give the panel a query with fewer"))
        first = worst(verdicts)
    return (first, *(each for each in verdicts if each is not first)), about


def require_some(dashboards: Sequence[str]) -> tuple[str, ...]:
    """The dashboards, each once; raises `UsageError` where there are none."""
    if not dashboards or isinstance(dashboards, str):
        raise UsageError(
            f"expected the uids of the dashboards to watch, found {dashboards!r}; name them in the "
            "profile, as they stand in their addresses: /d/{uid}/…"
        )
    return tuple(dict.fromkeys(dashboards))


def check_titles(directions: Mapping[str, Direction], found: Sequence[Dashboard]) -> None:
    """Raise `UsageError` for a direction of a panel that is on none of the dashboards."""
    known = {panel.title for each in found for panel in each.panels}
    if not known.issuperset(directions):
        raise UsageError(
            f"expected titles of panels, found {', '.join(sorted(set(directions) - known))}; "
            f"the panels are {', '.join(sorted(known))}"
        )


def read_zone(name: str) -> ZoneInfo:
    """The time zone of that name."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(
            f"expected the name of a time zone, such as America/Los_Angeles, found {name!r}"
        ) from error
