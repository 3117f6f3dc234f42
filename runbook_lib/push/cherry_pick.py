"""Picks commits into a new tag."""

from datetime import date

from runbook_lib.errors import Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.journal.journal import digest
from runbook_lib.journal.session import PastRun
from runbook_lib.policy.push.picking import open_wishes, read_wishes
from runbook_lib.push.decision import Deciding
from runbook_lib.push.notes import Noting
from runbook_lib.push.picking import CherryPicking
from runbook_lib.push.picks import Picked, Picks
from runbook_lib.push.tagged_repository import Tagged, Tags
from runbook_lib.push.tags import Tagging
from runbook_lib.push.week import Week
from runbook_lib.steps.attempt import Planned
from runbook_lib.steps.step import check

SHORT = 12
"""How many characters of a digest tell one request from another."""


@frozen
class DecidedPicks:
    """What a run of cherry-picks pins: the push, and what was asked for."""

    date: str
    repository: str
    asked: str


class Picking(Noting, Tagging, Deciding):
    """Cherry-picks for one repository."""

    decided_picks: DecidedPicks
    """What this run was asked to pick, once it is decided; a plan keeps it here alone."""

    @check
    def decide_picking(self, push_date: str = "", *, repository: str, commits: str = "") -> Week:
        """The push into which commits of a repository are picked.

        Without commits these are the unpicked ones of the notes; a run that is not finished goes
        on with what it began with, and where nothing is left to pick, the last run is shown again.
        """
        day, there = self.coming(push_date), self.repository(repository)
        week = self.week_of(day)
        self.check_pickable(week, there.name, commits)
        begun = f"{there.name}-{day}-"
        past = [run for run in self.past_runs() if run.subject.startswith(begun)]
        asked = " ".join(commits.split())
        pinned = None if asked else going_on(past)
        if not asked and pinned is None:
            asked = self.unpicked(week, there.name)
            pinned = None if asked else finished(past)
        if not asked and pinned is None:
            raise Refused(
                f"expected commits to pick, found none that the notes of {day} list for "
                f"{there.name} and that is not struck through; name commits, or list them there"
            )
        decided = pinned or DecidedPicks(day.isoformat(), there.name, asked)
        self.decided_picks = self.join(f"{begun}{digest(decided.asked)[:SHORT]}", decided)
        self.named_by(push_date=day.isoformat())
        self.say_who_stands_in(week)
        return week

    def check_pickable(self, week: Week, name: str, commits: str) -> None:
        """Refuse a repository that the week leaves out, and what nobody has named for a past push.

        What the notes of a past push still list was not picked, and is not to go out by mistake.
        """
        if name in week.without:
            raise UsageError(
                f"expected a repository of the push of {week.date}, found {name}, which it is "
                "without (push.weeks); take it out of that, or name another"
            )
        if self.is_past(week) and not commits.strip():
            raise Refused(
                f"expected a push that is to come, found that of {week.date:%A} {week.date}, which "
                f"is past: name the commits (-p push_date={week.date} -p repository={name} -p "
                "commits=…), or leave push_date empty for the next"
            )

    def unpicked(self, week: Week, repository: str) -> str:
        """What the notes ask to be picked and is not yet."""
        place = self.repository(repository).settings.github
        document = self.notes_of(week.date).store.read()
        picks = self.parsed(document.text).picks if document else ()
        return " ".join(pick.url or pick.commit for pick in open_wishes(picks, repository=place))

    def picking(self, name: str) -> CherryPicking:
        """The run's own clone of a repository, to pick in; its week may name where from."""
        repository = self.repository(name)
        base = self.week_of(date.fromisoformat(self.decided_picks.date)).base_of(name)
        return CherryPicking(
            self.tagged_repository(repository, base=base),
            self.folder / "picking" / repository.name,
            repository.settings.migrations,
        )

    def find_picks(self, week: Week, *, repository: str, tag: str = "") -> Picks:
        """Look at what was asked for, in the order of the branch; nothing is made.

        `tag` is what is begun from: by default the newest tag of the push. Raises `Conflict` where
        the tag that this run has made is somewhere else by now.
        """
        there = self.repository(repository)
        wishes = read_wishes(self.decided_picks.asked, repository=there.settings.github)
        picking = self.picking(there.name)
        found = picking.find_picks(week.date, wishes, there.github.find_merged_pull, tag)
        known = picking.repository.tags().items()
        mine = (picking.repository.tagged(tag, commit, "") for tag, commit in known)
        self.as_found_first(Tags(tuple(filter(self.was_found, mine))))
        return found

    def push_picked(self, picked: Picked) -> Tagged:
        """Push the new tag; `Conflict` where it is, or has been moved to, another commit."""
        tagged = self.picking(self.decided_picks.repository).push(picked)
        if not isinstance(tagged, Planned):
            self.as_found_first(Tags((tagged,)))
        return tagged


def going_on(past: list[PastRun]) -> DecidedPicks | None:
    """What the newest run that is not finished has begun with."""
    return finished([run for run in past if not run.closed])


def finished(past: list[PastRun]) -> DecidedPicks | None:
    """What the newest run was about, whatever came of it."""
    return next((found for run in past if (found := run.decision(DecidedPicks))), None)
