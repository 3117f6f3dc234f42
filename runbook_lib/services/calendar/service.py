"""The check that reads a team's calendar."""

import re
from dataclasses import field
from datetime import date
from zoneinfo import ZoneInfo

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.duty import Duty
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import Shown
from runbook_lib.services.calendar.source import Source
from runbook_lib.steps.step import Runner, check, look

PATTERN = r"(?i)\bpush[\s-]*(?:duty|hero)\b\W*(?P<person>[\w.-]*\w)"
"""How an event names a person where the profile does not say: `Push duty: willow`."""


@frozen
class Duties(Shown):
    """What a calendar says of push duty, from `start` on and before `end`, in order."""

    duties: tuple[Duty, ...]
    calendar: str
    start: date
    end: date

    def __str__(self) -> str:
        duties = plural(len(self.duties), "duty", "duties")
        return f"{duties} in {self.calendar}, from {self.start} to {self.end}"


@frozen
class TeamCalendar:
    """The calendar at `source`: a file, or an http(s) or webcal address, which may be a secret.

    `pattern` finds the person in an event's summary, by a group of that name; an event in which it
    finds none is not push duty's. A timed event counts by its days in the team's `zone`.
    """

    source: str = field(repr=False)
    runner: Runner = field(repr=False)
    zone: ZoneInfo
    pattern: str = ""

    def __str__(self) -> str:
        return str(Source(self.source))

    @check
    def duties(self, start: date, end: date) -> Duties:
        """Who has push duty when, from `start` on and before `end` (see `find_duties`)."""
        return self.find_duties(start, end)

    @look
    def find_duties(self, start: date, end: date) -> Duties:
        """Who has push duty when, from `start` on and before `end`.

        Repeated events count with what was moved, changed or taken out of them; cancelled ones do
        not. Raises `UsageError` where there is no such file, or what is there is no calendar.
        """
        from runbook_lib.services.calendar.reading import Reading

        person = self.compiled()
        source = Source(self.source)
        found = Reading(str(source), person, self.zone).find(source.read(), start, end)
        return Duties(found, str(source), start, end)

    def compiled(self) -> re.Pattern[str]:
        """The pattern; raises `UsageError` for one that is none, or has no group `person`."""
        try:
            found = re.compile(self.pattern or PATTERN)
        except re.error as error:
            raise UsageError(
                f"expected a regular expression, found {self.pattern!r}: {error}; correct "
                "push.calendar_pattern in the profile"
            ) from None
        if "person" not in found.groupindex:
            raise UsageError(
                f"expected a group (?P<person>…) in {self.pattern!r}, found none; correct "
                "push.calendar_pattern in the profile"
            )
        return found
