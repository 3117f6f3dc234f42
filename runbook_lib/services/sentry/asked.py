"""What is asked of Sentry about a push, and what can't be."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.services.sentry.client import PAGE
from runbook_lib.services.sentry.releases import Release

RELEASE = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)*")
"""What can stand in a query as it is: no quotes, no patterns."""
MOST_DAYS = 30


@frozen
class Asked:
    """What is asked of Sentry: where, and from when to when."""

    projects: tuple[str, ...]
    environment: str
    since: datetime
    until: datetime

    def within(self, start: datetime, end: datetime) -> dict[str, str | list[str]]:
        """The parameters for some time; Sentry counts events and users within it."""
        where: dict[str, str | list[str]] = {
            "project": list(self.projects),
            "limit": str(PAGE),
            "start": written(start),
            "end": written(end),
        }
        return {**where, "environment": self.environment} if self.environment else where


def check_asked(pushed: Sequence[Release], since: datetime, until: datetime, days: int) -> None:
    """Raise `UsageError` for what can't be asked."""
    if not pushed:
        raise UsageError("expected the projects to look at in Sentry, found none; name them")
    if since.tzinfo is None or until.tzinfo is None or not since < until:
        raise UsageError(
            f"expected a push and a time after it, with their time zones, found {since} to {until};"
            " correct them"
        )
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"expected 1 to {MOST_DAYS} days before the push, found {days}")
    said = [text for each in pushed for text in (each.version, each.commit) if text]
    strange = [text for text in said if not RELEASE.fullmatch(text)]
    if strange:
        raise UsageError(
            f"expected the name of a release, such as 2026.11.19, found {strange[0]!r}; correct it"
        )


def written(when: datetime) -> str:
    """A time as Sentry reads it: in UTC, without saying so."""
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
