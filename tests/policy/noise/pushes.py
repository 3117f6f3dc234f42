"""Quiet weeks by the point, and incidents that multiply them."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from runbook_lib.policy.monitoring.comparison import Comparison
from runbook_lib.policy.monitoring.series import Buckets, Window

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
