"""What can go wrong, as one tree; a subclass stands where its reader would act differently.

    RunbookError
    ├── UsageError         a profile, a parameter, a secret, a step is wrong: nothing was done
    ├── Refused            a rule of the procedure says no; nothing was changed
    │   ├── Conflict       the thing exists already, and differs
    │   └── AccessDenied   a service does not accept who we are, or what we may do
    ├── Failed             an act came to an end that trying again would not mend
    │   └── NotHeld        it acted, and a second look does not find the effect, or not that alone
    └── Waiting            a person, or the outside world, has to move first
        ├── Unavailable    a service gave no answer, or asks to be asked later
        └── Held           another session is at work on the run

A message says what was expected, what was found, and the next thing to do.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Literal

Outcome = Literal[
    "good", "already", "done", "planned", "waiting", "waived", "refused", "failed", "unknown"
]
"""What a step came to: `good` is a check that holds, `already` a change that was made before.

`waived` is a check that refused, and that a person has let pass.
"""


class RunbookError(Exception):
    """The base of all that this library raises on purpose; shown without a traceback."""

    outcome: ClassVar[Outcome] = "failed"

    def __init_subclass__(cls) -> None:
        """Have a subclass elsewhere go by the branch that it stands on: a front end knows these."""
        super().__init_subclass__()
        tree = (kind for kind in cls.__mro__ if kind.__module__ == __name__)
        cls.__name__ = next(tree).__name__

    def _render_traceback_(self) -> list[str]:
        """The lines that IPython shows in place of a traceback."""
        return [f"{type(self).__name__}: {self}"]


class UsageError(RunbookError):
    """A profile, a parameter or a secret is wrong or missing, or a step is not written as one."""

    outcome = "refused"


class Refused(RunbookError):
    """A rule of the procedure says no.

    `value` is what was found all the same: a check that is waived hands it on. `waivable` is false
    for what no person can let pass: a service that refuses, say, has looked at nothing.
    """

    outcome = "refused"
    waivable: ClassVar[bool] = True

    def __init__(self, *said: object, value: Any = None) -> None:
        super().__init__(*said)
        self.value = value


class Conflict(Refused):
    """What would be made exists already, and is something else."""

    waivable = False


class AccessDenied(Refused):
    """A service does not know the account, or the account may not do this."""

    waivable = False


class Failed(RunbookError):
    """An act came to an end that trying again would not mend."""


class NotHeld(Failed):
    """The act was carried out, and a second look does not find its effect, or not that alone."""


class Waiting(RunbookError):
    """A person, or the outside world, has to move first; running the runbook again goes on."""

    outcome = "waiting"
    stays = ""
    """What is shown in place of the message on a page that shows it long after."""

    def _render_traceback_(self) -> list[str]:
        return [self.stays] if self.stays else super()._render_traceback_()


class Unavailable(Waiting):
    """A service gave no answer, or asks to be asked later.

    `retry_after` is the pause in seconds that the service asked for, if any; the message names the
    time at which it is over. `may_have_acted` is false only where the request surely had no effect
    (it was refused, or never sent).
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, may_have_acted: bool = True
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.may_have_acted = may_have_acted
        pause = timedelta(seconds=retry_after or 0)
        self.goes_on = f"{datetime.now(UTC) + pause:%Y-%m-%d %H:%M:%S} UTC"

    def __str__(self) -> str:
        message = super().__str__()
        return message if not self.retry_after else f"{message}; go on after {self.goes_on}"


class Held(Waiting):
    """Another session has the run's lock: `holder` is who (`archive.Holder`), or None."""

    def __init__(self, message: str, *, holder: Any = None) -> None:
        super().__init__(message)
        self.holder = holder


def find_error(name: str) -> type[RunbookError] | None:
    """The error of that name, as a kernel tells it; None where it is none of ours."""
    found = globals().get(name)
    return found if isinstance(found, type) and issubclass(found, RunbookError) else None
