"""Graphs of a made-up site: quiet weeks of several kinds of noise, and incidents put into them.

`python -m tests.policy.noise` measures how often quiet weeks are not called quiet, and how often
incidents are, by kind of incident: looked at after an hour, three hours and a day, as a panel is.
What it measures is made up; the rules are not to be fitted to it.
"""

import math
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.monitoring.series import Buckets, Series, Window
from runbook_lib.policy.monitoring.verdict import Level
from runbook_lib.services.grafana.watch import Watch, judge_panel, worst_of

PUSH = datetime(2026, 3, 12, 17, 0, tzinfo=UTC)
LEAD = timedelta(minutes=30)
WEEKS = 6


def season(hour: float) -> float:
    """The day's course: 1 on average, low at night."""
    return 1 + 0.4 * math.sin((hour - 14) / 24 * 2 * math.pi)


def poisson(chance: random.Random, mean: float) -> float:
    """A number of events."""
    if mean > 50:
        return max(0.0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, events = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        events += 1
    return float(events)


def traffic(chance: random.Random, hours: list[float]) -> list[float]:
    """Requests: each week on a level of its own, neighbouring points alike."""
    level, drift, values = 400 * chance.lognormvariate(0, 0.05), 0.0, []
    for hour in hours:
        drift = 0.8 * drift + chance.gauss(0, 0.02)
        values.append(level * season(hour) * (1 + drift))
    return values


def errors(mean: float) -> Callable[[random.Random, list[float]], list[float]]:
    """Errors a minute, as many as they are by chance."""

    def made(chance: random.Random, hours: list[float]) -> list[float]:
        return [poisson(chance, mean * season(hour)) for hour in hours]

    return made


def latency(chance: random.Random, hours: list[float]) -> list[float]:
    """A 95th percentile in seconds: heavy-tailed, now and then far up for one point."""
    level = 0.3 * chance.lognormvariate(0, 0.04)
    return [
        level * (0.9 + 0.1 * season(hour)) * chance.lognormvariate(0, 0.08) * jump(chance)
        for hour in hours
    ]


def jump(chance: random.Random) -> float:
    """1, and for one point in two hundred more."""
    return 1 + chance.paretovariate(3) * 0.4 if chance.random() < 0.005 else 1.0


KINDS: dict[str, Callable[[random.Random, list[float]], list[float]]] = {
    "traffic": traffic,
    "latency": latency,
    "errors, 0.2 a point": errors(0.2),
    "errors, 3 a point": errors(3),
    "errors, 40 a point": errors(40),
}


@dataclass(frozen=True)
class Incident:
    """What multiplies a kind of graph, from some minutes after the push on."""

    kind: str
    factor: float
    after: timedelta = timedelta(minutes=5)


INCIDENTS = {
    "errors of 3 x3": Incident("errors, 3 a point", 3),
    "errors of 40 x3": Incident("errors, 40 a point", 3),
    "latency +60 %": Incident("latency", 1.6),
    "traffic -50 %": Incident("traffic", 0.5),
}


def quiet_week(kind: str, seed: int, *, step: timedelta, span: timedelta) -> Comparison:
    """A push at which nothing happens."""
    window = Window(PUSH - LEAD, (LEAD + span) // step, step)
    first = 10 - LEAD / timedelta(hours=1)
    hours = [first + i * (step / timedelta(hours=1)) for i in range(window.count)]
    chance = random.Random(f"{kind} {seed}")
    weeks: list[Buckets] = [tuple(KINDS[kind](chance, hours)) for _ in range(WEEKS + 1)]
    return Comparison(window, PUSH, UTC, weeks[0], tuple(weeks[1:]))


def planted(comparison: Comparison, incident: Incident) -> Comparison:
    """The same with an incident in it."""
    start = comparison.window.bucket(PUSH + incident.after)
    now = tuple(
        value * (incident.factor if i >= start else 1)
        for i, value in enumerate(comparison.now)
        if value is not None
    )
    return replace(comparison, now=now)


SHAPES = {
    "1 h": (timedelta(minutes=1), timedelta(hours=1)),
    "3 h": (timedelta(minutes=5), timedelta(hours=3)),
}


# --- as a panel is looked at: by the minute, in buckets, after a while ----------------------------

MINUTE = timedelta(minutes=1)
Change = Callable[[float, int], float]
"""The value at a minute after the push, of what would have been there."""


def success(chance: random.Random, hours: list[float]) -> list[float]:
    """The percentage of requests that succeed; one in two thousand fails."""
    return [
        100 * (1 - poisson(chance, 1.0 * season(hour)) / (2000 * season(hour))) for hour in hours
    ]


def bursts(chance: random.Random, hours: list[float]) -> list[float]:
    """Requests with jobs in them: every quarter of an hour, a minute earlier or later each time."""
    plain = traffic(chance, hours)
    for start in range(chance.randrange(3), len(plain), 15):
        at = min(len(plain) - 1, max(0, start + chance.randrange(-1, 2)))
        plain[at] *= 1.5
    return plain


def queue(chance: random.Random, hours: list[float]) -> list[float]:
    """Jobs that wait: many after many, and often none."""
    length, values = 5.0, []
    for _ in hours:
        length = max(0.0, 0.9 * length + chance.gauss(0.5, 1.2))
        values.append(round(length))
    return [float(value) for value in values]


def memory(chance: random.Random, hours: list[float]) -> list[float]:
    """Memory in use: a level for each week, rising until it is freed."""
    level, period = 4e9 * chance.lognormvariate(0, 0.06), chance.randrange(60, 120)
    phase = chance.randrange(period)
    return [level * (1 + 0.15 * ((i + phase) % period) / period) for i in range(len(hours))]


PANELS = KINDS | {"success": success, "bursts": bursts, "queue": queue, "memory": memory}


def times(factor: float, first: int = 5, last: int = 100_000) -> Change:
    """So many times as much, from one minute after the push until another."""
    return lambda value, minute: value * (factor if first <= minute < last else 1)


def rising(factor: float, first: int, last: int) -> Change:
    """More and more, until it is so many times as much."""

    def changed(value: float, minute: int) -> float:
        part = min(1.0, max(0.0, (minute - first) / (last - first)))
        return value * (1 + (factor - 1) * part)

    return changed


def becomes(other: float, first: int = 5, last: int = 100_000) -> Change:
    """Another value, whatever it would have been."""
    return lambda value, minute: other if first <= minute < last else value


def failing(many: float, first: int = 5, last: int = 100_000) -> Change:
    """So much of the rest fails as well."""
    return lambda value, minute: value * (1 - many) if first <= minute < last else value


PLANTED: dict[str, tuple[str, Change]] = {
    "errors of 0.2 become 3": ("errors, 0.2 a point", lambda v, m: v + 3 if m >= 5 else v),
    "errors of 3 x3": ("errors, 3 a point", times(3)),
    "errors of 3 x4, 15 min": ("errors, 3 a point", times(4, 12, 27)),
    "errors of 40 x2": ("errors, 40 a point", times(2)),
    "latency +60 %": ("latency", times(1.6)),
    "latency x3, 15 min": ("latency", times(3, 20, 35)),
    "latency rises to x2": ("latency", rising(2, 5, 50)),
    "traffic -50 %": ("traffic", times(0.5)),
    "traffic stops for 12 min": ("traffic", becomes(0.0, 25, 37)),
    "traffic rises to x2": ("traffic", rising(2, 5, 50)),
    "bursts -50 %": ("bursts", times(0.5)),
    "success falls to 86 %": ("success", failing(0.14)),
    "success -1 %": ("success", failing(0.01)),
    "success -5 %, 15 min": ("success", failing(0.05, 20, 35)),
    "queue +25": ("queue", lambda v, m: v + 25 if m >= 5 else v),
    "memory +60 %": ("memory", times(1.6)),
}


def looked_at(kind: str, seed: int, hours: int, change: Change = lambda value, _: value) -> Level:
    """The verdict on a panel so many hours after a push, as Grafana's panels are looked at."""
    count = 30 + hours * 60
    clocks = [9.5 + i / 60 for i in range(count)]
    chance = random.Random(f"{kind} {seed} {hours}")
    now, *weeks = ([*PANELS[kind](chance, clocks)] for _ in range(WEEKS + 1))
    now = [change(value, i - 30) for i, value in enumerate(now)]
    plan = Watch.plan(
        PUSH,
        PUSH + hours * timedelta(hours=1),
        ended=PUSH,
        weeks=WEEKS,
        zone=ZoneInfo("UTC"),
        tag="",
    )
    found = [
        judge_panel(
            [
                as_series(each, window)
                for each, window in zip((now, *weeks), look.windows, strict=True)
            ],
            look,
            "both",
            " %" if kind == "success" else "",
        )
        for look in plan.looks
    ]
    return worst_of(found)[0][0].level


def as_series(values: list[float], window: Window) -> tuple[Series, ...]:
    """The minutes of a push, or of a week before it, as a data source has them."""
    first = window.start.timestamp()
    start = first - first % 60 + (30 * 60 - LEAD.total_seconds())
    return (Series("", tuple((start + i * 60, value) for i, value in enumerate(values))),)


HOURS = (1, 3, 24)


def measure(many: int) -> None:
    """Print how many quiet weeks are not called quiet, and how many incidents are, of each kind."""
    print("not quiet, of quiet weeks:")
    tell(
        [
            (kind, [looked_at(kind, n, h) == "quiet" for n in range(many) for h in HOURS])
            for kind in PANELS
        ],
        "false",
    )
    print("quiet, of incidents:")
    tell(
        [
            (name, [looked_at(kind, n, h, change) != "quiet" for n in range(many) for h in HOURS])
            for name, (kind, change) in PLANTED.items()
        ],
        "missed",
    )


def tell(found: list[tuple[str, list[bool]]], what: str) -> None:
    """Print what is wrong of each kind, and of all."""
    together = [each for _, right in found for each in right]
    for name, right in [*found, ("all", together)]:
        wrong = right.count(False)
        print(f"  {name}: {wrong} of {len(right)} {what} ({wrong / len(right):.1%})", flush=True)


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 60)
