"""One worker: its share of the faults, in turn, until there are no more or time is over."""

import time
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain, zip_longest
from pathlib import Path
from zlib import crc32

from tests.proof.faults.points import PASSING, Fault
from tests.proof.faults.results import Results
from tests.proof.faults.scenarios import SCENARIOS
from tests.proof.faults.slot import Slot
from tests.proof.faults.trying import Plan, Undisturbed, faults, try_faults, undisturbed

SESSIONS, BESIDE = 8, 5
"""How many sessions of one world meet a fault that ends them, and how many each bears with besides.

Only what strikes a look has to share a world: what a change comes to is seen in a world of its own.
"""


class Worker:
    """Tries what is its own to try, in a slot of its own."""

    def __init__(self, results: Results, folder: Path, names: Iterable[str]) -> None:
        self.results, self.slot = results, Slot(folder)
        self.before = {name: self.look_first(name) for name in names}

    def look_first(self, name: str) -> Undisturbed:
        """What a scenario leaves in this slot where nothing goes wrong."""
        found = undisturbed(self.slot, SCENARIOS[name])
        self.results.points(name, found.points)
        return found

    def work(self, seconds: float, workers: int, share: int) -> None:
        """Try its share until the time is over: first what strikes a change that others see."""
        until, known = time.monotonic() + seconds, self.results.keys()
        mine = [
            fault
            for name in self.before
            for fault in faults(SCENARIOS[name], self.results.points(name))
            if fault.key not in known and crc32(fault.key.encode()) % workers == share
        ]
        outside = [[[fault]] for fault in mine if fault.point.reaches_out]
        alone = [[[one]] for one in mine if one.alone and not one.point.reaches_out]
        together = self.plans([one for one in mine if not one.alone])
        by_turns = chain.from_iterable(zip_longest(by_runbook(together), by_runbook(alone)))
        for plan in chain(by_runbook(outside), filter(None, by_turns)):
            if time.monotonic() > until:
                return
            self.try_plan(plan)

    def plans(self, left: list[Fault]) -> list[Plan]:
        """The faults that strike looks, as worlds that several of them strike."""
        made: list[Plan] = []
        for name, before in self.before.items():
            mine = [fault for fault in left if fault.scenario == name]
            made += packed([one for one in mine if one.point in before.again])
            made += [[[one]] for one in mine if one.point not in before.again]
        return made

    def try_plan(self, plan: Plan) -> None:
        """Try some faults; where anything is found after several, each has a world of its own."""
        before = self.before[plan[0][0].scenario]
        try:
            tried = try_faults(self.slot, plan, before)
        except Exception:
            said = traceback.format_exc()
            key = plan[0][0].key
            line = {"key": key, "sessions": 0, "found": [said], "seconds": 0.0}
            return self.results.add([line])
        if tried.found and len(tried.struck) > 1:
            for fault in sorted(tried.struck):
                self.try_plan([[fault]])
            return None
        return self.results.add(tried.lines())


def by_runbook(plans: Iterable[Plan]) -> Iterator[Plan]:
    """Plans in their order, one of each runbook after the other."""
    of = defaultdict[str, list[Plan]](list)
    for plan in plans:
        of[plan[0][0].scenario].append(plan)
    return filter(None, chain.from_iterable(zip_longest(*of.values())))


def packed(faults: list[Fault]) -> list[Plan]:
    """Faults in few worlds: to each session one that may end it, and some that it bears with."""
    ending = [fault for fault in faults if fault.kind not in PASSING]
    passing = [fault for fault in faults if fault.kind in PASSING]
    sessions = []
    while ending or passing:
        borne = [passing.pop(0) for _ in range(min(BESIDE, len(passing)))]
        sessions.append([*([ending.pop(0)] if ending else []), *borne])
    return [sessions[n : n + SESSIONS] for n in range(0, len(sessions), SESSIONS)]


def work_through(
    results: Results, folder: Path, names: list[str], seconds: float, workers: int, share: int
) -> None:
    """What one worker's process does."""
    Worker(results, folder, names).work(seconds, workers, share)
