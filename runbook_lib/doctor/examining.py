"""Carries out examinations side by side, each within a time limit."""

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from runbook_lib.errors import RunbookError
from runbook_lib.policy.diagnosis import Diagnosis, missing, told_by

LIMIT = 20.0
"""Seconds for each; who has not answered by then is not waited for."""


@dataclass
class Examination:
    """One thing to look at, and what has been found so far."""

    of: str
    look: Callable[[], Iterable[Diagnosis]]
    found: list[Diagnosis] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    def carry_out(self) -> None:
        """Look, and keep each finding as it comes; what is raised is one, too."""
        try:
            for one in self.look():
                self.found.append(one)
        except RunbookError as error:
            self.found.append(told_by(self.of, str(error)))
        except OSError as error:
            self.found.append(missing(self.of, f"this machine says: {error}"))
        except Exception as error:
            # One that is broken leaves the others as they are, and says so.
            self.found.append(missing(self.of, f"it could not be looked at: {error!r}"))
        self.over.set()

    def results(self, until: float) -> list[Diagnosis]:
        """What was found by a moment of the monotonic clock."""
        if self.over.wait(max(0.0, until - time.monotonic())):
            return self.found
        late = missing(self.of, "no answer within the time limit", "look at network and proxy")
        return [*self.found, late]


def examine(things: Sequence[Examination], *, limit: float = LIMIT) -> list[Diagnosis]:
    """What was found of all of them, in their order; the same trouble is told once."""
    for one in things:
        # As a daemon none keeps the process, whatever it waits for.
        threading.Thread(target=one.carry_out, name=f"doctor-{one.of}", daemon=True).start()
    until = time.monotonic() + limit
    found = [diagnosis for one in things for diagnosis in one.results(until)]
    return list({key(one): one for one in reversed(found)}.values())[::-1]


def key(one: Diagnosis) -> tuple[str, ...]:
    """What makes a finding another than those before it."""
    return (one.found, one.mend) if one.state == "missing" else (one.of, one.found)
