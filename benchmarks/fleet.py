"""What a fleet of releases a day wants of workers and of API limits: `python -m benchmarks.fleet`.

A day is played minute by minute: releases come, most in working hours; each has three sessions, and
a session begins when a worker is free and the limits leave it its requests. What one session costs
was measured (`FIRST`, `AGAIN`); how many come a day is what this plays with. It prints the tables
of docs/scale.md.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import ceil

HOUR, DAY = 60, 24 * 60
"""In minutes."""


@dataclass(frozen=True)
class Session:
    """What a session costs: processor and wall time in seconds, requests, packed record in kB."""

    processor: float
    wall: float
    requests: int
    writes: int
    record: float

    def __mul__(self, times: int) -> "Session":
        return Session(*(times * value for value in vars(self).values()))

    def __add__(self, other: "Session") -> "Session":
        return Session(
            *(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True))
        )


AIRFLOW = 2.4
"""Processor seconds that a task of Airflow takes until the notebook begins: imports, most of it."""
FIRST = Session(2.6 + AIRFLOW, 7.0, 35, 3, 22.5)
"""The session that makes everything; measured in the sandbox on 2026-11-27, all 20 steps."""
AGAIN = Session(2.1 + AIRFLOW, 5.0, 21, 0, 22.5)
"""One that looks at it all again, and waits for the next thing or closes the run."""
SESSIONS = (FIRST, AGAIN, AGAIN)
"""Of one release: up to the changelog's gate and on, up to the load test's, and to the end."""
RELEASE = FIRST + AGAIN * 2
PUSHES = 16
"""To the archive, of one release: of three sessions with their locks, and of two approvals."""
PUSH_RATE = 6
"""Pushes a minute that GitHub recommends for one repository at most.

https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits
"""
RESTS = (30, 60)
"""Minutes until the answer to a gate, after the first session and after the second."""
BY_HOUR = (1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 8, 8, 10, 10, 8, 5, 3, 2, 2, 1, 1, 1, 1)
"""How many of a day's releases begin in each of its hours, as parts of the whole."""
ON_TIME = 10
"""Within how many minutes 95 of 100 sessions are to begin."""


@dataclass(frozen=True)
class Limits:
    """GitHub's, of one account: requests an hour; of those that create content, a minute, an hour.

    https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
    """

    requests: int
    minute: int = 80
    hour: int = 500


USER, APP = Limits(5_000), Limits(15_000)


@dataclass
class Budget:
    """What some accounts have left; an hour's limit begins anew with each hour."""

    limits: Limits
    accounts: int
    requests: int = 0
    hour: int = 0
    minute: int = 0

    def begin(self, minute: int) -> None:
        """Begin a minute."""
        self.minute = self.limits.minute * self.accounts
        if minute % HOUR == 0:
            self.requests = self.limits.requests * self.accounts
            self.hour = self.limits.hour * self.accounts

    def take(self, session: Session) -> bool:
        """Spend what a session will, if it is there."""
        left = min(self.minute, self.hour) >= session.writes
        if not left or self.requests < session.requests:
            return False
        self.requests -= session.requests
        self.hour -= session.writes
        self.minute -= session.writes
        return True


def arrivals(releases: int) -> list[int]:
    """How many releases begin in each minute of a day, evenly within each hour."""
    whole = sum(BY_HOUR)
    each = [releases * BY_HOUR[minute // HOUR] / whole / HOUR for minute in range(DAY)]
    begun = [round(sum_) for sum_ in running(each)]
    return [after - before for before, after in zip([0, *begun], begun, strict=False)]


def running(values: Iterable[float]) -> Iterator[float]:
    """The sums of the values so far."""
    total = 0.0
    for value in values:
        total += value
        yield total


def late(releases: int, workers: int, budget: Budget) -> list[int]:
    """How many minutes each session of a day waits until it begins, and the following night's."""
    queue: deque[tuple[int, int]] = deque()
    coming: dict[int, list[int]] = {}
    found = []
    for minute, begun in enumerate([*arrivals(releases), *[0] * (DAY // 2)]):
        queue += [(minute, 0)] * begun + [(minute, number) for number in coming.pop(minute, [])]
        budget.begin(minute)
        seconds = workers * 60.0
        while queue and seconds > 0 and budget.take(SESSIONS[queue[0][1]]):
            since, number = queue.popleft()
            found.append(minute - since)
            seconds -= SESSIONS[number].wall
            if number < len(RESTS):
                coming.setdefault(minute + RESTS[number], []).append(number + 1)
    return found + [DAY] * (releases * len(SESSIONS) - len(found))


def is_on_time(waits: list[int]) -> bool:
    """Whether 95 of 100 sessions begin in time."""
    return sorted(waits)[ceil(len(waits) * 0.95) - 1] <= ON_TIME


def least(releases: int, limits: Limits, *, workers: int) -> int:
    """How many accounts it takes at least."""
    return next(n for n in range(1, 1000) if is_on_time(late(releases, workers, Budget(limits, n))))


def least_workers(releases: int) -> int:
    """How many workers it takes at least, where no limit is in the way."""
    plenty = Budget(Limits(10**9, 10**9, 10**9), 1)
    return next(n for n in range(1, 1000) if is_on_time(late(releases, n, plenty)))


def archives(releases: int) -> int:
    """How many archives it takes: one bears only so many pushes a minute, in the busiest hour."""
    return ceil(releases * max(BY_HOUR) / sum(BY_HOUR) / HOUR * PUSHES / PUSH_RATE)


def rows(releases: int) -> tuple[str, ...]:
    """One row of the table: what so many releases a day take."""
    workers = least_workers(releases)
    per_day = RELEASE * releases
    return (
        f"{releases:,}",
        f"{per_day.requests:,}",
        f"{per_day.writes:,}",
        f"{least(releases, USER, workers=workers + 1)}",
        f"{least(releases, APP, workers=workers + 1)}",
        f"{archives(releases)}",
        f"{workers}",
        f"{per_day.processor / 3600:,.1f} h",
        f"{per_day.record / 1000:,.1f} MB",
        f"{per_day.record * 365 / 1e6:,.1f} GB",
    )


HEAD = (
    *("releases a day", "requests", "creating", "users", "or apps", "archives", "workers"),
    *("processor a day", "archive a day", "a year"),
)


def table() -> str:
    """The table of docs/scale.md."""
    lines = [HEAD, ("---",) * len(HEAD), *map(rows, (100, 300, 1_000, 3_000, 10_000))]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    print(table())
