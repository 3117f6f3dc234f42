"""Tries one fault: a session that meets it, the runbook run again, and what is left in the end."""

import re
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook_lib.journal.events import Event, read_journal
from runbook_lib.journal.session import JOURNAL
from runbook_lib.proof.machine import prove_machine
from tests.proof.faults.leaks import leaks
from tests.proof.faults.points import ANY, Counted, Fault, Point, Strike
from tests.proof.faults.scenarios import SCENARIOS, Scenario
from tests.proof.faults.sessions import Ended, begin, carry_out, wait_for
from tests.proof.faults.slot import Slot
from tests.proof.faults.told import read_elsewhere, requests
from tests.proof.faults.worlds import Seen, differences, see
from tests.release.world import World

SESSIONS = 3
"""How often an operator runs a runbook again before it is said to need hands."""


@dataclass(frozen=True)
class Undisturbed:
    """What a run leaves where nothing goes wrong, its points, and those of running it again."""

    seen: Seen
    points: tuple[Point, ...]
    again: tuple[Point, ...]
    redone: frozenset[str] = frozenset()
    """The steps that do something each time."""


Plan = list[list[Fault]]
"""The faults that whichever session meets that comes to them, and those of each session in turn."""


@dataclass(frozen=True)
class Tried:
    """What came of the faults that have struck one world; `found` is what is wrong in the end."""

    plan: Plan
    struck: frozenset[Fault]
    found: tuple[str, ...]
    seconds: float
    sessions: int

    def lines(self) -> Iterator[dict[str, Any]]:
        """A line for each fault that was met; nothing is told of one that was not."""
        for fault in self.struck:
            yield {
                "key": fault.key,
                "sessions": self.sessions,
                "together": len(self.struck),
                "found": self.found,
                "seconds": round(self.seconds / len(self.struck), 2),
            }


def undisturbed(slot: Slot, scenario: Scenario) -> Undisturbed:
    """Carry a scenario out twice where nothing goes wrong; fails where it does not end well."""
    slot.set_back(scenario)
    with slot.served(scenario, ()) as world:
        for number in (1, 2):
            ended = carry_out(scenario, number, slot.told, Counted(()), late=False)
            if not ended.well:
                raise RuntimeError(f"{scenario.name}, undisturbed: {ended.ename}: {ended.evalue}")
        settle(world)
        outside = scenario.outside.see(slot.home)
    asked = requests(slot.told)
    first, again = (
        tuple(Point(one["what"], one["nth"]) for one in asked if one["session"] == number)
        for number in (1, 2)
    )
    redone = frozenset(did.partition(":")[0] for did in ended.changed)
    return Undisturbed({**see(world.folder), **outside}, first, again, redone)


def settle(world: World) -> None:
    """Wait until nobody has anything to do, and look at each pull request: it may be merged."""
    world.settle()
    for name in world.refs():
        world.get(f"/api/v3/repos/{name}/pulls?state=all")


def faults(scenario: Scenario, points: Iterable[Point]) -> list[Fault]:
    """All faults of a scenario, in the order in which they are tried."""
    found = (Fault(scenario.name, point, kind) for point in points for kind in point.kinds)
    return sorted(found, key=lambda fault: fault.turn)


def try_faults(slot: Slot, plan: Plan, before: Undisturbed) -> Tried:
    """Let faults strike, run the runbook again until it ends well, and compare."""
    began, scenario = time.monotonic(), SCENARIOS[began_with(plan).scenario]
    strikes = [
        strike
        for session, faults in enumerate(plan)
        for fault in faults
        for strike in fault.strikes(session)
    ]
    slot.set_back(scenario)
    with slot.served(scenario, strikes) as world:
        ended = run_again(slot, scenario, strikes)
        settle(world)
        outside = scenario.outside.see(slot.home)
        left = [*leaks(slot, world)]
    changed = differences(before.seen, {**see(world.folder), **outside})
    told = [*told_of(ended, before), *changed, *records(slot), *left]
    found = [line for line in told if not re.search(scenario.besides, line)]
    seconds = time.monotonic() - began
    return Tried(plan, frozenset(met(slot.told, plan)), tuple(found), seconds, len(ended))


def began_with(plan: Plan) -> Fault:
    """The first fault of a plan."""
    return next(fault for faults in plan for fault in faults)


def met(told: Path, plan: Plan) -> Iterator[Fault]:
    """The faults of a plan that have struck."""
    struck = [one for one in requests(told) if one["struck"]]
    seen = {(one["session"], one["what"], one["nth"]) for one in struck}
    seen |= {(ANY, one["what"], one["ever"]) for one in struck}
    for session, faults in enumerate(plan):
        for fault in faults:
            if (session, fault.point.what, fault.point.nth) in seen:
                yield fault


def run_again(slot: Slot, scenario: Scenario, strikes: list[Strike]) -> list[Ended]:
    """The sessions that meet the faults, and then as many as an operator would start."""
    late, ended = any(one.kind == "late" for one in strikes), list[Ended]()
    planned = max(one.session for one in strikes)
    most = planned + sum(one.session == ANY for one in strikes) + SESSIONS
    while len(ended) < max(planned, 1) or (not ended[-1].well and len(ended) < most):
        before = [one["what"] for one in requests(slot.told)]
        counted = Counted(strikes, before)
        ended.append(carry_out(scenario, len(ended) + 1, slot.told, counted, late=late))
    return ended


def told_of(ended: list[Ended], before: Undisturbed) -> Iterator[str]:
    """What is wrong with how the sessions ended, and what one that ended well had left undone."""
    for number, one in enumerate(ended, start=1):
        if one.hung:
            yield f"session {number} hung"
        if number > 1 and any(earlier.well for earlier in ended[: number - 1]):
            for did in one.changed:
                if did.partition(":")[0] not in before.redone:
                    yield f"session {number} did what one that ended well had left undone: {did}"
    if not ended[-1].well:
        yield f"needs hands: {ended[-1].ename}: {ended[-1].evalue}"


def records(slot: Slot) -> Iterator[str]:
    """What is false in the records of a slot's sessions."""
    yield from proved(slot)
    journals = [read_journal(path) for path in sorted(slot.home.rglob(f"sessions/*/{JOURNAL}"))]
    yield from untrue(journals)
    for line in read_elsewhere(slot.told):
        yield f"sent to another host: {line}"


def proved(slot: Slot) -> Iterator[str]:
    """What `runbook verify` says where the archive does not stand; it is asked as a process is."""
    path = slot.told / "proof.txt"
    status, _ = wait_for(begin(lambda: write_proof(path), slot.told / "said.txt"))
    if status or path.read_text():
        yield f"runbook verify: {path.read_text() if path.exists() else status}"


def write_proof(path: Path) -> None:
    """Prove this data folder's archives; what was found is written, nothing where they stand."""
    proofs = prove_machine("", offline=True, signers=None)
    path.write_text("" if proofs.stands else str(proofs))


def untrue(journals: list[list[Event]]) -> Iterator[str]:
    """What journals say that can't be: one change done twice, or one that was not announced."""
    done: Counter[str] = Counter()
    for events in journals:
        begun = {event.said["number"] for event in events if event.kind == "intent"}
        for said in (event.said for event in events if event.matches("outcome", outcome="done")):
            if said["announced"]:
                done[f"{said['step']}: {said['announced']}"] += 1
                if said["number"] not in begun:
                    yield f"done without an intent: {said['step']}: {said['announced']}"
        if events and events[-1].kind != "ended":
            yield f"a journal without an end: {events[0].said['session']}"
    yield from (f"done {times} times: {what}" for what, times in done.items() if times > 1)
