"""A step's looks: once, again where no answer came, and over a settling time after an act."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from runbook_lib.journal.events import is_since, place
from runbook_lib.journal.journal import Journal, masked, unsettled
from runbook_lib.steps.attempt import Attempt, Found, Look, Wanted, look_once
from runbook_lib.steps.patience import Asking

T = TypeVar("T")


class Looking(Asking):
    """Looks for the effect of a step."""

    journal: Journal
    plan: bool

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
