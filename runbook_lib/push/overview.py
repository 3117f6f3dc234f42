"""The week at a glance: what is done, waiting and next; whose turn it is; where things are."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from runbook_lib.archive.places import open_archive
from runbook_lib.archive.sessions import KeptSession, Place
from runbook_lib.display.output import told_too
from runbook_lib.display.table import Table
from runbook_lib.errors import RunbookError
from runbook_lib.journal.session import PRIVATE, Home
from runbook_lib.profile import SANDBOX
from runbook_lib.push.blockers import Blockers
from runbook_lib.push.decision import Deciding
from runbook_lib.push.notes import Noting
from runbook_lib.push.repositories import Environment, PushedRepository
from runbook_lib.push.week import Week
from runbook_lib.push.week_diagram import Part, WeekTable, week_diagram
from runbook_lib.reading.finding import local_runs
from runbook_lib.reading.lock_holders import read_holders
from runbook_lib.reading.open_runs import is_close, look_at
from runbook_lib.reading.opened import OpenRun

ORDER = (
    "security_fixes",
    "tag_push",
    "extract_locales",
    "cherry_pick",
    "live_push",
    "close_push",
)
"""The runbooks of a week; cherry-picks are made as they are needed."""
AS_NEEDED = ("cherry_pick", "security_fixes")
TURNS = 6
"""How many of the next pushes are shown with whose turn it is."""


class Overview(Noting, Deciding):
    """What shows the week."""

    def show_turns(self, week: Week) -> Table:
        """Whose turn it is in the coming weeks, and what the calendar has against the rotation."""
        turns = self.rotation(week.date).turns(week.date, TURNS)
        rows = tuple((str(turn.day), turn.person or "nobody", str(turn)) for turn in turns)
        return told_too(Table("The next pushes", ("push", "hero", "said by"), rows))

    def show_week(self, week: Week) -> WeekTable:
        """Each runbook of the week: done, waiting, next or to come, and how to run it."""
        said = [(runbook, *self.standing(runbook, week)) for runbook in self.runbooks()]
        parts = [Part(*one) for one in with_next(said)]
        name = self.setting.name
        given = f"-p push_date={week.date}{'' if name == SANDBOX else f' --profile {name}'}"
        rows = tuple(
            (one.runbook, one.state, one.note, f"runbook run {one.runbook} {given}")
            for one in parts
        )
        table = Table(f"The push of {week.date}", ("runbook", "state", "", "to run it"), rows)
        tagging = week.calendar.tagging(week.date).date()
        diagram = week_diagram(parts, tagging=tagging, push=week.date, today=self.today())
        return told_too(WeekTable(table, diagram))

    def runbooks(self) -> list[str]:
        """The runbooks of a week for which the profile has something to do, in their order."""
        idle = {
            "security_fixes": self.push.security is None,
            "extract_locales": not any(one.locales for one in self.push.repositories),
        }
        return [runbook for runbook in ORDER if not idle.get(runbook)]

    def standing(self, runbook: str, week: Week) -> tuple[str, str]:
        """How a runbook stands for a push: its state, and a word on it.

        Of what is private, nobody is told more than whether it is done.
        """
        private = runbook == "security_fixes"
        place = self.place(PRIVATE if private else "")
        prefix = f"{runbook}/{self.team.project}/"
        names = [name for name in run_names(place, prefix) if week.date.isoformat() in name]
        found = [self.run_stands(place, name) for name in names]
        if not found:
            return "", ""
        state, note = max(found, key=lambda one: one[0] != "done")
        return state, "" if private else note

    def run_stands(self, place: Place, run: str) -> tuple[str, str]:
        """How one run stands."""
        sessions = place.sessions_of(run)
        closed = [one for one in sessions if not one.problem and is_close(one)]
        if closed:
            return "done", done_by(closed[-1])
        found = look_at(place, run, read_holders(place).get(run))
        return ("", "") if found is None else (found.state, waits_for(found))

    def place(self, part: str) -> Place:
        """Where the runs of this profile are, or its private ones."""
        home = Home(self.setting.home.base, part)
        return Place(home, open_archive(home))

    def show_places(self, week: Week) -> Table:
        """Where things are: the notes, the dashboards, and what stage and production run."""
        looks = [*self.places(week), *self.deployments()]
        with ThreadPoolExecutor(max_workers=8) as pool:
            found = pool.map(lambda look: told(look[1]), looks)
        rows = tuple((name, *said) for (name, _), said in zip(looks, found, strict=True))
        return told_too(Table("Where things are", ("what", "found", "link"), rows))

    def show_blockers(self, blockers: Blockers) -> Blockers:
        """The bugs that block the push."""
        return told_too(blockers, blockers.text)

    def places(self, week: Week) -> Iterator[tuple[str, Callable[[], tuple[str, str]]]]:
        """The notes and the dashboards, each with a look at it."""
        yield f"notes of {week.date}", lambda: self.find_document(week)
        sentry, grafana = self.push.sentry, self.push.grafana
        if sentry:
            link = f"{sentry.url}/organizations/{sentry.organization}/issues/"
            yield "Sentry", partial(found_at, link, sentry.organization)
        if grafana:
            for uid in grafana.dashboards:
                yield f"Grafana {uid}", partial(found_at, f"{grafana.url}/d/{uid}")

    def deployments(self) -> Iterator[tuple[str, Callable[[], tuple[str, str]]]]:
        """What each repository's service runs, in each environment."""
        for one in self.repositories:
            yield f"{one.name} on stage", partial(version_of, one, "stage")
            yield f"{one.name} in production", partial(version_of, one, "production")


def run_names(place: Place, prefix: str) -> list[str]:
    """The names of a place's runs that begin so, on this machine or in its archive."""
    entries = [entry.run for entry in place.archive.entries(text=prefix)]
    names = {*local_runs(place), *entries, *place.archive.open_runs(prefix)}
    return sorted(name for name in names if name.startswith(prefix))


def with_next(said: list[tuple[str, str, str]]) -> Iterator[tuple[str, str, str]]:
    """The runbooks with their states: the first that has none is next, others are to come."""
    due = True
    for runbook, state, note in said:
        if state:
            yield runbook, state, note
            due = due and (state == "done" or runbook in AS_NEEDED)
        elif runbook == "cherry_pick":
            yield runbook, "as needed", note
        else:
            yield runbook, "next" if due else "to come", note
            due = False


def done_by(session: KeptSession) -> str:
    """Who came to the end of a runbook, and when."""
    summary = session.summary
    return f"by {summary.operator}, {summary.ended[:16].replace('T', ' ')} UTC"


def waits_for(found: OpenRun) -> str:
    """What an open run waits for, and whose it is."""
    waiting = found.waiting or {}
    what = str(waiting.get("title") or waiting.get("detail") or "").partition("\n")[0]
    return f"{found.operator}: {what}" if what else found.operator


def found_at(link: str, what: str = "") -> tuple[str, str]:
    """Something that is at a link, and needs no look."""
    return what, link


def version_of(repository: PushedRepository, environment: Environment) -> tuple[str, str]:
    """What an environment says that it runs of a repository."""
    found = repository.deployed(environment).read_version()
    return f"{found.version} at {found.commit:.9}", found.link


def told(look: Callable[[], tuple[str, str]]) -> tuple[str, str]:
    """What a look finds, or why it finds nothing: the other rows are still worth reading."""
    try:
        return look()
    except RunbookError as error:
        return f"? {str(error).partition(chr(10))[0]}", ""
