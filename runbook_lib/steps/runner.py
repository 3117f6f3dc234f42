"""Carries out steps: journals them, shows them, and repeats them safely."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar, cast

from runbook_lib.errors import (
    AccessDenied,
    Failed,
    NotHeld,
    Outcome,
    Refused,
    RunbookError,
    Unavailable,
    Waiting,
)
from runbook_lib.journal.journal import Journal, masked
from runbook_lib.steps.attempt import (
    Attempt,
    Checked,
    Found,
    Guard,
    Look,
    Planned,
    Waives,
    Wanted,
    check_announced,
    find_planned,
    show_arguments,
)
from runbook_lib.steps.looking import Looking
from runbook_lib.steps.patience import PATIENT, Patience
from runbook_lib.steps.phase import acting, refuse_within_look
from runbook_lib.steps.report import Display
from runbook_lib.steps.telling import Telling
from runbook_lib.steps.waived import LetPass

T = TypeVar("T")


BUSY = "another session of this run is at work here: waiting for it"


class Runner(Looking, Telling):
    """Carries out steps: journals them, shows them, repeats them safely.

    With `plan`, every step stops at its announcement.
    """

    def __init__(
        self,
        journal: Journal,
        display: Display,
        *,
        plan: bool = False,
        patience: Patience = PATIENT,
        sleep: Callable[[float], None] = time.sleep,
        hold: Callable[[], object] = bool,
        guard: Guard = dict,
    ) -> None:
        Looking.__init__(self, patience=patience, sleep=sleep)
        Telling.__init__(self, journal, display)
        self.plan = plan
        self.hold = hold
        """Called before anything is done: raises where another session has the run."""
        self.guard = guard
        """Called before each act."""
        self.remind: Callable[[str, str, str], str] | None = None
        """Reminds people of what is waited for, by its words, its link and on whom."""
        self.waivers: Waives | None = None
        """Who can let a check pass that refuses."""

    def perform(
        self,
        name: str,
        look: Look[T],
        arguments: dict[str, Any],
        *,
        holds: Outcome = "already",
        guard: Guard | None = None,
        planned: str = "",
        where: str = "",
        told: dict[str, str] | None = None,
    ) -> T:
        """Carry out one step to its outcome; return what a look found in the end.

        It comes to `holds` where the first look finds nothing to do; `guard` stands in for the
        runner's own. `planned` is what it would announce, for a plan that does not come to it;
        `where` is where the step is written, `told` what its outcome says besides.
        """

        def work(attempt: Attempt) -> T:
            attempt.told |= told or {}
            attempt.holds, attempt.guard = holds, guard or self.guard
            return self.in_turn(attempt, look)

        return self.attend(name, arguments, work, where=where, planned=planned)

    def attend(
        self,
        name: str,
        arguments: dict[str, Any],
        work: Callable[[Attempt], T],
        *,
        where: str,
        planned: str = "",
    ) -> T:
        """Begin a step and do its work, unless it is given what an earlier step only planned."""
        attempt = replace(self.begin(name, arguments), where=where)
        given = next(find_planned(arguments.values()), None)
        if given is not None:
            attempt.announced = planned
            return cast(T, self.stand_in(attempt, str(given), given))
        return self.guarded(attempt, lambda: work(attempt))

    @contextmanager
    def apart(self) -> Iterator[None]:
        """Have what is done here be no part of the step under way, whose look it would not be.

        Such is what a run asks about itself when a step joins it.
        """
        set_aside, self.at_work = self.at_work, []
        try:
            yield
        finally:
            self.at_work = set_aside

    def in_turn(self, attempt: Attempt, look: Look[T]) -> T:
        """Carry a step out while no other session of the run on this machine does one."""
        with self.journal.turn(lambda: attempt.line.progress(BUSY)):
            self.hold()
            return self.carry_out(attempt, look)

    def carry_out(self, attempt: Attempt, look: Look[T]) -> T:
        """Look, announce, act and look again, until the effect is there."""
        acted = False
        failure: Unavailable | None = None
        for tried in range(self.patience.attempts):
            found = self.settle(attempt, look) if acted else self.look_first(attempt, look)
            if isinstance(found, Found):
                return self.settled(attempt, "done" if acted else attempt.holds, found.value)
            with closing(found.rest):
                check_announced(attempt, found)
                refuse_within_look(self.at_work, found.announced)
                if self.plan:
                    attempt.announced = found.announced
                    stand_in = Planned(attempt.title, self)
                    return cast(T, self.stand_in(attempt, found.announced, stand_in))
                trouble = self.act(attempt, found)
            if trouble is None:
                return self.verify(attempt, look)
            if not isinstance(trouble, Unavailable):
                return self.doubt(attempt, look, trouble)
            failure = trouble
            acted = acted or failure.may_have_acted
            if tried + 1 < self.patience.attempts:
                self.pause(failure, tried)
        return self.give_up(attempt, look, failure, acted)

    def act(self, attempt: Attempt, wanted: Wanted[T]) -> RunbookError | None:
        """Announce, on disk, and act; return what went wrong, for another look says what it means.

        What waits for a person, or did not hold, has looked again by itself.
        """
        self.journal.append(
            "intent",
            step=attempt.name,
            number=attempt.number,
            announced=wanted.announced,
            **attempt.guard(),
        )
        attempt.announced = wanted.announced
        attempt.line.progress(wanted.announced)
        try:
            with acting(attempt.phase):
                next(wanted.rest)
        except StopIteration:
            return None
        except Unavailable as failure:
            return failure
        except (Waiting, NotHeld):
            raise
        except RunbookError as trouble:
            return trouble
        attempt.unseen = True
        raise Failed(
            f"step {attempt.phase.step} announces a second change, after it has begun: "
            f"{attempt.announced}; a step makes one: make two of it"
        )

    def doubt(self, attempt: Attempt, look: Look[T], refusal: RunbookError) -> T:
        """Look again before a refusal is said, for what is in the way may be our own.

        git sends a push again whose answer it has lost, and then that one is rejected. A look that
        is refused by a rule has seen that the effect is not there; one that fails has not seen.
        """
        attempt.line.progress(f"{attempt.announced}: not answered well, looking again")
        try:
            found = self.settle(attempt, look)
        except RunbookError as seen:
            attempt.unseen = not isinstance(seen, Refused) or isinstance(seen, AccessDenied)
            said, besides = (seen, refusal) if attempt.unseen else (refusal, seen)
            if str(said) != str(besides):
                said.args = (f"{said}\n{besides}",)
            raise said from besides
        if isinstance(found, Found):
            return self.settled(attempt, "done", found.value)
        found.rest.close()
        raise refusal

    def verify(self, attempt: Attempt, look: Look[T]) -> T:
        """Look again after an act that was answered; what would still change did not hold."""
        found = self.settle(attempt, look)
        if isinstance(found, Found):
            return self.settled(attempt, "done", found.value)
        found.rest.close()
        raise NotHeld(
            f"expected that this had been done: {attempt.announced}; "
            f"found that it would still have to be done: {found.announced}; "
            "look at the service itself, then run this again"
        )

    def give_up(
        self, attempt: Attempt, look: Look[T], failure: Unavailable | None, acted: bool
    ) -> T:
        """The last attempt failed too: a last look says whether it was made all the same."""
        if acted:
            found = self.settle(attempt, look)
            if isinstance(found, Found):
                return self.settled(attempt, "done", found.value)
            found.rest.close()
        assert failure is not None, "carry_out tries at least once"
        raise failure

    def waive(self, checked: Checked, refusal: Refused | Waiting, said: str = "") -> Any:
        """What a check comes to that a person has let pass; else its refusal is raised.

        `said` are the words that are let pass, where they are not the refusal's.
        """
        if self.waivers is None:
            raise refusal
        shown = masked(show_arguments(checked.arguments), self.journal.mask)
        return self.waivers.waive(checked.name, shown, refusal, said or str(refusal))

    def reminding(self, state: str, link: str, whom: str) -> Callable[[], str] | None:
        """What reminds people of a wait; None where nobody is told of anything."""
        return self.remind and partial(self.remind, state, self.journal.mask(link), whom)

    def waived(self, checked: Checked, said: str) -> LetPass | None:
        """That somebody has let it pass with just these words; None where nobody has."""
        if self.waivers is None:
            return None
        shown = masked(show_arguments(checked.arguments), self.journal.mask)
        return self.waivers.earlier(checked.name, shown, said)
