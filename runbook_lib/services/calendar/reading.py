"""The events of a calendar as days of push duty, repeated ones written out."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events
from icalendar.timezone import tzp

from runbook_lib.errors import Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.duty import Duty
from runbook_lib.services.calendar.source import SECRET_ADDRESS

MOST = 2_000
"""How many events of push duty are taken at most."""
RULES = 200
"""How many of them may be repeated, and for how many days before those that are asked for."""
LONGEST_RULE = 36_500
LONGEST_SUMMARY = 500
DAY = timedelta(days=1)
WITHIN_A_DAY = ("SECONDLY", "MINUTELY", "HOURLY")
PARTS_OF_A_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
BROKEN = (ArithmeticError, AttributeError, LookupError, OSError, TypeError, ValueError)
"""What a parser raises for a text that is not as it should be: a zone's name is a file's."""

Event = Any
"""A VEVENT; what its properties hold depends on what is written there."""


class Endless(ValueError):
    """Writing out what is repeated would not end, or not soon."""


@frozen
class Reading:
    """How a calendar is read: its name in messages, who is in a summary, and the team's zone."""

    name: str
    person: re.Pattern[str]
    zone: ZoneInfo

    def find(self, written: bytes, start: date, end: date) -> tuple[Duty, ...]:
        """The duties from `start` on and before `end`, in order."""
        self.check_calendar(written)
        tzp.use_default()  # else a zone is the first of its name that this process has read
        try:
            calendars = icalendar.Calendar.from_ical(written, multiple=True)
            found = {duty for each in calendars for duty in self.duties(each, start, end)}
        except BROKEN as error:
            why = str(error) if isinstance(error, Endless) else type(error).__name__
            raise UsageError(
                f"expected a calendar as RFC 5545 has it in {self.name}, found one that can't be "
                f"read ({why}); export it again, or mend its events of push duty"
            ) from None
        return tuple(sorted(found, key=lambda duty: (duty.start, duty.end, duty.person)))

    def check_calendar(self, written: bytes) -> None:
        """Raise `UsageError` for what is no calendar, such as a web page, and for a part of one."""
        begins = written.removeprefix(b"\xef\xbb\xbf").lstrip()[:15]
        if begins.upper() != b"BEGIN:VCALENDAR":
            kind = "a web page (a login?)" if begins[:1] == b"<" else "something else"
            raise UsageError(
                f"expected a calendar (BEGIN:VCALENDAR) in {self.name}, found {kind}; "
                f"{SECRET_ADDRESS}"
            )
        if written.rstrip()[-13:].upper() != b"END:VCALENDAR":
            raise UsageError(
                f"expected a whole calendar in {self.name}, found only the beginning of one (no "
                "END:VCALENDAR); export it again, then run this again"
            )

    def duties(self, calendar: Any, start: date, end: date) -> Iterator[Duty]:
        """The duties of one calendar between two days."""
        self.keep_ours(calendar)
        self.check_rules(calendar, start)
        # A day more on each side: which days an event has depends on the time zone.
        events = recurring_ical_events.of(calendar).between(start - DAY, end + DAY)
        if len(events) > MOST:
            raise Refused(
                f"expected {MOST} events of push duty at most from {start} to {end}, found "
                f"{len(events)} in {self.name}; narrow push.calendar_pattern"
            )
        for event in events:
            person = self.find_person(event)
            if person and str(event.get("STATUS", "")).upper() != "CANCELLED":
                duty = self.duty(event, person)
                if duty.start < end and start < duty.end:
                    yield duty

    def keep_ours(self, calendar: Any) -> None:
        """Leave out the events that are not push duty's in any of their occurrences."""
        events = calendar.walk("VEVENT")
        ours = {event.get("UID") for event in events if self.find_person(event)}
        kept = [event for event in events if event.get("UID") in ours]
        others = [part for part in calendar.subcomponents if part.name != "VEVENT"]
        calendar.subcomponents = [*others, *kept]

    def check_rules(self, calendar: Any, start: date) -> None:
        """Raise `Endless` for what would not end soon when it is written out."""
        repeated = [event for event in calendar.walk("VEVENT") if "RRULE" in event]
        if len(repeated) > RULES:
            raise Endless("too many events of push duty are repeated")
        for event in repeated:
            check_pace(event)
            if (start - self.day(event["DTSTART"].dt)).days > LONGEST_RULE:
                raise Endless("an event of push duty has been repeated for a century")

    def find_person(self, event: Event) -> str:
        """Whom an event names; empty where it is none of push duty's."""
        match = self.person.search(str(event.get("SUMMARY", ""))[:LONGEST_SUMMARY])
        return (match["person"] or "").strip() if match else ""

    def duty(self, event: Event, person: str) -> Duty:
        """One event as the days that it has a part of, in the team's zone."""
        start = event["DTSTART"].dt
        end = event["DTEND"].dt if "DTEND" in event else start
        first = self.day(start)
        if end <= start:
            return Duty(person, first, first + DAY)
        last = self.day(end - (timedelta.resolution if isinstance(end, datetime) else DAY))
        return Duty(person, first, last + DAY)

    def day(self, moment: date) -> date:
        """The day of a moment; one without a zone is in the team's."""
        if not isinstance(moment, datetime):
            return moment
        return (moment.astimezone(self.zone) if moment.tzinfo else moment).date()


def check_pace(event: Event) -> None:
    """Raise `Endless` for what is repeated within a day, or does not get on."""
    rules = event.get("RRULE", [])
    for rule in rules if isinstance(rules, list) else [rules]:
        if any(pace.upper() in WITHIN_A_DAY for pace in rule.get("FREQ", [])):
            raise Endless("an event of push duty is repeated within a day")
        if any(len(listed(rule, part)) > 1 for part in PARTS_OF_A_DAY):
            raise Endless("an event of push duty is repeated within a day")
        if any(int(interval) < 1 for interval in listed(rule, "INTERVAL")):
            raise Endless("an event of push duty is repeated without an interval")


def listed(rule: Any, part: str) -> list[Any]:
    """What a rule says of one of its parts."""
    found = rule.get(part, [])
    return found if isinstance(found, list) else [found]
