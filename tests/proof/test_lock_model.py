"""The lock of a run, in every course that two sessions can take: one at most is at work."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

import pytest

from runbook_lib.archive.layout import LOCKS, lock_name
from runbook_lib.archive.lock import Holder, Lock
from runbook_lib.errors import Held, Unavailable
from tests.proof.exploring import Course, Program, courses

RUN = "release/tidewatch/1.9"
NAME = LOCKS + lock_name(RUN)
PREEMPTIONS, FAULTS = 3, 1
"""How often one is held up by the other in a course, and how much is lost or dies in it."""
LOST = ("request lost", "answer lost", "crash")


class Refs:
    """Refs that are moved by compare-and-swap, as git moves them."""

    def __init__(self) -> None:
        self.named: dict[str, str] = {}

    def move(self, name: str, old: str | None, new: str | None) -> bool:
        if self.named.get(name) != old:
            return False
        self.named.pop(name, None)
        if new is not None:
            self.named[name] = new
        return True


@dataclass
class World:
    """What the sessions share: commits, the remote's refs, the archived ones, who is at work."""

    course: Course
    commits: dict[str, str] = field(default_factory=dict)
    remote: Refs = field(default_factory=Refs)
    archived: set[str] = field(default_factory=set)
    at_work: set[int] = field(default_factory=set)


@dataclass
class Desk:
    """One session's machine, as the lock knows it: an archive, its store and its remote."""

    world: World
    own: int
    refs: Refs
    shares: bool
    """Whether there is a remote; without one, both sessions are at one machine."""
    exists: bool = True

    @property
    def store(self) -> "Desk":
        return self

    @property
    def remote(self) -> str:
        return "somewhere" if self.shares else ""

    @property
    def shared(self) -> "Desk | None":
        return self if self.shares else None

    def make(self) -> None:
        """It is there."""

    def has(self, session: str) -> bool:
        return session in self.world.archived

    def commit_tree(self, tree: str, message: str, author: Any) -> str:
        made = hashlib.sha1(f"{tree} {message} {author}".encode()).hexdigest()
        self.world.commits[made] = message
        return made

    def message(self, commit: str) -> str:
        return self.world.commits[commit]

    def ref(self, name: str) -> str | None:
        if not self.shares:
            self.world.course.point(self.own, "crash")
        return self.refs.named.get(name)

    def move(self, name: str, old: str | None, new: str | None) -> bool:
        if not self.shares:
            self.world.course.point(self.own, "crash")
        return self.refs.move(name, old, new)

    def listed(self, name: str) -> dict[str, str]:
        if self.world.course.point(self.own, *LOST):
            raise Unavailable("the remote gave no answer", may_have_acted=False)
        found = self.world.remote.named.get(name)
        return {name: found} if found else {}

    def to(self, refspec: str) -> list[str]:
        return [refspec]

    def bring(self, refspec: str) -> None:
        """Fetch a ref, to where it is kept in mind."""
        source, _, target = refspec.removeprefix("+").partition(":")
        found = self.world.remote.named.get(source)
        if found is not None:
            self.refs.named[target] = found

    def send(self, name: str, old: str | None, new: str | None) -> bool:
        trouble = self.world.course.point(self.own, *LOST)
        if trouble == "request lost":
            raise Unavailable("the request was lost")
        moved = self.world.remote.move(name, old, new)
        if trouble == "answer lost":
            raise Unavailable("the answer was lost")
        return moved


def holder(number: int) -> Holder:
    at = f"2026-01-15T10:00:0{number}+00:00"
    return Holder(RUN, f"session-{number}", "olive", "quay", 4000 + number, at, at)


def session(world: World, desk: Desk) -> Program:
    """A session that takes the lock, works, gives a sign of life, is archived, and lets go."""

    def program(course: Course) -> None:
        lock, own = Lock(desk, RUN), holder(desk.own)  # type: ignore[arg-type]
        try:
            acquired = lock.acquire(own)
        except (Held, Unavailable):
            return
        alone = acquired.problem is None
        if alone:
            world.at_work.add(desk.own)
            assert world.at_work == {desk.own}, "two sessions are at work on one run"
        try:
            course.point(desk.own, "crash")
            lock.renew(own)
        except (Held, Unavailable):
            assert not alone or desk.shares, "a lock that nobody has taken over was lost"
        finally:
            world.at_work.discard(desk.own)
        world.archived.add(own.session)
        try:
            lock.release(own)
        except Unavailable:
            return

    return program


@pytest.mark.parametrize("shares", [False, True], ids=["one machine", "two machines"])
def test_in_no_course_two_sessions_are_at_work_at_once(
    shares: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runbook_lib.archive.lock.tries", lambda: range(5))
    assert explore(shares) > 1000


def test_a_ref_that_is_moved_without_looking_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runbook_lib.archive.lock.tries", lambda: range(5))
    monkeypatch.setattr(Refs, "move", lambda refs, name, old, new: put(refs, name, new))
    with pytest.raises(AssertionError, match="after the choices"):
        explore(shares=True)


def put(refs: Refs, name: str, new: str | None) -> bool:
    """Let a ref name something, whatever it has named."""
    refs.named |= {name: new} if new else {}
    return True


def explore(shares: bool) -> int:
    """Run every course to its end; how many there were."""
    count = 0
    for course in courses(preemptions=PREEMPTIONS, faults=FAULTS):
        world, count = World(course), count + 1
        here = Refs()
        desks = [Desk(world, own, Refs() if shares else here, shares) for own in range(2)]
        course.run([session(world, desk) for desk in desks])
        check_that_it_goes_on(world, desks[1])
    return count


def check_that_it_goes_on(world: World, desk: Desk) -> None:
    """Whoever comes later gets the lock, unless one who died at work has it, who is named."""
    world.course.preemptions = world.course.faults = 0
    lock = Lock(desk, RUN)  # type: ignore[arg-type]
    later = holder(3)
    try:
        assert lock.acquire(later).holder == later
    except Held as held:
        assert held.holder.session not in world.archived
        world.archived.add(held.holder.session)
        assert lock.acquire(later).holder == later
