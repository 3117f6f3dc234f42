"""A panel as it is looked at an hour, three hours and a day after a push."""

import random
from datetime import timedelta
from zoneinfo import ZoneInfo

from runbook_lib.policy.monitoring.series import Series, Window
from runbook_lib.policy.monitoring.verdict import Verdict
from runbook_lib.services.grafana.watch import Watch, judge_panel, worst_of
from tests.policy.noise.harder import HARDER, SMALLER
from tests.policy.noise.panels import PANELS, PLANTED, Change, Minutes, Planted
from tests.policy.noise.pushes import LEAD, PUSH, WEEKS

ALL = PANELS | HARDER
INCIDENTS: dict[str, Planted] = PLANTED | SMALLER
HOURS = (1, 3, 24)


def unchanged(value: float, minute: int) -> float:
    """Nothing happens at a push."""
    return value


def minutes(name: str, seed: int, hours: int, change: Change = unchanged) -> list[Minutes]:
    """The minutes of a push, the half hour before it with them, and those of the weeks before."""
    clocks = [9.5 + i / 60 for i in range(30 + hours * 60)]
    now, *weeks = ALL[name].weeks(random.Random(f"{name} {seed} {hours}"), clocks)
    return [[change(value, i - 30) for i, value in enumerate(now)], *weeks]


def looked_at(name: str, seed: int, hours: int, change: Change = unchanged) -> Verdict:
    """The verdict on a panel so many hours after a push, as Grafana's panels are looked at."""
    made, panel = minutes(name, seed, hours, change), ALL[name]
    found = [
        judge_panel(
            [as_series(each, window) for each, window in zip(made, look.windows, strict=True)],
            look,
            panel.direction,
            panel.unit,
        )
        for look in plan(hours).looks
    ]
    return worst_of(found)[0][0]


def plan(hours: int) -> Watch:
    """What is looked at so many hours after a push."""
    until = PUSH + hours * timedelta(hours=1)
    return Watch.plan(PUSH, until, ended=PUSH, weeks=WEEKS, zone=ZoneInfo("UTC"), tag="")


def as_series(values: Minutes, window: Window) -> tuple[Series, ...]:
    """The minutes of a push, or of a week before it, as a data source has them."""
    first = window.start.timestamp()
    start = first - first % 60 + (30 * 60 - LEAD.total_seconds())
    return (Series("", tuple((start + i * 60, value) for i, value in enumerate(values))),)
