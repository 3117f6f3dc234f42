"""Where a team's calendar is, and how it is opened."""

from typing import TYPE_CHECKING, Self
from zoneinfo import ZoneInfo

from runbook_lib.profile.section import Section
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.steps.runner import Runner

if TYPE_CHECKING:
    from runbook_lib.services.calendar.service import TeamCalendar


class CalendarSettings(Section):
    """An .ics file or address that names who has duty; where the address is a secret, its place."""

    source: str = ""
    """The file or the address."""
    variable: str = ""
    """The environment variable with the address, where that is a secret: it counts then."""
    pattern: str = ""
    """A regular expression with a group `person`, found in an event's summary."""
    time_zone: str = "UTC"
    """The team's time zone, by its name."""

    def secret_place(self) -> SecretPlace | None:
        """Where the address is, if that is a secret."""
        return SecretPlace(self.variable, "calendar") if self.variable else None

    def open(self, secret: str, runner: Runner) -> "TeamCalendar":
        """The calendar."""
        from runbook_lib.services.calendar.service import TeamCalendar

        zone = ZoneInfo(self.time_zone)
        return TeamCalendar(secret or self.source, runner=runner, zone=zone, pattern=self.pattern)

    @classmethod
    def in_sandbox(cls, url: str) -> Self:
        """The sandbox's, which is no secret."""
        return cls(source=f"{url}/calendar/push-duty.ics")
