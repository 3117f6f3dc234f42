"""How long a service is borne with, and how a question is asked again that got no answer."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from runbook_lib.errors import Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.steps.phase import Phase

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")


@frozen
class Patience:
    """How long a runner bears with a service; times in seconds.

    `attempts` bounds both looks that fail and acts whose answer is lost. `settling` are the pauses
    between the looks for an effect that may show late. A service that asks for a longer pause than
    `longest_pause` is not waited for. `waiting` limits a wait, and `longest_poll` its pauses.
    """

    attempts: int = 4
    settling: tuple[float, ...] = (0.2, 0.8, 2.0, 4.0)
    first_pause: float = 0.5
    longest_pause: float = 90.0
    waiting: float = 1800.0
    longest_poll: float = 20.0


PATIENT = Patience()


class Asking:
    """Asks services, and asks again where no answer came."""

    def __init__(
        self, *, patience: Patience = PATIENT, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.patience = patience
        self.sleep = sleep
        self.at_work: list[Phase] = []
        """The steps that are under way, one within the other."""

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
