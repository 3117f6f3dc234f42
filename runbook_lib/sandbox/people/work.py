"""The people at work: a thread for each, with jobs that outlive the server."""

import logging
import threading
import time

from runbook_lib.sandbox.people.approver import APPROVER
from runbook_lib.sandbox.people.ci import CI
from runbook_lib.sandbox.people.jobs import Job, collect, finish, open_jobs, put_off
from runbook_lib.sandbox.people.operations import OPERATIONS
from runbook_lib.sandbox.people.quality import QUALITY
from runbook_lib.sandbox.people.reviewer import REVIEWER
from runbook_lib.sandbox.people.shift import Part, Shift, TooEarly
from runbook_lib.sandbox.server.client import Client
from runbook_lib.sandbox.world.world import Person, World

PARTS = (REVIEWER, CI, OPERATIONS, QUALITY, APPROVER)
SLOW = 20
IDLE_SECONDS = 1.0
LONGEST_PAUSE = 2.0
MOST_FAILURES = 8

log = logging.getLogger(__name__)


class People:
    """Everybody who acts by themselves in one world, served at `url`."""

    def __init__(self, world: World, url: str) -> None:
        self.world = world
        self.workers: list[Worker | Colleagues] = [Worker(world, url, part) for part in PARTS]
        self.workers.append(Colleagues(world, url))

    def start(self) -> None:
        """Let them go to work."""
        for worker in self.workers:
            worker.start()

    def stop(self) -> None:
        """Send them home, and wait a moment until they are gone."""
        for worker in self.workers:
            worker.ended = True
        self.world.wake()
        for worker in self.workers:
            worker.join(2)


class Worker(threading.Thread):
    """One of the people."""

    def __init__(self, world: World, url: str, part: Part) -> None:
        super().__init__(name=part.role, daemon=True)
        account = world.account(part.login)
        assert account is not None, f"every world has an account {part.login}"
        self.world = world
        self.part = part
        self.client = Client(url, account.token)
        self.ended = False

    def run(self) -> None:
        """Work off what happens until the server ends."""
        while not self.ended:
            seen = self.world.wakes
            try:
                pause = self.look_around()
            except Exception:
                log.exception("%s stumbled", self.part.role)
                pause = IDLE_SECONDS
            self.world.wait(pause, seen=seen)

    def look_around(self) -> float:
        """Do what is due; returns how long there is nothing to do then, in seconds."""
        person = self.world.people()[self.part.role]
        if person.mode == "off":
            return IDLE_SECONDS
        pace = pause_of(person)
        due = time.time() + pace
        collect(self.world, person.role, concerns=self.part.concerns, due=due)
        for job in open_jobs(self.world, person.role):
            if job.due <= time.time() and not self.ended:
                self.attempt(job, person, pace)
        left = open_jobs(self.world, person.role)
        return min([IDLE_SECONDS, *(max(0.01, job.due - time.time()) for job in left)])

    def attempt(self, job: Job, person: Person, pace: float) -> None:
        """Try one job; it is finished, or left for later, or given up after many failures."""
        try:
            self.part.work(Shift(self.client, self.part.login, job, person.mode))
        except TooEarly:
            put_off(self.world, job, due=later(pace, job.looks), failed=False)
        except Exception as error:
            if not self.ended:
                self.fail(job, pace, error)
        else:
            finish(self.world, job)

    def fail(self, job: Job, pace: float, error: Exception) -> None:
        """Note that a job went wrong, and leave it for later unless it did too often."""
        log.warning("%s: %s %s: %s", self.part.role, job.kind, job.data, error)
        if job.failures + 1 < MOST_FAILURES:
            put_off(self.world, job, due=later(pace, job.failures), failed=True)
            return
        finish(self.world, job)
        what = f"gave up on a {job.kind} after {MOST_FAILURES} tries: {error}"
        self.world.tell(self.part.login, "gave_up", what)


class Colleagues(threading.Thread):
    """The others of a team, who begin each week by a clock that runs."""

    def __init__(self, world: World, url: str) -> None:
        super().__init__(name="colleagues", daemon=True)
        self.world = world
        self.url = url
        self.ended = False

    def run(self) -> None:
        """Look at the clock until the server ends; whoever sets it has the rest done."""
        while not self.ended:
            seen = self.world.wakes
            try:
                self.look_at_clock()
            except Exception:
                log.exception("the colleagues stumbled")
            self.world.wait(IDLE_SECONDS, seen=seen)

    def look_at_clock(self) -> None:
        """Begin the week that has come by itself."""
        clock = self.world.clock
        if clock is not None and not clock.stands_still:
            # Only a team's clock runs, and its work knows much that others have no use for.
            from runbook_lib.sandbox.people.colleague_work import begin_week

            begin_week(self.world, self.url)


def pause_of(person: Person) -> float:
    """How long a person takes before they act, in seconds."""
    return person.delay * (SLOW if person.mode == "slow" else 1)


def later(pace: float, tries: int) -> float:
    """When to come again: at the person's own pace at first, then less and less often."""
    pause = max(0.05, pace) * 1.4 ** min(tries, 20)
    return time.time() + min(pause, max(pace, LONGEST_PAUSE))
