"""What is watched after a push: errors and graphs, from when its tags came to production."""

from dataclasses import asdict
from datetime import datetime, timedelta

from runbook_lib.display.output import say
from runbook_lib.errors import Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.journal import digest
from runbook_lib.policy.chat import Announcement
from runbook_lib.policy.monitoring.findings import Finding, add_findings
from runbook_lib.policy.push.times import PushTimes, SeenTimes, WrittenTimes, find_times
from runbook_lib.policy.visible import Shown
from runbook_lib.push.chat import Chatting
from runbook_lib.push.notes import Noting
from runbook_lib.push.train import Tags
from runbook_lib.push.week import Week
from runbook_lib.services.grafana.watched import GrafanaReport
from runbook_lib.services.sentry.report import SentryReport
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.step import look

NOT_WATCHED = "not watched: the profile names none"
JUDGED = "monitoring"
LONGEST = timedelta(days=3)
"""What is seen later than that after a push is not of it."""

Report = SentryReport | GrafanaReport | Planned | str


@frozen
class ToJudge(Shown):
    """What a person has to judge of a push, a line each; no line where all is quiet.

    Its digest stands for where something was found and how bad it is, not for the numbers: they
    are others at each look.
    """

    watched: str
    found: tuple[Finding, ...]

    @property
    def digest(self) -> str:
        """What an approval is bound to."""
        names = sorted(f"{each.level}: {each.where}" for each in self.found)
        return digest("\n".join([self.watched, *names])) if names else ""

    def __str__(self) -> str:
        return "\n".join([self.watched, *(each.said for each in self.found)]) if self.found else ""


class Watching(Noting, Chatting):
    """The watch over a push, in one window for all who look."""

    def watch_errors(self, week: Week, tags: Tags) -> SentryReport | Planned | str:
        """New and regressed errors since the push began, against the days before it."""
        settings = self.push.sentry
        if settings is None:
            return NOT_WATCHED
        pushed = self.pushed(week, tags)
        if isinstance(pushed, Planned):
            return pushed.watch_errors()
        projects = settings.projects or tuple(one.name for one in tags)
        running = {one.name: one.tag for one in tags}
        return self.open(settings).watch(
            pushed.began,
            self.until(pushed.began),
            {name: running.get(name, "") for name in projects},
            commits={one.name: one.commit for one in tags},
            ended_at=pushed.ended,
            environment=settings.environment,
            days=settings.days,
        )

    def watch_graphs(self, week: Week, tags: Tags) -> GrafanaReport | Planned | str:
        """The dashboards' panels since the push began, against the same hours of earlier weeks."""
        settings = self.push.grafana
        if settings is None:
            return NOT_WATCHED
        pushed = self.pushed(week, tags)
        if isinstance(pushed, Planned):
            return pushed.watch_graphs()
        return self.open(settings).watch(
            pushed.began,
            self.until(pushed.began),
            dashboards=settings.dashboards,
            ended_at=pushed.ended,
            weeks=settings.weeks,
            zone=self.push.time_zone,
            tag=", ".join(sorted({one.tag for one in tags})),
            directions=settings.directions,
        )

    def to_judge(self, *reports: Report) -> ToJudge | Planned:
        """What a person has to judge: the worst that this run has found of each thing it watches.

        What was found at an earlier look stays as it was said then. Empty where all is quiet.
        """
        planned = [report for report in reports if isinstance(report, Planned)]
        if planned:
            return planned[0]
        looks = [each for each in reports if isinstance(each, SentryReport | GrafanaReport)]
        watched = "; ".join(each.watched for each in looks)
        earlier = self.judged(watched)
        now = [finding for each in looks for finding in each.findings]
        found = add_findings(earlier, now)
        if found != earlier and not self.runner.plan:
            said = [asdict(each) for each in found]
            self.journal.append("decided", what=JUDGED, watched=watched, found=said)
        return ToJudge(watched, found)

    def judged(self, watched: str) -> tuple[Finding, ...]:
        """What this run has found before, in the same window."""
        self.journal.refresh()
        event = self.journal.find("decided", what=JUDGED, watched=watched)
        return tuple(Finding(**each) for each in event.said["found"]) if event else ()

    def pushed(self, week: Week, tags: Tags) -> PushTimes | Planned:
        """When these tags came to production: as was seen, or as the notes say.

        Where these disagree, that is said. A plan may come before there is anything to know.
        Raises `Refused` where nothing says when the push began.
        """
        stats = self.parsed(self.notes_of(week.date).read_text()).stats
        written = WrittenTimes(stats.start, stats.end, week.date, self.push.zone)
        found = find_times(self.seen(tags), written)
        if found is None and not stats.start and self.runner.plan:
            return Planned("write start", self.runner)
        if found is None:
            raise Refused(
                "expected a message of these tags' deployment to production, or the start of the "
                f"push in its notes, as 09:32 or 2026-03-12 16:32 UTC, found {stats.start!r} "
                "there; write it, then run this again"
            )
        for line in found.doubts:
            say(f"Look at the times: {line}.")
        return found

    def seen(self, tags: Tags) -> SeenTimes:
        """What the rooms tell of these tags' way to production."""
        asked = self.find_request(tags)
        return SeenTimes(asked.at if asked else None, self.deployed_times(tags, "production"))

    @look
    def find_request(self, tags: Tags) -> Announcement | None:
        """Our request to operations to push these tags, if there is one."""
        return self.rooms[0].find_own(self.request_handle(tags)) if self.rooms else None

    def request_handle(self, tags: Tags) -> str:
        """What marks our request to operations for these tags."""
        return f"{self.name} production {', '.join(one.tag for one in tags)}"

    def until(self, began: datetime) -> datetime:
        """Until when there is something to watch: now, and at most three days after the push."""
        now = self.now()
        if now <= began:
            raise UsageError(
                f"expected a push that has begun, found that it begins {began:%Y-%m-%d %H:%M %Z}; "
                "run this again then"
            )
        return min(now, began + LONGEST)
