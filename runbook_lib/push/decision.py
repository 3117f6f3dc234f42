"""Decides which push a run is about, and finds whose turn it is."""

from datetime import date, timedelta

from runbook_lib.display.output import say
from runbook_lib.errors import Refused, UsageError
from runbook_lib.journal.journal import digest
from runbook_lib.policy.duty import Duty
from runbook_lib.policy.push.calendar import PushCalendar, described
from runbook_lib.policy.push.rotation import Rotation
from runbook_lib.policy.push.tag_form import TagForm
from runbook_lib.push.session import PushSession
from runbook_lib.push.settings import PushSettings
from runbook_lib.push.week import Decided, Week
from runbook_lib.steps.step import check
from runbook_lib.steps.wait import NotYet, wait

AROUND = timedelta(weeks=26)
"""How far before and after a push the team's calendar is read."""
SHORT = 12
"""How many characters of a digest tell one request from another."""


class Deciding(PushSession):
    """Which push it is, and whose turn."""

    @check
    def decide_week(self, push_date: str = "") -> Week:
        """The push of that date, or the next one; this session joins the run about it.

        Raises `UsageError` for a date that is no push day, with the nearest ones.
        """
        return self.joined(self.coming(push_date))

    @check
    def decide_coming_week(self, push_date: str = "") -> Week:
        """The push of that date, or the next one; one that is past is `Refused`."""
        return self.still_to_come(self.joined(self.coming(push_date)))

    @check
    def decide_last_week(self, push_date: str = "") -> Week:
        """The push of that date, or the one that was due last."""
        tomorrow = self.today() + timedelta(days=1)
        return self.joined(self.read_push(push_date) or self.push_calendar.before(tomorrow))

    @check
    def decide_security(self, push_date: str = "", *, branches: str = "") -> Week:
        """The push before which fixes are merged; the run's name tells of no branch.

        Raises `Refused` where that push is past: what is merged now is for the next one.
        """
        if self.push.security is None:
            raise UsageError(
                f"expected where security fixes are reviewed, found nothing in the profile "
                f"{self.setting.name!r}; add [profiles.{self.setting.name}.push.security]"
            )
        day = self.coming(push_date)
        asked = f"-{digest(branches)[:SHORT]}" if branches.strip() else ""
        return self.still_to_come(self.joined(day, f"{day}{asked}"))

    @wait
    def wait_for_tagging_time(self, week: Week) -> str:
        """Wait until the repositories may be tagged."""
        due = week.calendar.tagging(week.date)
        said = f"tags are due since {due:%A %Y-%m-%d %H:%M %Z}"
        if self.now() < due:
            raise NotYet(
                f"it is {self.now().astimezone(due.tzinfo):%A %Y-%m-%d %H:%M}, and tagging begins "
                f"{due:%A %Y-%m-%d %H:%M %Z}: run this again then, or change the profile's "
                "tagging_day and tagging_time"
            )
        return said

    def coming(self, push_date: str) -> date:
        """The push day that is named, or the next one."""
        return self.read_push(push_date) or self.push_calendar.next_from(self.today())

    def read_push(self, text: str) -> date | None:
        """The push day that a text names by its date, or by a tag; None for an empty text."""
        named = self.push.tag_form.find(text.strip())
        if named and named.rank == 0:
            return self.push_named(named.name)
        return self.push_calendar.read(text) if text else None

    def push_named(self, tag: str) -> date:
        """The day of the push that a tag is of; raises `UsageError` where there is none."""
        form, calendar = self.push.tag_form, self.push_calendar
        stands = form.parse(tag).push
        day = calendar.next_from(stands)
        return day if form.push_of(day) == stands else calendar.check(stands)

    def still_to_come(self, week: Week) -> Week:
        """The week, unless it is past; a run that has begun it goes on with it."""
        if self.is_past(week) and not self.goes_on():
            raise Refused(
                f"expected a push that is to come, found that of {described(week.date)}, which is "
                "past: leave push_date empty for the next one"
            )
        return week

    def joined(self, day: date, subject: str = "") -> Week:
        """The week of a push day, after this session has joined the run about it."""
        week = self.week_of(day)
        self.join(subject or day.isoformat(), Decided(day.isoformat()))
        self.named_by(push_date=day.isoformat())
        self.say_who_stands_in(week)
        return week

    def say_who_stands_in(self, week: Week) -> None:
        """Say that it is the turn of another of those who take turns than of who is at work."""
        who, operator = self.team.who, self.journal.operator
        mine = any(who.same(operator, one) for one in self.push.people)
        if mine and not who.same(operator, week.hero):
            say(f"It is the turn of {week.hero}: {operator} stands in.")

    def week_of(self, day: date) -> Week:
        """The push of a day, and whose turn it is."""
        calendar = self.push_calendar
        following = calendar.after(day)
        rotation = self.rotation(day)
        plans = [one for one in self.push.weeks if one.push == day]
        return Week(
            day,
            rotation.turn(day),
            following,
            rotation.turns(following, 1)[0],
            calendar,
            without=tuple(name for plan in plans for name in plan.without),
            bases=tuple(pair for plan in plans for pair in plan.bases.items()),
            form=self.push.tag_form,
        )

    def rotation(self, day: date) -> Rotation:
        """Whose turn it is around a day."""
        return Rotation(self.push.people, self.push_calendar, self.duties(day), self.team.who)

    @property
    def push_calendar(self) -> PushCalendar:
        """When the team pushes."""
        return push_calendar(self.push)

    def duties(self, day: date) -> tuple[Duty, ...]:
        """Who has duty around a day, as the team's calendar has it, where it has one."""
        named = self.push.duty_calendar
        return self.open(named).find_duties(day - AROUND, day + AROUND).duties if named else ()


def push_calendar(push: PushSettings) -> PushCalendar:
    """When a team pushes, as its profile says.

    Raises `UsageError` where a week is named by a day without a push: it would change nothing.
    """
    calendar = PushCalendar(
        day=push.day,
        tagging_day=push.tagging_day,
        tagging_time=push.tagging_time,
        time_zone=push.time_zone,
        interval=push.interval,
        first=push.first,
        skipped=frozenset(push.skipped),
        extra=frozenset(push.extra),
        changes=tuple((one.since, one.interval) for one in push.changes),
    )
    for one in push.weeks:
        calendar.check(one.push)
    for day in (*push.extra, *(one.since for one in push.changes)):
        check_names(calendar, push.tag_form, day)
    return calendar


def check_names(calendar: PushCalendar, form: TagForm, day: date) -> None:
    """Raise `UsageError` where a push would have the tags of one that is near it."""
    around = {*calendar.nearest(day), calendar.after(day)} - {day}
    same = [one for one in sorted(around) if form.push_of(one) == form.push_of(day)]
    if same:
        raise UsageError(
            f"expected each push to have tags of its own, found {form.name(day)} for those of "
            f"{described(day)} and {described(same[0])}; skip one of them (push.skipped), or have "
            "the tags name the day (push.tags.first)"
        )
