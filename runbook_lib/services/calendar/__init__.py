"""A team's calendar (RFC 5545, an .ics file or address): who has push duty, and when.

Read `service` first.
"""

from runbook_lib.services.calendar.service import Duties, TeamCalendar

__all__ = ["Duties", "TeamCalendar"]
