"""A world of the sandbox that a run keeps, and what is the same in each."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from runbook_lib.frozen import frozen
from runbook_lib.profile import Team
from runbook_lib.sandbox.server.process import Running, hold, start
from runbook_lib.sandbox.world.leases import Lease

Kind_co = TypeVar("Kind_co", bound=Team, covariant=True)


@frozen
class Rehearsal(Generic[Kind_co]):
    """A world of the sandbox that this process keeps running, and the profile that fits it."""

    running: Running
    lease: Lease
    profile: Kind_co
    now: Callable[[], datetime | None]
    """The time of its own clock, or None where it passes as everywhere."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Let one session at a time open a world: two that begin at once would fill it twice."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "opening.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def world_time(running: Running) -> datetime:
    """What time it is in a world."""
    return datetime.fromisoformat(running.client.expect("GET", "/sandbox/clock")["now"])


def open_sample(worlds: Path, profile: Team) -> Rehearsal[Team]:
    """The world with the sample project, for a runbook of one's own; there, time passes."""
    with alone(worlds.parent):
        running = start(worlds / "sample", sample=True)
        lease = hold(worlds / "sample")
    return Rehearsal(running, lease, profile, lambda: None)
