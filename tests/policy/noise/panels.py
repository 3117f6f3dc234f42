"""Panels by the minute: what is usual on them, and what goes wrong after a push."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from runbook_lib.policy.monitoring.judgement import Direction
from tests.policy.noise.pushes import KINDS, WEEKS, poisson, season, traffic

Minutes = list[float]
Made = Callable[[random.Random, Minutes], Minutes]
Change = Callable[[float, int], float]
"""The value at a minute after the push, of what would have been there."""


@dataclass(frozen=True)
class Panel:
    """A kind of graph: the minutes of a push and, after them, those of the weeks before it."""

    weeks: Callable[[random.Random, Minutes], list[Minutes]]
    unit: str = ""
    direction: Direction = "both"


@dataclass(frozen=True)
class Planted:
    """What goes wrong on a panel."""

    panel: str
    change: Change


def each_alike(made: Made) -> Callable[[random.Random, Minutes], list[Minutes]]:
    """Weeks of which each is made as the others are."""
    return partial(make_weeks, made)


def make_weeks(made: Made, chance: random.Random, clocks: Minutes) -> list[Minutes]:
    return [made(chance, clocks) for _ in range(WEEKS + 1)]


def success(chance: random.Random, hours: Minutes) -> Minutes:
    """The percentage of requests that succeed; one in two thousand fails."""
    return [
        100 * (1 - poisson(chance, 1.0 * season(hour)) / (2000 * season(hour))) for hour in hours
    ]


def bursts(chance: random.Random, hours: Minutes) -> Minutes:
    """Requests with jobs in them: every quarter of an hour, a minute earlier or later each time."""
    plain = traffic(chance, hours)
    for start in range(chance.randrange(3), len(plain), 15):
        at = min(len(plain) - 1, max(0, start + chance.randrange(-1, 2)))
        plain[at] *= 1.5
    return plain


def queue(chance: random.Random, hours: Minutes) -> Minutes:
    """Jobs that wait: many after many, and often none."""
    length, values = 5.0, []
    for _ in hours:
        length = max(0.0, 0.9 * length + chance.gauss(0.5, 1.2))
        values.append(round(length))
    return [float(value) for value in values]


def memory(chance: random.Random, hours: Minutes) -> Minutes:
    """Memory in use: a level for each week, rising until it is freed."""
    level, period = 4e9 * chance.lognormvariate(0, 0.06), chance.randrange(60, 120)
    phase = chance.randrange(period)
    return [level * (1 + 0.15 * ((i + phase) % period) / period) for i in range(len(hours))]


PANELS = {name: Panel(each_alike(made)) for name, made in KINDS.items()} | {
    "success": Panel(each_alike(success), " %"),
    "bursts": Panel(each_alike(bursts)),
    "queue": Panel(each_alike(queue)),
    "memory": Panel(each_alike(memory)),
}


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


def more(many: float, first: int = 5, last: int = 100_000) -> Change:
    """So much more."""
    return lambda value, minute: value + (many if first <= minute < last else 0)


def failing(many: float, first: int = 5, last: int = 100_000) -> Change:
    """So much of the rest fails as well."""
    return times(1 - many, first, last)


PLANTED = {
    "errors of 0.2 become 3": Planted("errors, 0.2 a point", more(3)),
    "errors of 3 x3": Planted("errors, 3 a point", times(3)),
    "errors of 3 x4, 15 min": Planted("errors, 3 a point", times(4, 12, 27)),
    "errors of 40 x2": Planted("errors, 40 a point", times(2)),
    "latency +60 %": Planted("latency", times(1.6)),
    "latency x3, 15 min": Planted("latency", times(3, 20, 35)),
    "latency rises to x2": Planted("latency", rising(2, 5, 50)),
    "traffic -50 %": Planted("traffic", times(0.5)),
    "traffic stops for 12 min": Planted("traffic", becomes(0.0, 25, 37)),
    "traffic rises to x2": Planted("traffic", rising(2, 5, 50)),
    "bursts -50 %": Planted("bursts", times(0.5)),
    "success falls to 86 %": Planted("success", failing(0.14)),
    "success -1 %": Planted("success", failing(0.01)),
    "success -5 %, 15 min": Planted("success", failing(0.05, 20, 35)),
    "queue +25": Planted("queue", more(25)),
    "memory +60 %": Planted("memory", times(1.6)),
}
