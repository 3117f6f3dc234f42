"""One worker: its share of the faults, in turn, until there are no more or time is over."""

import time
import traceback
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from zlib import crc32

from tests.proof.faults.plans import halves, plans
from tests.proof.faults.points import Fault
from tests.proof.faults.results import Results
from tests.proof.faults.scenarios import SCENARIOS
from tests.proof.faults.slot import Slot
from tests.proof.faults.trying import Plan, Undisturbed, faults, try_faults, undisturbed


class Worker:
    """Tries what is its own to try, in a slot of its own."""

    def __init__(self, results: Results, folder: Path, names: Iterable[str]) -> None:
        self.results, self.slot, self.names = results, Slot(folder), [*names]
        self.before: dict[str, Undisturbed] = {}
        self.missed: list[Fault] = []
        """What did not come up where it was looked for; each is tried alone in the end."""

    def look_first(self, name: str) -> Undisturbed:
        """What a scenario leaves in this slot where nothing goes wrong."""
        found = undisturbed(self.slot, SCENARIOS[name])
        self.results.points(name, tuple(sorted(found.points)))
        return found

    def work(self, seconds: float, workers: int, share: int) -> None:
        """Try its share until the time is over, one world of each runbook after the other.

        Where its folder is gone the suite has ended without it: it tries nothing more.
        """
        until = time.monotonic() + seconds
        for plan in chain(self.planned(workers, share), self.alone()):
            if time.monotonic() > until or not self.slot.folder.exists():
                return
            self.try_plan(plan)

    def planned(self, workers: int, share: int) -> Iterator[Plan]:
        """The worlds of its share, of all runbooks in turn."""
        first = share * len(self.names) // workers
        names = [*self.names[first:], *self.names[:first]]
        return by_turns([self.planned_of(name, workers, share) for name in names])

    def planned_of(self, name: str, workers: int, share: int) -> Iterator[Plan]:
        """The worlds of its share of one runbook's, which is first looked at undisturbed."""
        before = self.before[name] = self.look_first(name)
        known = self.results.keys()
        found = faults(SCENARIOS[name], self.results.points(name))
        left = (fault for fault in found if fault.key not in known)
        mine = (fault for fault in left if crc32(fault.key.encode()) % workers == share)
        yield from plans(mine, before)

    def alone(self) -> Iterator[Plan]:
        """A world for each fault that was missed."""
        while self.missed:
            yield [[], [self.missed.pop(0)]]

    def try_plan(self, plan: Plan) -> None:
        """Try some faults; where anything is found after several, each half has its own world."""
        meant = [fault for faults in plan for fault in faults]
        try:
            tried = try_faults(self.slot, plan, self.before[meant[0].scenario])
        except Exception:
            return self.results.add_broken(meant, traceback.format_exc())
        if tried.found and len(meant) > 1:
            self.results.add_together(tried)
            for half in halves(plan):
                self.try_plan(half)
            return None
        if len(meant) > 1:
            self.missed += [fault for fault in meant if fault not in tried.struck]
        return self.results.add(tried.lines())


def by_turns(of: list[Iterator[Plan]]) -> Iterator[Plan]:
    """One plan of each, and again, as long as there are any; each is made when it is its turn."""
    while of:
        for one in [*of]:
            if plan := next(one, None):
                yield plan
            else:
                of.remove(one)


def work_through(
    results: Results, folder: Path, names: list[str], seconds: float, workers: int, share: int
) -> None:
    """What one worker's process does."""
    worker = Worker(results, folder, names)
    try:
        worker.work(seconds, workers, share)
    finally:
        for name in names:
            worker.slot.forget(SCENARIOS[name])
