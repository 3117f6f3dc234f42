"""Issues as Sentry describes them.

https://docs.sentry.io/api/events/list-an-organizations-issues/
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from runbook_lib.sandbox.services.sentry.issues import PROJECTS, Asked, Event, Issue


def project_row(slug: str) -> dict[str, Any]:
    """A project."""
    return {"id": str(PROJECTS.index(slug) + 1), "slug": slug, "name": slug, "platform": "python"}


def release_row(version: str) -> dict[str, Any]:
    """A release; what it says besides is asked for by nobody."""
    return {"version": version, "shortVersion": version, "ref": None, "status": "open"}


def issue_row(issue: Issue, asked: Asked, base: str) -> dict[str, Any]:
    """An issue of a list: counts, and first and last time, are of the time that is asked about.

    What they are over all time stands under `lifetime`.
    """
    found = asked.within(issue) if asked.start else issue.events
    ever = {**figures(issue.events), "stats": None}
    return {**about(issue, base), **figures(found), "lifetime": ever, "filtered": None}


def whole_row(issue: Issue, asked: Asked, base: str) -> dict[str, Any]:
    """An issue asked for by itself: over all time, with its activity and 30 days of events."""
    activity = [entry("first_seen", 1, issue.events[0].at, {})]
    if issue.regressed_at:
        activity.insert(0, entry("set_resolved", 2, issue.regressed_at - timedelta(days=10), {}))
        activity.insert(0, entry("set_regression", 3, issue.regressed_at, {"version": ""}))
    release = {"version": issue.first_release} if issue.first_release else None
    return {
        **about(issue, base),
        **figures(issue.events),
        "activity": activity,
        "firstRelease": release,
        "stats": {"30d": by_day(issue.events, asked.end)},
    }


def about(issue: Issue, base: str) -> dict[str, Any]:
    """What an issue is, whenever one asks."""
    kind, _, value = issue.title.partition(": ")
    return {
        "id": str(issue.id),
        "shortId": f"{issue.project.upper()}-{issue.id}",
        "title": issue.title,
        "culprit": "pelican.views",
        "permalink": f"{base}/issues/{issue.id}/",
        "level": issue.level,
        "status": issue.status,
        "substatus": issue.substatus,
        "statusDetails": {},
        "project": project_row(issue.project),
        "type": "error",
        "metadata": {"type": kind, "value": value},
    }


def figures(events: Sequence[Event]) -> dict[str, Any]:
    """How often, how many, and when first and last; Sentry gives the count as a text."""
    return {
        "count": str(len(events)),
        "userCount": len({event.person for event in events}),
        "firstSeen": written(events[0].at),
        "lastSeen": written(events[-1].at),
    }


def by_day(events: Sequence[Event], now: datetime) -> list[list[int]]:
    """Pairs of a day's beginning, in seconds since the epoch, and its events."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    counted = Counter(event.at.astimezone(UTC).date() for event in events)
    days = [today - timedelta(days=back) for back in range(30, -1, -1)]
    return [[int(day.timestamp()), counted[day.date()]] for day in days]


def entry(kind: str, number: int, at: datetime, data: dict[str, str]) -> dict[str, Any]:
    """One entry of an issue's activity."""
    return {"id": str(number), "type": kind, "dateCreated": written(at), "data": data, "user": None}


def written(when: datetime) -> str:
    """A time as Sentry writes it."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
