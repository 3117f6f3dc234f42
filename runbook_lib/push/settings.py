"""What a profile says for the push duty: calendar, repositories, chat, monitoring."""

from datetime import date, time
from pathlib import Path
from typing import ClassVar, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from runbook_lib.policy.push.notes import Wording
from runbook_lib.policy.push.tag_form import TagForm
from runbook_lib.profile.github import GitHubPlace
from runbook_lib.profile.section import Section
from runbook_lib.profile.team import Team
from runbook_lib.push.notes_settings import BlockerSettings, NotesSettings
from runbook_lib.push.repository_settings import (
    DependencySettings,
    RepositorySettings,
    SecuritySettings,
)
from runbook_lib.push.tag_settings import TagSettings
from runbook_lib.push.week_settings import ChangeSettings, WeekSettings
from runbook_lib.secrets.credentials import SecretPlace
from runbook_lib.services.calendar.settings import CalendarSettings
from runbook_lib.services.grafana.settings import GrafanaSettings
from runbook_lib.services.matrix.settings import MatrixSettings
from runbook_lib.services.sentry.settings import SentrySettings
from runbook_lib.services.slack.settings import SlackSettings

Day = Literal["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class PushSettings(Section):
    """A team's push duty."""

    github: GitHubPlace = GitHubPlace()
    """The GitHub where the repositories are."""
    day: Day = "Thursday"
    """The day of the push."""
    tagging_day: Day = "Tuesday"
    """The day before it on which the repositories are tagged."""
    tagging_time: time = time(9)
    """When they may be tagged, by the time zone's clock."""
    time_zone: str = "America/Los_Angeles"
    """The team's time zone, by its name."""
    interval: Literal[1, 2] = 1
    """Weeks from push to push."""
    first: date
    """A day on which there was a push by the first of `people`: where the rotation begins."""
    skipped: tuple[date, ...] = ()
    """Push days on which there is none; whose turn it was has the next one."""
    extra: tuple[date, ...] = ()
    """Pushes on other days. Where a skipped one is near, it is that one's turn; else whose turn the
    push before was."""
    changes: tuple[ChangeSettings, ...] = ()
    """From which push days on the interval is another: `{ since = 2026-06-04, interval = 2 }`."""
    weeks: tuple[WeekSettings, ...] = ()
    """Single pushes that leave a repository out, or tag it from a named base."""
    people: tuple[str, ...] = ()
    """Who takes turns, in that order; by default the calendar alone says whose turn it is."""
    calendar: str = ""
    """An .ics file or address that names who has duty; it wins over `people`. By default there is
    none, and they take turns."""
    calendar_variable: str = ""
    """The environment variable with the calendar's address, where that is a secret."""
    calendar_pattern: str = ""
    """A regular expression with a group `person`, found in an event's summary."""
    tags: TagSettings = TagSettings()
    repositories: tuple[RepositorySettings, ...] = Field(min_length=1)
    """The repositories that are tagged, each a table of its own."""
    security: SecuritySettings | None = None
    """Where security fixes are reviewed; by default nowhere, and `security_fixes` is none of the
    week's runbooks."""
    dependencies: tuple[DependencySettings, ...] = ()
    """Projects whose newest release should be in use before a push; by default none is looked
    for."""
    notes: NotesSettings
    slack: SlackSettings | None = None
    """The channel with the deployments, which is told of the push; by default none."""
    matrix: MatrixSettings | None = None
    """The room whose topic is set, and which is told of the push where there is no Slack; by
    default none. Without both, what is to be told is shown to the operator."""
    blockers: BlockerSettings = BlockerSettings()
    sentry: SentrySettings | None = None
    """Whose new errors are watched after a push; by default no errors are."""
    grafana: GrafanaSettings | None = None
    """Whose panels are watched after a push; by default no graphs are."""
    qa: str = "QA"
    """Who approves a push."""
    ops: str = "operations"
    """Who brings it to production."""

    @field_validator("time_zone")
    @classmethod
    def known_time_zone(cls, name: str) -> str:
        """The name; raises `ValueError` where there is no such zone."""
        try:
            return ZoneInfo(name).key
        except (ValueError, OSError, ZoneInfoNotFoundError):
            raise ValueError("expected a time zone's name, such as Europe/Berlin") from None

    @model_validator(mode="after")
    def known_names(self) -> Self:
        """Raise `ValueError` where a week names a repository that is none of these."""
        known = [one.name for one in self.repositories]
        named = [name for week in self.weeks for name in (*week.without, *week.bases)]
        unknown = [name for name in named if name not in known]
        if unknown:
            raise ValueError(f"expected weeks to name {', '.join(known)}, found {unknown[0]!r}")
        return self

    @property
    def wording(self) -> Wording:
        """The team's own words in its notes."""
        return Wording(self.notes.headings, self.tag_form)

    @property
    def tag_form(self) -> TagForm:
        """What the tags of a push are called."""
        return self.tags.form

    @property
    def zone(self) -> ZoneInfo:
        """The team's time zone."""
        return ZoneInfo(self.time_zone)

    @property
    def duty_calendar(self) -> CalendarSettings | None:
        """The calendar that names who has duty; None where they only take turns."""
        if not (self.calendar or self.calendar_variable):
            return None
        return CalendarSettings(
            source=self.calendar,
            variable=self.calendar_variable,
            pattern=self.calendar_pattern,
            time_zone=self.time_zone,
        )

    def secret_place(self) -> SecretPlace | None:
        """Where the calendar's address is, if that is a secret."""
        calendar = self.duty_calendar
        return calendar.secret_place() if calendar else None


class PushProfile(Team):
    """A team with a push duty."""

    purpose: ClassVar[str] = "a push duty"
    told_by: ClassVar[str] = "push"
    least: ClassVar[str] = "push"

    push: PushSettings

    @property
    def hub(self) -> GitHubPlace:
        """The GitHub where the team's repositories are."""
        return self.push.github

    @property
    def clones(self) -> tuple[Path, ...]:
        """The operator's own clones of the tagged repositories, as far as they are named."""
        named = [one.clone for one in self.push.repositories]
        return tuple(clone.expanduser() for clone in named if clone)
