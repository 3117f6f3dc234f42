"""Issues as Sentry describes them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from runbook_lib.errors import Failed
from runbook_lib.policy.new_issues import Issue, Kind
from runbook_lib.services.http import excerpt

TITLE = 120


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


@contextmanager
def reading(what: str) -> Iterator[None]:
    """While something of Sentry's is read: raises `Failed` where its form is another."""
    try:
        yield
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Failed(
            f"expected {what} as Sentry describes it, found another form "
            f"({type(error).__name__}: {excerpt(str(error))}); is this a Sentry of another age?"
        ) from error


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
