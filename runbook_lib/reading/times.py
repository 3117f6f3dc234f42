"""Times as people write and read them."""

import re
from datetime import UTC, datetime, timedelta

from runbook_lib.errors import UsageError

AGO = re.compile(r"(\d{1,6})\s*(min|[smhdw])", re.IGNORECASE)
UNITS = {
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "min": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}


def parse_moment(text: str, *, now: datetime | None = None) -> datetime:
    """A date, a time, or how long ago: 2026-11-23, 2026-11-23T09:07, 90min, 36h, 7d, 2w.

    What names no zone is of this machine's. Raises `UsageError` for anything else.
    """
    ago = AGO.fullmatch(text.strip())
    try:
        if ago:
            return (now or datetime.now(UTC)) - int(ago[1]) * UNITS[ago[2].lower()]
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(
            f"expected a date such as 2026-11-23 or 2026-11-23T09:07, or a time ago such as 36h, "
            f"7d or 2w; found {text!r}"
        ) from None


def local(text: str) -> str:
    """An ISO time as this machine's clock shows it, to the minute; what is none, as it is."""
    try:
        return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
    except ValueError:
        return text


def seconds_between(started: str, ended: str) -> float:
    """The seconds from one ISO time to another; none where one is missing or clocks differ."""
    try:
        between = datetime.fromisoformat(ended) - datetime.fromisoformat(started)
    except (ValueError, TypeError):
        return 0.0
    return max(between.total_seconds(), 0.0)
