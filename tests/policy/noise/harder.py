"""Harder panels: what grows, wanders, clumps or was hit by a holiday, and incidents of less size.

Made before the rules were held against them; a rule is not to be fitted to them either.
"""

import math
import random
from functools import partial

from tests.policy.noise.panels import (
    Minutes,
    Panel,
    Planted,
    becomes,
    each_alike,
    failing,
    make_weeks,
    more,
    rising,
    times,
)
from tests.policy.noise.pushes import WEEKS, errors, latency, poisson, season, traffic


def growing(chance: random.Random, clocks: Minutes) -> list[Minutes]:
    """Requests that are four in a hundred more each week, so that now is more than ever."""
    weeks = make_weeks(traffic, chance, clocks)
    return [[value * 0.96**back for value in week] for back, week in enumerate(weeks)]


def holiday(chance: random.Random, clocks: Minutes) -> list[Minutes]:
    """Requests, with a holiday in one of the weeks before."""
    weeks = make_weeks(traffic, chance, clocks)
    off = chance.randrange(1, WEEKS + 1)
    return [[value * (0.4 if i == off else 1) for value in week] for i, week in enumerate(weeks)]


def pushed(chance: random.Random, clocks: Minutes) -> list[Minutes]:
    """Latency that each week's push doubled, a few minutes earlier or later, until caches fill."""
    weeks = make_weeks(latency, chance, clocks)
    for week in weeks:
        at = 30 + chance.randrange(-3, 8)
        for i in range(at, len(week)):
            week[i] *= 1 + math.exp((at - i) / 6)
    return weeks


def batches(chance: random.Random, clocks: Minutes) -> list[Minutes]:
    """A queue that a batch fills for twenty minutes, in half of the weeks, whenever it comes."""
    weeks = [[poisson(chance, 6) for _ in clocks] for _ in range(WEEKS + 1)]
    for week in weeks:
        if chance.random() < 0.5:
            at = chance.randrange(max(1, len(week) - 20))
            week[at : at + 20] = [value * 4 for value in week[at : at + 20]]
    return weeks


def clumps(chance: random.Random, clocks: Minutes) -> Minutes:
    """Errors that come in clumps: their rate is another one every few minutes."""
    values, rate = [], 4.0
    for i, hour in enumerate(clocks):
        rate = chance.gammavariate(2, 2) if i % 4 == 0 else rate
        values.append(poisson(chance, rate * season(hour)))
    return values


def wandering(chance: random.Random, clocks: Minutes) -> Minutes:
    """Latency that wanders slowly, for an hour at a time."""
    off, values = chance.gauss(0, 0.12), []
    for _ in clocks:
        off = 0.97 * off + chance.gauss(0, 0.03)
        values.append(0.3 * math.exp(off))
    return values


def hits(chance: random.Random, clocks: Minutes) -> Minutes:
    """The part of 300 requests a minute that a cache answers, of some 95 in a hundred."""
    usual = 0.95 + chance.gauss(0, 0.004)
    return [1 - poisson(chance, 300 * (1 - usual)) / 300 for _ in clocks]


def steps(chance: random.Random, clocks: Minutes) -> Minutes:
    """A 99th percentile as a histogram has it: it jumps between the bounds of its buckets."""
    return [
        chance.choices((0.25, 0.5, 1.0), weights=(20, 5, 1))[0] * chance.uniform(0.9, 1)
        for _ in clocks
    ]


def hourly(chance: random.Random, clocks: Minutes) -> Minutes:
    """Requests, three times as many for three minutes of each hour."""
    late = chance.randrange(2)
    return [
        value * (3 if round(clock * 60) % 60 in range(late, late + 3) else 1)
        for value, clock in zip(traffic(chance, clocks), clocks, strict=True)
    ]


def busy(chance: random.Random, clocks: Minutes) -> Minutes:
    """The load of a machine, which can't be above 100 %: mostly 60, and full now and then."""
    off, values = 0.0, []
    for clock in clocks:
        off = 0.85 * off + chance.gauss(0, 4)
        values.append(min(100.0, max(0.0, 55 * season(clock) + off)))
    return values


HARDER = {
    "growing traffic": Panel(growing),
    "a holiday before": Panel(holiday),
    "pushed each week": Panel(pushed),
    "batches": Panel(batches, direction="up"),
    "clumps of errors": Panel(each_alike(clumps), direction="up"),
    "wandering latency": Panel(each_alike(wandering), " s", "up"),
    "cache hits": Panel(each_alike(hits), direction="down"),
    "percentile in steps": Panel(each_alike(steps), " s"),
    "hourly jobs": Panel(each_alike(hourly)),
    "load": Panel(each_alike(busy), " %"),
    "payments, 0.02 a point": Panel(each_alike(errors(0.02))),
    "latency, watched up": Panel(partial(make_weeks, latency), " s", "up"),
    "traffic, watched down": Panel(partial(make_weeks, traffic), direction="down"),
    "errors, 3 a point, up": Panel(each_alike(errors(3)), direction="up"),
}

SMALLER = {
    "growing traffic -40 %": Planted("growing traffic", times(0.6)),
    "traffic -40 %, a holiday before": Planted("a holiday before", times(0.6)),
    "latency stays x2 after a push": Planted("pushed each week", times(2, 15)),
    "batches x4 for good": Planted("batches", times(4, 10)),
    "clumps x3": Planted("clumps of errors", times(3)),
    "wandering latency x2": Planted("wandering latency", times(2)),
    "cache hits 95 to 80 %": Planted("cache hits", failing(0.16)),
    "percentile x3": Planted("percentile in steps", times(3)),
    "hourly jobs and traffic -40 %": Planted("hourly jobs", times(0.6)),
    "load +35": Planted("load", lambda v, m: min(100.0, v + 35) if m >= 5 else v),
    "payments of 0.02 become 0.5": Planted(
        "payments, 0.02 a point", lambda v, m: v + (m % 2) if m >= 5 else v
    ),
    "latency +35 %": Planted("latency, watched up", times(1.35)),
    "latency x2.5, 6 min": Planted("latency, watched up", times(2.5, 30, 36)),
    "latency x3 each fourth minute": Planted(
        "latency, watched up", lambda v, m: v * (3 if m >= 5 and m % 4 == 0 else 1)
    ),
    "latency +60 % from minute 35": Planted("latency, watched up", times(1.6, 35)),
    "latency rises to x2 in 3 h": Planted("latency, watched up", rising(2, 5, 180)),
    "traffic -25 %": Planted("traffic, watched down", times(0.75)),
    "traffic -35 %, 15 min": Planted("traffic, watched down", times(0.65, 25, 40)),
    "traffic stops for 5 min": Planted("traffic, watched down", becomes(0.0, 30, 35)),
    "errors of 3 x2": Planted("errors, 3 a point, up", times(2)),
    "errors of 3 and 20, 5 min": Planted("errors, 3 a point, up", more(20, 30, 35)),
    "success -0.3 %": Planted("success", failing(0.003)),
    "success -20 %, 5 min": Planted("success", failing(0.2, 30, 35)),
    "errors of 40 +50 %": Planted("errors, 40 a point", times(1.5)),
}
