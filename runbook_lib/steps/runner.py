"""Carries out steps: journals them, shows them, and repeats them safely."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, cast

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
from runbook_lib.journal.events import is_since, place
from runbook_lib.journal.journal import Journal, canonical, masked, unsettled
from runbook_lib.policy.titles import step_title
from runbook_lib.steps.attempt import (
    PATIENT,
    Attempt,
    Checked,
    Found,
    Guard,
    Look,
    Patience,
    Planned,
    Waives,
    Wanted,
    check_announced,
    describe,
    find_planned,
    look_once,
    lost,
    own_part,
    show_arguments,
)
from runbook_lib.steps.phase import Phase, acting, looking, refuse_within_look
from runbook_lib.steps.report import Display, Report
from runbook_lib.steps.waived import LetPass

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")


BUSY = "another session of this run is at work here: waiting for it"


class Runner:
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
        self.journal = journal
        self.display = display
        self.plan = plan
        self.patience = patience
        self.sleep = sleep
        self.hold = hold
        """Called before anything is done: raises where another session has the run."""
        self.guard = guard
        """Called before each act."""
        self.remind: Callable[[str, str, str], str] | None = None
        """Reminds people of what is waited for, by its words, its link and on whom."""
        self.waivers: Waives | None = None
        """Who can let a check pass that refuses."""
        self.heading: Callable[[], str] = str
        """The heading of the runbook below which a step is carried out."""
        self.reports: list[Report] = []
        self.number = 0
        self.at_work: list[Phase] = []
        """The steps that are under way, one within the other."""

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

        return self.attend(name, arguments, work, planned, where)

    def attend(
        self,
        name: str,
        arguments: dict[str, Any],
        work: Callable[[Attempt], T],
        planned: str = "",
        where: str = "",
    ) -> T:
        """Begin a step and do its work, unless it is given what an earlier step only planned."""
        attempt = replace(self.begin(name, arguments), where=where)
        given = next(find_planned(arguments.values()), None)
        if given is not None:
            attempt.announced = planned
            return cast(T, self.stand_in(attempt, str(given), given))
        return self.guarded(attempt, lambda: work(attempt))

    def begin(self, name: str, arguments: dict[str, Any]) -> Attempt:
        """Journal and show that a step begins."""
        self.number += 1
        shown = show_arguments(arguments)
        under = {"under": heading} if (heading := self.heading()) else {}
        self.journal.append("started", step=name, number=self.number, arguments=shown, **under)
        said = masked(shown, self.journal.mask)
        line = self.display.start(step_title(name, said))
        of, gate = said.get("of", ""), said.get("gate", "")
        return Attempt(self.number, name, line, canonical(said), of=of, gate=gate)

    def guarded(self, attempt: Attempt, work: Callable[[], T]) -> T:
        """Do the work of a step; whatever it raises becomes the step's outcome first."""
        self.at_work.append(attempt.phase)
        try:
            with looking(attempt.phase):
                return work()
        except RunbookError as error:
            error.args = tuple(masked(error.args, self.journal.mask))
            unknown = attempt.unseen or (attempt.announced and lost(error))
            self.end(attempt, "unknown" if unknown else error.outcome, detail=str(error))
            raise
        except BaseException as error:
            # Between announcement and outcome nobody can say how far it got.
            detail = f"{type(error).__name__}: {error}"
            self.end(attempt, "unknown" if attempt.announced else "failed", detail=detail)
            error.__traceback__ = own_part(error.__traceback__)
            raise
        finally:
            self.at_work.pop()

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

    def look(self, look: Look[T]) -> Found[T] | Wanted[T]:
        """Look once; a look that gets no answer is repeated, for it changes nothing."""
        return self.patiently(partial(look_once, look))

    def look_first(self, attempt: Attempt, look: Look[T]) -> Found[T] | Wanted[T]:
        """Look once; over the settling time where the change may have been made just before this.

        A session has announced it, and has died, or could not see what it came to.
        """
        found = self.look(look)
        if isinstance(found, Found) or self.plan or not self.may_be_made(attempt, found.announced):
            return found
        found.rest.close()
        attempt.line.progress(f"{found.announced}: may have been made just now, looking again")
        return self.settle(attempt, look)

    def may_be_made(self, attempt: Attempt, announced: str) -> bool:
        """Whether that was announced before so lately that its effect may not show yet."""
        said = masked(announced, self.journal.mask)
        since = datetime.now(UTC) - timedelta(seconds=sum(self.patience.settling))
        here = (self.journal.session, attempt.number)
        return any(
            event.matches("intent", step=attempt.name, announced=said)
            for event in unsettled(list(self.journal.events()))
            if place(event) != here and is_since(event, since)
        )

    def ask(self, question: Callable[[], T]) -> T:
        """Ask a service something outside of a step, and bear with it as a step's look does.

        Within a step it is asked once: the step's own look is repeated.
        """
        return question() if self.at_work else self.patiently(question)

    def patiently(self, question: Callable[[], T]) -> T:
        """Ask again where no answer came, as long as the patience lasts."""
        # Imported where something is asked: a command that only reads starts without.
        from tenacity import Retrying, retry_if_exception_type, stop_after_attempt

        retrying = Retrying(
            retry=retry_if_exception_type(Unavailable),
            stop=stop_after_attempt(self.patience.attempts),
            wait=self.pause_before_retry,
            sleep=self.sleep,
            reraise=True,
        )
        return retrying(question)

    def settle(self, attempt: Attempt, look: Look[T]) -> Found[T] | Wanted[T]:
        """Look several times over the settling time, for services show their own writes late.

        Whatever keeps it from seeing, a refusal too, leaves open what the act came to.
        """
        attempt.unseen = True
        found = self.look_until_found(look)
        attempt.unseen = False
        return found

    def look_until_found(self, look: Look[T]) -> Found[T] | Wanted[T]:
        """Look after each pause of the settling time, until the effect is there."""
        for pause in self.patience.settling:
            found = self.look(look)
            if isinstance(found, Found):
                return found
            found.rest.close()
            self.sleep(pause)
        return self.look(look)

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

    def settled(self, attempt: Attempt, outcome: Outcome, value: T) -> T:
        """The effect is there: say so and hand it on; or what stands for it was let pass."""
        if value is None:
            raise attempt.misshapen("return what it found", "None", "have it return that")
        if value is False and attempt.holds == "good":
            mend = "have it raise Refused (a wait: NotYet) where it does not hold"
            raise attempt.misshapen("return what it found", "False", mend)
        if isinstance(value, LetPass):
            attempt.told |= value.told
            self.end(attempt, "waived", detail=str(value))
            return cast(T, value.value)
        self.end(attempt, outcome, detail=describe(value), link=str(getattr(value, "link", "")))
        return value

    def stand_in(self, attempt: Attempt, detail: str, planned: Planned) -> Any:
        """End a step as planned, and hand on what stands for its result."""
        self.end(attempt, "planned", detail=detail)
        return planned

    def end(self, attempt: Attempt, outcome: Outcome, *, detail: str = "", link: str = "") -> None:
        """Journal and show a step's outcome."""
        mask = self.journal.mask
        report = Report(
            attempt.name,
            outcome,
            announced=mask(attempt.announced),
            detail=mask(detail),
            link=mask(link),
            seconds=time.monotonic() - attempt.began,
            arguments=attempt.arguments,
            gate=attempt.gate,
        )
        self.journal.append(
            "outcome",
            step=attempt.name,
            number=attempt.number,
            outcome=outcome,
            announced=report.announced,
            detail=report.detail,
            link=report.link,
            seconds=round(report.seconds, 3),
            **attempt.told,
        )
        self.reports.append(report)
        attempt.line.finish(report)

    def pause_before_retry(self, state: "RetryCallState") -> float:
        """How long to wait before a look is repeated."""
        error = state.outcome.exception() if state.outcome else None
        assert isinstance(error, Unavailable)
        return self.pause_for(error, state.attempt_number - 1)

    def pause(self, failure: Unavailable, tried: int) -> None:
        """Wait before an act is tried again."""
        self.sleep(self.pause_for(failure, tried))

    def pause_for(self, failure: Unavailable, tried: int) -> float:
        """The pause that the service asked for, else a random one that doubles; in seconds."""
        asked = failure.retry_after
        if asked is not None and asked > self.patience.longest_pause:
            raise failure
        from tenacity import RetryCallState, Retrying
        from tenacity.wait import wait_random_exponential

        backoff = wait_random_exponential(
            multiplier=self.patience.first_pause, max=self.patience.longest_pause
        )
        state = RetryCallState(Retrying(), None, (), {})
        state.attempt_number = tried + 1
        return asked if asked is not None else backoff(state)
