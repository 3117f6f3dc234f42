"""The push itself: operations are asked, production is followed, errors and graphs are watched."""

from datetime import datetime, timedelta

from runbook_lib.errors import Refused, UsageError
from runbook_lib.policy.chat import Announcement
from runbook_lib.policy.push.notes import Document, Notes, write_stat
from runbook_lib.push.blockers import Blocking
from runbook_lib.push.chat import Chatting
from runbook_lib.push.notes import Noting
from runbook_lib.push.train import Tags
from runbook_lib.push.week import Week
from runbook_lib.services.grafana.watched import GrafanaReport
from runbook_lib.services.notes import PushNotes
from runbook_lib.services.sentry.report import SentryReport
from runbook_lib.steps.attempt import Planned

NOT_WATCHED = "not watched: the profile names none"


class Live(Noting, Chatting, Blocking):
    """What happens on the day of the push."""

    def question(self, tags: Tags) -> str:
        """What QA approves: these very tags, each at its commit."""
        return "\n".join(f"{one.name} {one.tag} at {one.commit}" for one in tags)

    def ask_operations(self, week: Week, tags: Tags) -> Announcement | str:
        """Ask operations, in the team's room, to push these tags to production; once for these."""
        names = ", ".join(f"{one.name} {one.tag}" for one in tags)
        handle = f"{self.name} production {', '.join(one.tag for one in tags)}"
        text = (
            f"{self.push.ops}: please push to production: {names}. "
            f"{self.push.qa} has approved just these; {week.hero} is around."
        )
        return self.announce(handle, text)

    def write_start(self, notes: PushNotes, asked: Announcement | str) -> Document | Planned:
        """Write when the push began, unless somebody has: when operations were asked."""
        if isinstance(asked, Planned):
            return asked.write_start()
        began = self.written(asked.at if isinstance(asked, Announcement) else self.now())
        return notes.edit("its start", lambda text: write_stat(text, "start", began))

    def write_end(self, notes: PushNotes, tags: Tags) -> Document:
        """Write when the push ended, unless somebody has: when the last tag was deployed."""
        ended = self.written(self.deployed_at(tags, "production") or self.now())
        return notes.edit("its end", lambda text: write_stat(text, "end", ended))

    def watch_errors(self, week: Week, tags: Tags) -> SentryReport | Planned | str:
        """New and regressed errors since the push began, against the days before it."""
        settings = self.push.sentry
        if settings is None:
            return NOT_WATCHED
        pushed = self.pushed(week)
        if isinstance(pushed, Planned):
            return pushed.watch_errors()
        began, ended = pushed
        projects = settings.projects or tuple(one.name for one in tags)
        running = {one.name: one.tag for one in tags}
        return self.open(settings).watch(
            began,
            self.until(began),
            {name: running.get(name, "") for name in projects},
            ended_at=ended,
            environment=settings.environment,
            days=settings.days,
        )

    def watch_graphs(self, week: Week, _tags: Tags) -> GrafanaReport | Planned | str:
        """The dashboards' panels since the push began, against the same hours of earlier weeks."""
        settings = self.push.grafana
        if settings is None:
            return NOT_WATCHED
        pushed = self.pushed(week)
        if isinstance(pushed, Planned):
            return pushed.watch_graphs()
        began, ended = pushed
        return self.open(settings).watch(
            began,
            self.until(began),
            dashboards=settings.dashboards,
            ended_at=ended,
            weeks=settings.weeks,
            zone=self.push.time_zone,
            tag=week.tag,
        )

    def to_judge(self, *reports: SentryReport | GrafanaReport | Planned | str) -> str | Planned:
        """What a person has to look at, a line each; empty where all is quiet."""
        planned = [report for report in reports if isinstance(report, Planned)]
        if planned:
            return planned[0]
        warnings = [getattr(report, "warnings", ()) for report in reports]
        return "\n".join(line for each in warnings for line in each)

    def pushed(self, week: Week) -> tuple[datetime, datetime | None] | Planned:
        """When the push began and ended, as its notes say; a plan may come before that.

        Raises `Refused` where they do not say when it began.
        """
        stats = Notes.parse(self.notes_of(week.date).read_text()).stats
        began = self.written_time(stats.start, week)
        if not stats.start and self.runner.plan:
            return Planned("write start", self.runner)
        if began is None:
            raise Refused(
                f"expected the start of the push in its notes, as 09:32, found "
                f"{stats.start or 'nothing'!r}; write it there, then run this again"
            )
        return began, self.written_time(stats.end, week)

    def until(self, began: datetime) -> datetime:
        """Until when there is something to watch: now, and at most three days after the push."""
        now = self.now()
        if now <= began:
            raise UsageError(
                f"expected a push that has begun, found that it begins {began:%Y-%m-%d %H:%M %Z}; "
                "run this again then"
            )
        return min(now, began + timedelta(days=3))
