"""What a profile says of single weeks, and of how often there is a push from a day on."""

from datetime import date
from typing import Literal

from pydantic import Field

from runbook_lib.profile.section import Section


class ChangeSettings(Section):
    """From which push day on it is every so many weeks."""

    since: date
    """The first push day of the new interval; it may be another day of the week."""
    interval: Literal[1, 2]
    """Weeks from push to push, from then on."""


class WeekSettings(Section):
    """One push that is not like the others; whatever is about that week goes by it."""

    push: date
    """The date of the push."""
    without: tuple[str, ...] = ()
    """The names of repositories that are left out of it: neither tagged nor pushed."""
    bases: dict[str, str] = Field(default_factory=dict)
    """By a repository's name, what is tagged instead of the newest commit of its branch, and what
    picks begin from: a tag, or a commit; `{ server = "2026.03.05-1" }`."""
