"""Waits: points where the outside world has to move first."""

import time
from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, TypeVar, cast

from runbook_lib.errors import Unavailable, Waiting
from runbook_lib.steps.attempt import (
    Attempt,
    Checked,
    Found,
    Look,
    Planned,
)
from runbook_lib.steps.form import check_form, where
from runbook_lib.steps.report import Missing, Pace, words
from runbook_lib.steps.runner import Runner
from runbook_lib.steps.step import bound, may_pass, only_look, waiver_name

P = ParamSpec("P")
T = TypeVar("T")


class NotYet(Exception):
    """The world has not moved yet; the text says what is missing.

    `link` leads to what is waited for, `whom` says on whom, where that is known.
    """

    def __init__(self, text: str, *, link: str = "", whom: str = "") -> None:
        super().__init__(text)
        self.link, self.whom = link, whom


def wait(function: Callable[P, T]) -> Callable[P, T]:
    """Make a function that looks a wait: it is asked again until it no longer raises `NotYet`.

    The runner's patience limits it; past the limit the step ends as `waiting`.
    """

    check_form("wait", function)

    @wraps(function)
    def waited(*args: P.args, **kwargs: P.kwargs) -> T:
        runner, arguments = bound(function, args, kwargs)
        checked = Checked(waiver_name(function), arguments)
        look = partial(only_look, partial(may_pass, runner, checked, function, args, kwargs))
        work = partial(poll, runner, look=look, checked=checked)
        return runner.attend(function.__name__, arguments, work, where=where(function))

    return waited


def poll(runner: Runner, attempt: Attempt, look: Look[T], checked: Checked) -> T:
    """Look again and again, with growing pauses, until the world has moved or the limit is over.

    Who interrupts it ends it as `waiting`: it has changed nothing. Once it has seen the world, a
    service that gives no answer for a while is waited for like the rest, as long as it asks for.
    What is missing may have been waived, or be waived once the limit is over.
    """
    pause, limit = runner.patience.first_pause, runner.patience.waiting
    attempt.holds = "good"
    waited, seen, state = False, False, f"{words(attempt.name)}: nobody has looked yet"
    last = NotYet("")
    while True:
        runner.hold()
        try:
            found = runner.look(look)
        except NotYet as missing:
            last, seen, state = missing, True, runner.journal.mask(str(missing))
            if (passed := runner.waived(checked, state)) is not None:
                return cast(T, runner.settled(attempt, "waived", passed))
        except Unavailable as failure:
            asked = failure.retry_after or 0.0
            if not waited or time.monotonic() - attempt.began + asked >= limit:
                raise
            seen, state = False, runner.journal.mask(str(failure))
            pause = max(pause, asked)
        except KeyboardInterrupt:
            raise interrupted(state) from None
        else:
            assert isinstance(found, Found), "a wait announces nothing"
            return runner.settled(attempt, "done" if waited else attempt.holds, found.value)
        if runner.plan:
            return cast(T, runner.stand_in(attempt, state, Planned(attempt.title, runner)))
        elapsed = time.monotonic() - attempt.began
        if elapsed >= limit:
            over = Waiting(f"{state}; waited {elapsed:.0f} s; run this again to go on")
            if not seen:
                raise over
            return cast(T, runner.settled(attempt, "waived", runner.waive(checked, over, state)))
        waited = True
        attempt.told["waited"] = state
        rest(runner, attempt, last, state, min(pause, limit - elapsed))
        pause = min(pause * 1.5, runner.patience.longest_poll)


def rest(runner: Runner, attempt: Attempt, missing: NotYet, state: str, pause: float) -> None:
    """Say how a wait stands, and let the world move; who interrupts it ends it as `waiting`."""
    elapsed, limit, now = time.monotonic() - attempt.began, runner.patience.waiting, time.time()
    remind = runner.reminding(state, missing.link, missing.whom)
    pace = Pace(now - elapsed, now, now + pause, limit, missing.link, missing.whom, remind)
    try:
        attempt.line.progress(Missing(state, pace), elapsed / limit)
        runner.sleep(pause)
    except KeyboardInterrupt:
        raise interrupted(state) from None


def interrupted(state: str) -> Waiting:
    """What a wait ends with that somebody has interrupted: what was missing at the last look."""
    return Waiting(f"{state}; interrupted; run this again to go on")
