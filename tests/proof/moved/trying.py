"""Tries moves at places: a session that meets them, the runbook run again, and what stands then."""

import json
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import runbook_lib.run.run
from runbook_lib.errors import find_error
from runbook_lib.journal.events import Event, read_journal
from runbook_lib.journal.session import JOURNAL
from runbook_lib.steps.patience import Patience
from tests.proof.faults.points import Counted
from tests.proof.faults.scenarios import SCENARIOS, Scenario
from tests.proof.faults.sessions import Ended, carry_out
from tests.proof.faults.slot import Slot
from tests.proof.faults.trying import proved, settle
from tests.proof.moved.hands import WHERE, Hands
from tests.proof.moved.moves import MOVES, Made
from tests.proof.moved.places import BEFORE, Place, Stop, stop_at_places
from tests.proof.moved.things import Things, doubled, missing, see_things
from tests.release.world import World

PATIENCE = Patience(
    settling=(0.02, 0.05, 0.1, 0.2), first_pause=0.02, waiting=1.5, longest_poll=0.1
)
LONG = replace(PATIENCE, waiting=40.0)
REVIEWED = Place(BEFORE, "wait_for_merge", 1)
"""Nobody reviews until what is moved there is moved: till then a pull request is open."""
SESSIONS = 4
"""How often the runbook is run, at most, until it ends well or says the same thing twice."""
SEEN, MADE, FINDS = "places.json", "made.json", "finds.jsonl"


@dataclass(frozen=True)
class Trial:
    """One move at one place of one runbook."""

    scenario: str
    place: Place
    move: str

    @property
    def key(self) -> str:
        """Its name in the list of results."""
        return f"{self.scenario} · {self.place} · {self.move}"

    @classmethod
    def read(cls, key: str) -> "Trial":
        """The trial of that name."""
        scenario, place, move = key.split(" · ")
        return cls(scenario, Place.read(place), move)


@dataclass(frozen=True)
class Unmoved:
    """What a run leaves where nobody moves anything, and what could be moved at which place."""

    things: Things
    trials: list[Trial]


@dataclass(frozen=True)
class Tried:
    """What came of some trials in one world: what is wrong, and what each session said."""

    trials: Sequence[Trial]
    met: list[str]
    found: list[str]
    said: list[str]
    seconds: float

    def lines(self) -> Iterator[dict[str, object]]:
        """A line of results for each trial."""
        for trial in self.trials:
            yield {
                "key": trial.key,
                "met": trial.key in self.met,
                "found": self.found,
                "said": self.said,
                "seconds": round(self.seconds / len(self.trials), 2),
            }


def unmoved(slot: Slot, scenario: Scenario) -> Unmoved:
    """Carry a scenario out where nobody moves anything; at each place, see what could be moved."""
    told = slot.told

    def look(place: Place, hands: Hands) -> None:
        fits = [move.name for move in MOVES.values() if move.find(hands) is not None]
        with (told / FINDS).open("a") as file:
            file.write(json.dumps([place.when, place.step, place.nth, fits]) + "\n")

    slot.set_back(scenario)
    with slot.served(scenario, ()) as world:
        world.set_person("reviewer", mode="off")
        hands = Hands(world, WHERE[scenario.name])
        ended = session(slot, scenario, 1, lambda place: look(place, hands.now), world, LONG)
        if not ended.well:
            raise RuntimeError(f"{scenario.name}, unmoved: {ended.ename}: {ended.evalue}")
        world.set_person("reviewer", mode="on")
        settle(world)
        things = see_things(hands)
    found = [json.loads(line) for line in (told / FINDS).read_text().splitlines()]
    trials = [
        Trial(scenario.name, Place(when, step, nth), move)
        for when, step, nth, fits in found
        for move in fits
    ]
    return Unmoved(things, trials)


def try_moves(slot: Slot, trials: Sequence[Trial], before: Unmoved) -> Tried:
    """Have somebody move things at their places, run the runbook until it ends, and look."""
    began, scenario = time.monotonic(), SCENARIOS[trials[0].scenario]
    slot.set_back(scenario)
    with slot.served(scenario, ()) as world:
        world.set_person("reviewer", mode="off")
        hands = Hands(world, WHERE[scenario.name])
        ended = [*run_again(slot, scenario, trials, hands)]
        world.set_person("reviewer", mode="on")
        with suppress(AssertionError):  # somebody may look for good for what is gone
            settle(world)
        made, things = read_made(slot.told), see_things(hands)
        moves = {trial.key: MOVES[trial.move] for trial in trials if trial.key in made}
        lost = [text for key, move in moves.items() for text in move.lost(hands.now, made[key])]
    excused = "|".join(move.excused for move in moves.values()) or "$^"
    found = [*lost, *wrong(ended, things, excused, before), *proved(slot), *untrue(slot.home)]
    said = [f"{one.ename}: {one.evalue}" if one.ename else "well" for one in ended]
    return Tried(trials, [*moves], found, said, time.monotonic() - began)


def run_again(
    slot: Slot, scenario: Scenario, trials: Sequence[Trial], hands: Hands
) -> Iterator[Ended]:
    """The sessions that meet the moves, and those that an operator starts after them."""

    def stop(place: Place) -> None:
        made = read_made(slot.told)
        for trial in trials:
            now, move = hands.now, MOVES[trial.move]
            if trial.place == place and trial.key not in made and (there := move.find(now)):
                made[trial.key] = move.make(now, there)
                (slot.told / MADE).write_text(json.dumps(made))

    said, last = set[str](), Ended()
    for number in range(1, SESSIONS + 1):
        yield (last := session(slot, scenario, number, stop, hands.world))
        if (last.well and number > 1) or last.evalue in said:
            return
        said |= {last.evalue} if last.ename else set()


def session(
    slot: Slot,
    scenario: Scenario,
    number: int,
    stop: Stop,
    world: World,
    patience: Patience = PATIENCE,
) -> Ended:
    """One session, which stops at each place."""

    def stop_there(place: Place) -> None:
        stop(place)
        if place == REVIEWED:
            world.set_person("reviewer", mode="on")

    def prepare() -> None:
        runbook_lib.run.run.patience = lambda _: patience
        stop_at_places(stop_there, slot.told / SEEN)

    return carry_out(scenario, number, slot.told, Counted(()), besides=prepare)


def read_made(told: Path) -> dict[str, Made]:
    """What was made of each move whose place was come to."""
    path = told / MADE
    return dict(json.loads(path.read_text())) if path.exists() else {}


def wrong(ended: list[Ended], things: Things, excused: str, before: Unmoved) -> Iterator[str]:
    """What is wrong with how the sessions ended, and with what is there then."""
    for number, one in enumerate(ended, start=1):
        if one.hung or one.killed:
            yield f"session {number} {'hung' if one.hung else 'died'}"
        elif one.ename and find_error(one.ename) is None:
            yield f"session {number} crashed: {one.ename}: {one.evalue}"
    yield from (f"there twice: {one}" for one in doubled(things, before.things))
    if ended[-1].well:
        left = (one for one in missing(things, before.things) if not re.search(excused, one))
        yield from (f"it ended well, without: {one}" for one in left)


def untrue(home: Path) -> Iterator[str]:
    """What journals say that can't be: a change that was not announced, or one without an end."""
    for path in sorted(home.rglob(f"sessions/*/{JOURNAL}")):
        events: list[Event] = read_journal(path)
        begun = {event.said["number"] for event in events if event.kind == "intent"}
        for said in (event.said for event in events if event.matches("outcome", outcome="done")):
            if said["announced"] and said["number"] not in begun:
                yield f"done without an intent: {said['step']}: {said['announced']}"
        if events and events[-1].kind != "ended":
            yield f"a journal without an end: {events[0].said['session']}"
