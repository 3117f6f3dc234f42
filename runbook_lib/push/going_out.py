"""Whether a push's tags may go to production: which push it is, on its day, and asked for."""

from concurrent.futures import ThreadPoolExecutor

from runbook_lib.errors import Refused
from runbook_lib.policy.push.calendar import described
from runbook_lib.policy.push.tag_form import TagForm
from runbook_lib.policy.push.tags import is_later, is_newer, read_follow_ups, tags_of
from runbook_lib.push.tag_warnings import ask_for
from runbook_lib.push.tags import Tagging
from runbook_lib.push.train import Tagged, Tags
from runbook_lib.push.week import Week
from runbook_lib.steps.step import check
from runbook_lib.steps.wait import NotYet, wait


class GoingOut(Tagging):
    """What has to be so before operations are asked."""

    @check
    def check_to_come(self, week: Week, tags: Tags, follow_up: str = "") -> str:
        """Check that production may come to these tags; raises `Refused` where it may not.

        That is where a later push is in production; where the push is past and this run has not
        begun it, or production has a tag of the push already, unless the tag is named; and where it
        is past, and this run has come to its end: what people read of it stays.
        """
        form = week.form
        asked = [str(one) for one in read_follow_ups(form, follow_up, week.date)]
        running = self.running(tags)
        left = [one for one in tags if not has_come(form, running[one.name], one.tag)]
        self.refuse_older(left, running)
        if not asked and not left and self.is_past(week) and self.is_closed():
            raise Refused(
                f"expected a push that is to come, found that of {described(week.date)}, which is "
                "past, and that this run has come to its end: its notes stay as they are; for the "
                "next push leave push_date empty"
            )
        late = self.is_past(week) and not self.goes_on()
        unasked = [
            one
            for one in left
            if f"{one.name} {one.tag}" not in asked
            and (late or tags_of(form, week.date, [running[one.name]]))
        ]
        if unasked:
            raise Refused(self.told(week, late, unasked, running))
        names = ", ".join(f"{one.name} {one.tag}" for one in left)
        return f"{names} may go out" if names else "production has all of it"

    def told(self, week: Week, late: bool, unasked: list[Tagged], running: dict[str, str]) -> str:
        """Why these tags do not go out unasked, and how they are asked for."""
        found = (
            f"the push of {described(week.date)}, which is past"
            if late
            else (
                f"that production runs {', '.join(f'{t.name} {running[t.name]}' for t in unasked)}"
            )
        )
        names = (f"{one.name} {one.tag}" for one in unasked)
        return (
            f"expected a push that is to come, found {found}: if a follow-up is to go out, name "
            f"its tags, {ask_for(week.date, *names)}; for the next push leave push_date empty"
        )

    def refuse_older(self, left: list[Tagged], running: dict[str, str]) -> None:
        """Raise `Refused` where production runs a later push: these tags would take it back."""
        back = [
            f"{one.name} {running[one.name]}"
            for one in left
            if is_later(self.push.tag_form, running[one.name], one.tag)
        ]
        if back:
            raise Refused(
                f"expected production to run an earlier push, found {', '.join(back)}, a later "
                "one: nothing is pushed over it; name the push that you mean (push_date)"
            )

    def running(self, tags: Tags) -> dict[str, str]:
        """What production runs of each repository, by name; empty where it says nothing."""
        named = [self.repository(one.name) for one in tags]
        with ThreadPoolExecutor(max_workers=8) as pool:
            found = pool.map(self.in_production, named)
        return {one.name: version for one, version in zip(named, found, strict=True)}

    @wait
    def wait_for_push_day(self, week: Week) -> str:
        """Wait until it is the day of the push, for the team."""
        if self.today() < week.date:
            raise NotYet(
                f"it is {described(self.today())}, and the push is on {described(week.date)}: run "
                "this again then; a push on another day is in the profile (push.extra)"
            )
        return f"it is {described(self.today())}, and the push is on {described(week.date)}"


def has_come(form: TagForm, version: str, tag: str) -> bool:
    """Whether production runs a tag, or one that the push has had since."""
    return version == tag or is_newer(form, version, tag)
