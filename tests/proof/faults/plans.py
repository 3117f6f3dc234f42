"""Faults in few worlds, in an order that is soon everywhere; a session meets several of them."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import chain, zip_longest
from typing import TypeVar

from tests.proof.faults.points import TWICE, Fault, Point
from tests.proof.faults.trying import Plan, Undisturbed

T = TypeVar("T")
SESSIONS, BESIDE = 8, 12
"""How many sessions of one world end at a fault, and how many each bears with besides."""


def in_turn(
    tried: Iterable[T], group: Callable[[T], Hashable], turn: Callable[[T], str]
) -> list[T]:
    """The first of each group, then the second of each."""
    groups = defaultdict[Hashable, list[T]](list)
    for one in sorted(tried, key=turn):
        groups[group(one)].append(one)
    rounds = chain.from_iterable(zip_longest(*groups.values()))
    return [one for one in rounds if one is not None]


def spread(faults: Iterable[Fault]) -> list[Fault]:
    """Faults in an order that is the same each time, and soon has all services and kinds."""
    return in_turn(faults, lambda one: (one.point.service, one.kind), lambda one: one.turn)


def plans(faults: Iterable[Fault], before: Undisturbed) -> Iterator[Plan]:
    """The worlds in which one runbook's faults are tried: of changes, and of looks, by turns."""
    left, known = spread(faults), {*before.again}
    looks = [fault for fault in left if fault.point.looks and fault.point in known]
    changes = [fault for fault in left if not (fault.point.looks and fault.point in known)]
    by_turns = zip_longest(changing(changes), looking(looks, before.again))
    return filter(None, chain.from_iterable(by_turns))


def changing(left: list[Fault]) -> Iterator[Plan]:
    """Faults that strike what is changed, or what is asked but once: no two the same request."""
    while left:
        chosen = dict[str, Fault]()
        for fault in left:
            ends = sum(one.may_end for one in chosen.values())
            room = ends < SESSIONS if fault.may_end else len(chosen) - ends < BESIDE
            if room:
                chosen.setdefault(fault.point.what, fault)
        left = [fault for fault in left if chosen.get(fault.point.what) is not fault]
        yield [[*chosen.values()]]


def looking(left: list[Fault], order: tuple[Point, ...]) -> Iterator[Plan]:
    """Faults that strike looks: to each session one that may end it, behind some that it bears."""
    place = {point: number for number, point in enumerate(order)}
    ending = [fault for fault in left if fault.may_end]
    passing = [fault for fault in left if not fault.may_end]
    while ending or passing:
        plan: Plan = [[]]
        while len(plan) <= SESSIONS and (ending or passing):
            last = ending.pop(0) if ending else None
            borne = before_it(passing, last, place)
            plan.append([*borne, *filter(None, [last])])
            if last and last.kind in TWICE:
                plan.append([])
        yield plan


def before_it(passing: list[Fault], last: Fault | None, place: dict[Point, int]) -> list[Fault]:
    """Some faults, of different requests, that come before the last; the list loses them."""
    chosen = dict[str, Fault]()
    for fault in passing:
        fits = last is None or place[fault.point] < place[last.point]
        if fits and len(chosen) < BESIDE and (last is None or fault.point.what != last.point.what):
            chosen.setdefault(fault.point.what, fault)
    passing[:] = [fault for fault in passing if chosen.get(fault.point.what) is not fault]
    return [*chosen.values()]


def halves(plan: Plan) -> Iterator[Plan]:
    """The same faults in two worlds, each with half of them."""
    whole = [(session, fault) for session, faults in enumerate(plan) for fault in faults]
    for half in (whole[: len(whole) // 2], whole[len(whole) // 2 :]):
        first = min(session for session, _ in half)
        made: Plan = [[] for _ in range(max(session for session, _ in half) - max(first, 1) + 2)]
        for session, fault in half:
            made[session and session - max(first, 1) + 1].append(fault)
        yield made
