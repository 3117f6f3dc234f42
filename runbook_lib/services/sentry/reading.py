"""Issues as Sentry describes them."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from runbook_lib.policy.monitoring.new_issues import Issue, Kind
from runbook_lib.services.http import described, excerpt

TITLE = 120

reading = partial(described, by="Sentry")
"""While something of Sentry's is read: raises `Failed` where its form is another."""


def read_issue(
    said: dict[str, Any], kind: Kind, *, release: str = "", before: float = 0.0
) -> Issue:
    """An issue of a list; its title is foreign text, cut to one line."""
    return Issue(
        name=excerpt(str(said.get("shortId") or said["id"]), TITLE),
        project=str(said["project"]["slug"]),
        title=excerpt(str(said["title"]), TITLE),
        link=str(said.get("permalink") or ""),
        kind=kind,
        level=str(said.get("level") or "error"),
        events=int(said["count"]),
        users=int(said["userCount"]),
        first=first_seen(said),
        last=moment(said["lastSeen"]),
        release=release,
        before=before,
    )


def first_seen(said: dict[str, Any]) -> datetime:
    """When an issue was first seen.

    In a list that is asked for some time, `firstSeen` is the first time within it; when it really
    was stands under `lifetime`.
    """
    ever = said.get("lifetime") or {}
    return moment(ever.get("firstSeen") or said["firstSeen"])


def moment(text: str) -> datetime:
    """A time as Sentry writes it."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def came_back(whole: dict[str, Any], *, since: datetime) -> bool:
    """Whether an issue was opened again, because it was seen again, since then."""
    return any(
        entry.get("type") == "set_regression" and moment(entry["dateCreated"]) >= since
        for entry in whole.get("activity") or ()
    )


def daily(whole: dict[str, Any], since: datetime, days: int) -> float:
    """How many events a day an issue had on the days before."""
    end, start = since.timestamp(), (since - timedelta(days=days)).timestamp()
    points = (whole.get("stats") or {}).get("30d") or ()
    return float(sum(many for day, many in points if start <= day < end)) / days
