"""Whose turn it is: a list of people, a calendar that names them, or both.

The list goes on by one person with each push: a skipped week takes nobody's turn. Where both name
somebody the calendar wins, for that is where people write down that they have changed places.
"""

from datetime import date
from itertools import islice
from typing import Literal

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.duty import Duty
from runbook_lib.policy.people import NOBODY, People
from runbook_lib.policy.push.calendar import PushCalendar, described

Source = Literal["the rotation", "the calendar", ""]


@frozen
class Turn:
    """Who has push duty for the push of `day`, and what says so.

    Where nobody can be named, `person` is empty and `note` says why.
    """

    person: str
    source: Source
    note: str = ""
    day: date | None = None

    def __str__(self) -> str:
        if not self.person:
            return f"nobody: {self.note}"
        return f"{self.person} ({'; '.join(filter(None, (self.source, self.note)))})"


@frozen
class Rotation:
    """The people in their order, from the calendar's first push on, and what a calendar says."""

    people: tuple[str, ...]
    calendar: PushCalendar
    duties: tuple[Duty, ...] = ()
    names: People = NOBODY
    """Who is who, where a calendar names somebody otherwise than the list."""

    def turn(self, day: date) -> Turn:
        """Whose turn a push is.

        Raises `UsageError` where there is no push on that day, and `Refused` where nobody, or more
        than one person, or nobody whom the list knows, is named for it.
        """
        self.calendar.check(day)
        listed, named = self.listed(day), self.named(day)
        if named is None and listed is None:
            raise Refused(
                f"expected somebody with push duty for {described(day)}, found nobody: add an "
                "event to the team's calendar, or people to push.people in the profile"
            )
        if named is None:
            note = "the calendar names nobody" if self.duties else ""
            return Turn(listed or "", "the rotation", note, day)
        if listed is None or self.names.same(listed, named):
            return Turn(listed or named, "the calendar", "", day)
        return Turn(named, "the calendar", f"the rotation has {listed}", day)

    def listed(self, day: date) -> str | None:
        """Whom the list has for a push; None where there is no list."""
        if not self.people:
            return None
        return self.people[self.calendar.number(day) % len(self.people)]

    def named(self, day: date) -> str | None:
        """Whom the calendar names for a push, as the list spells it; None where it names nobody."""
        covering = [duty for duty in self.duties if duty.covers(day)]
        if not covering:
            return None
        first = covering[0].person
        if not all(self.names.same(duty.person, first) for duty in covering):
            raise Refused(
                f"expected one person with push duty for {described(day)}, found in the calendar "
                f"{' and '.join(sorted(set(map(str, covering))))}: have the events not share that "
                "day, then run this again"
            )
        return self.known(first, day) if self.people else self.names.name(first)

    def known(self, person: str, day: date) -> str:
        """A person as the list spells the name; raises `Refused` where it has no such person."""
        found = next((one for one in self.people if self.names.same(one, person)), None)
        if found is None:
            raise Refused(
                f"expected one of {', '.join(dict.fromkeys(self.people))} with push duty for "
                f"{described(day)}, found {person!r} in the calendar: correct the event, or add "
                "them to push.people in the profile, or the name to theirs in its table people"
            )
        return found

    def turns(self, start: date, count: int) -> tuple[Turn, ...]:
        """Whose turns the next pushes from a day on are; trouble with one stands in its note."""
        return tuple(map(self.shown, islice(self.calendar.since(start), count)))

    def shown(self, day: date) -> Turn:
        """Whose turn a push is, or why nobody can be named."""
        try:
            return self.turn(day)
        except Refused as trouble:
            return Turn("", "", str(trouble), day)
