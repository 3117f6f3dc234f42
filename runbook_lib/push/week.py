"""One push: its date, its tags' name, whose turn it is, and what comes next."""

import datetime

from runbook_lib.frozen import frozen
from runbook_lib.policy.push.calendar import PushCalendar
from runbook_lib.policy.push.rotation import Turn
from runbook_lib.policy.push.tag_form import USUAL, TagForm
from runbook_lib.policy.visible import Shown


@frozen
class Decided:
    """What a run pins of the push that it is about: its date, as 2026-03-12."""

    date: str


@frozen
class Week(Shown):
    """A push by its date, with whose turn it is, and the push after it.

    Whose turn it is may change while a run is under way: people swap. The date may not. `without`
    are the repositories that it leaves out; `bases` are, by name, what is tagged instead of the
    newest commit of a branch. The profile has both (`push.weeks`), and nothing else decides it.
    """

    date: datetime.date
    turn: Turn
    next_date: datetime.date
    next_turn: Turn
    calendar: PushCalendar
    without: tuple[str, ...] = ()
    bases: tuple[tuple[str, str], ...] = ()
    form: TagForm = USUAL

    def base_of(self, repository: str) -> str:
        """What is tagged of a repository instead of its branch; empty where it is the branch."""
        return dict(self.bases).get(repository, "")

    @property
    def hero(self) -> str:
        """Who has the duty."""
        return self.turn.person

    @property
    def next_hero(self) -> str:
        """Who has it for the next push; empty where that is not known yet."""
        return self.next_turn.person

    @property
    def tag(self) -> str:
        """What the tags of the push are called, without a suffix."""
        return self.form.name(self.date)

    def __str__(self) -> str:
        note = f"; {self.turn.note}" if self.turn.note else ""
        return (
            f"the push of {self.date:%A} {self.date}, by {self.hero} ({self.turn.source}{note}); "
            f"then {self.next_date}, by {self.next_hero or self.next_turn}{self.unlike_others}"
        )

    @property
    def unlike_others(self) -> str:
        """What of it is not as in other weeks, in words."""
        left = [f"without {', '.join(self.without)}"] if self.without else []
        return "".join(f"; {one}" for one in (*left, *(f"{n} from {b}" for n, b in self.bases)))
