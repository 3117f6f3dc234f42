"""A trial: so many people at once, on one machine or several; whoever was late goes on after.

What is there in the end has to be what they leave who do it one after another, in some order.
"""

import re
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path

from runbook_lib.errors import find_error
from tests.proof.moved.hands import Hands, Where
from tests.proof.moved.things import Things, see_things
from tests.proof.moved.trying import untrue
from tests.proof.people.plain import plain
from tests.proof.people.sharings import Sharing, Task
from tests.proof.people.teammates import NAMES, Ended, Teammate, at_once, make_teammate
from tests.push.world import NOTES, TeamWorld
from tests.release.world import World, git, stop_worlds

ONE, SHARED, APART = "one machine", "an archive's remote", "no archive between them"
ARRANGEMENTS = (ONE, SHARED, APART)
"""How the people's machines know of each other."""
WAY_ON = re.compile(
    r"run (this|it) again|then run|take over from|let it end|name the version|name commits",
    re.IGNORECASE,
)
"""What whoever was late is told."""
TAKING_BACK = re.compile("delete_|close_")
"""The changes after which somebody may do something once more."""
TURNS = 3
"""So often somebody runs the runbook again, at most, until it comes to its end."""


@dataclass(frozen=True)
class Trial:
    """What came of people's work: how each ended first, and last, and what is there then."""

    tasks: Sequence[Task]
    first: list[Ended]
    last: list[Ended]
    things: Things
    done: Counter[str]
    false: list[str]

    def found(self, orders: Sequence["Trial"]) -> list[str]:
        """All that is wrong with it, in words, beside one after another in the order that fits."""
        late = [one for one in self.first if one.ename]
        return [
            *(f"{one.who} was told no way on: {one}" for one in late if not told(one)),
            *self.false,
            *min((list(self.differences(order)) for order in orders), key=len),
        ]

    def differences(self, order: "Trial") -> Iterator[str]:
        """What is not as it is where one works after another."""
        ends = [(task, one.ename) for task, one in zip(order.tasks, order.last, strict=True)]
        for task, one in zip(self.tasks, self.last, strict=True):
            if one.ename and (task, one.ename) not in ends:
                yield f"{one.who} is stuck: {one.ename}: {one.evalue}"
        for thing in sorted({*self.things, *order.things}):
            expected, found = order.things[thing], self.things[thing]
            if expected != found:
                yield f"expected {expected}, found {found}: {thing!r:.300}"
        taken_back = sum(self.done[one] for one in self.done if TAKING_BACK.match(one))
        for change, times in self.done.items():
            if times - taken_back > max(1, order.done[change]):
                yield f"{times} say that they have done this: {change}"


def told(one: Ended) -> bool:
    """Whether somebody who was late was told by us what to do."""
    return find_error(one.ename) is not None and bool(WAY_ON.search(one.evalue))


def try_at_once(folder: Path, sharing: Sharing, arrangement: str, people: int) -> Trial:
    """So many people at once, in a world of their own; then each who was late, one by one."""
    tasks = [sharing.tasks[n % len(sharing.tasks)] for n in range(people)]
    return try_in_turns(folder, sharing, arrangement, [tasks])


def one_after_another(folder: Path, sharing: Sharing) -> list[Trial]:
    """What comes of it where nobody is there at once, in each order; everybody does it twice."""
    return [
        try_in_turns(folder / f"{number}", sharing, APART, [[task] for task in (*order, *order)])
        for number, order in enumerate(permutations(sharing.tasks))
    ]


def try_in_turns(
    folder: Path, sharing: Sharing, arrangement: str, turns: Sequence[Sequence[Task]]
) -> Trial:
    """Everybody carries out a task, those of one turn at once; who was late then goes on."""
    tasks = [task for turn in turns for task in turn]
    world = sharing.world(folder / "world")
    try:
        team = gather(folder, world, arrangement, len(tasks))
        for task in sharing.before:
            [ended] = at_once(folder, world, team[:1], [task])
            assert not ended.ename, ended
        sharing.between(world, folder / "between")
        first, people = list[Ended](), iter(team)
        for turn in turns:
            first += at_once(folder, world, [next(people) for _ in turn], turn)
        last = [go_on(folder, world, *one) for one in zip(team, tasks, first, strict=True)]
        world.settle()
        homes = {one.home: one for one in team}
        false = [line for one in homes.values() for line in false_records(one)]
        sessions = {name: said for one in homes.values() for name, said in one.done().items()}
        done = Counter(line for said in sessions.values() for line in said)
        return Trial(tasks, first, last, see(world), done, false)
    finally:
        stop_worlds(folder / "world")


def gather(folder: Path, world: World, arrangement: str, people: int) -> list[Teammate]:
    """The people, each with a profile."""
    changes: dict[str, str] = {}
    if arrangement == SHARED:
        remote = folder / "archive.git"
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", str(remote)], check=True)
        changes = {"archive.remote": str(remote)}
    homes = {name: folder / "homes" / ("all" if arrangement == ONE else name) for name in NAMES}
    return [
        make_teammate(folder / "people", world, name, homes[name], changes)
        for name in NAMES[:people]
    ]


def go_on(folder: Path, world: World, who: Teammate, task: Task, ended: Ended) -> Ended:
    """Somebody who was late runs it again, as they were told, until it comes to its end."""
    for _ in range(TURNS):
        if ended.ename:
            [ended] = at_once(folder, world, [who], [task])
    return ended


def see(world: World) -> Things:
    """All that is there outside, without ids and times, and the commits of each branch."""
    notes = NOTES if isinstance(world, TeamWorld) else ""
    things = see_things(Hands(world, Where("", "", "", notes=notes))) + commits(world)
    return Counter(plain(name) for name in things.elements())


def commits(world: World) -> Things:
    """The commits of each branch of all repositories but those of notes, by their subjects."""
    return Counter(
        f"{repository} {ref.removeprefix('refs/heads/')}: {subject}"
        for repository, refs in world.refs().items()
        for ref in refs
        if ref.startswith("refs/heads/") and not repository.endswith("/notes")
        for subject in git(
            world.folder / "git" / f"{repository}.git", "log", "--format=%s", ref
        ).splitlines()
    )


def false_records(who: Teammate) -> Iterator[str]:
    """What is false in the records on somebody's machine."""
    if proof := who.proof():
        yield f"runbook verify, {who.name}: {proof}"
    yield from (f"{who.name}: {line}" for line in untrue(who.home))
