"""The week of a push: which runbooks begin at a time, by the team's own calendar."""

from datetime import date, datetime

from runbook_lib.errors import UsageError
from runbook_lib.profile import load_as
from runbook_lib.push.decision import push_calendar
from runbook_lib.push.settings import PushProfile, PushSettings

TAGGING = ("tag_push", "extract_locales")
BETWEEN = ("push_duty",)
PUSHING = ("live_push", "close_push")
LINES = (TAGGING, BETWEEN, PUSHING)
"""The runbooks of the day of the tags, of a day between, and of the day of the push."""


def read_push(profile: str) -> PushSettings:
    """The push duty of a profile; raises `UsageError` where it has none."""
    found = load_as(profile, PushProfile)
    if found is None:
        raise UsageError(f"expected a table push in the profile {profile}, found none: add one")
    return found.push


def due(push: PushSettings, now: datetime) -> tuple[date, tuple[str, ...]] | None:
    """For the push of which day something begins now, and what; None where nothing does.

    Nothing does before the tags are due, nor in a week whose push is skipped.
    """
    calendar, local = push_calendar(push), now.astimezone(push.zone)
    day = next(calendar.since(local.date()), None)
    tagging = calendar.tagging(day) if day else None
    if day is None or tagging is None or local < tagging:
        return None
    tags = TAGGING if local.date() == tagging.date() else ()
    pushed = PUSHING if local.date() == day else ()
    return day, (*tags, *pushed) or BETWEEN


def cron(push: PushSettings) -> str:
    """Each day at the time of the tags, in the team's zone: which days count, `due` knows."""
    return f"{push.tagging_time.minute} {push.tagging_time.hour} * * *"


def begins(profile: str, runbook: str, now: datetime) -> str:
    """The day of the push for which a runbook begins now; empty where it does not."""
    found = due(read_push(profile), now)
    return str(found[0]) if found and runbook in found[1] else ""
