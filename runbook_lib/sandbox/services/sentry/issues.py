"""Issues and their events, as the sandbox's Sentry keeps them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services import dockerflow
from runbook_lib.sandbox.services.sentry.search import Search
from runbook_lib.sandbox.world.world import World

PROJECTS = ("server", "frontend", "code-manager")
"""Their numbers are their places, from 1 on."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS sentry_issue (
    id INTEGER PRIMARY KEY, project TEXT NOT NULL, title TEXT NOT NULL, level TEXT NOT NULL,
    status TEXT NOT NULL, substatus TEXT NOT NULL, first_release TEXT NOT NULL,
    regressed_at TEXT NOT NULL, deployment INTEGER UNIQUE);
CREATE TABLE IF NOT EXISTS sentry_event (
    issue INTEGER NOT NULL REFERENCES sentry_issue, at TEXT NOT NULL, environment TEXT NOT NULL,
    person TEXT NOT NULL);
"""


@frozen
class Event:
    """One occurrence of an issue."""

    at: datetime
    environment: str
    person: str


@frozen
class Issue:
    """An issue with those of its events that happened so far where one asks, oldest first."""

    id: int
    project: str
    title: str
    level: str
    status: str
    substatus: str
    first_release: str
    regressed_at: datetime | None
    events: tuple[Event, ...]


@frozen
class Asked:
    """Which projects, environments (none: all) and time a request is about."""

    projects: tuple[str, ...]
    environments: tuple[str, ...]
    start: datetime | None
    end: datetime

    def within(self, issue: Issue) -> tuple[Event, ...]:
        """An issue's events in that time."""
        start = self.start or self.end - timedelta(days=14)
        return tuple(event for event in issue.events if start <= event.at < self.after)

    @property
    def after(self) -> datetime:
        """The first moment that is not asked about: Sentry reckons in whole seconds."""
        return self.end + timedelta(seconds=1)


def plant_issue(
    world: World,
    project: str,
    title: str,
    *,
    at: datetime | None = None,
    events: int = 1,
    users: int = 1,
    every: float = 0,
    level: str = "error",
    environment: str = "production",
    release: str = "",
    regressed: bool = False,
    deployment: int | None = None,
) -> int:
    """Let an issue happen from `at` (now by default) on, one event `every` so many seconds.

    `regressed`, it has happened some weeks ago, was resolved, and is back. Returns its number.
    """
    world.add_tables(SCHEMA)
    start = at or world.now()
    status, back = ("regressed", start.isoformat()) if regressed else ("new", "")
    with world.transaction() as database:
        number = database.execute(
            "INSERT OR IGNORE INTO sentry_issue (project, title, level, status, substatus,"
            " first_release, regressed_at, deployment) VALUES (?, ?, ?, 'unresolved', ?, ?, ?, ?)",
            (project, title, level, status, release, back, deployment),
        ).lastrowid
        assert number is not None, "a row was inserted"
        old = [start - timedelta(days=20 - i) for i in range(3)] if regressed else []
        new = [start + timedelta(seconds=i * every) for i in range(events)]
        for i, moment in enumerate([*old, *new]):
            database.execute(
                "INSERT INTO sentry_event VALUES (?, ?, ?, ?)",
                (
                    number,
                    moment.astimezone(UTC).isoformat(),
                    environment,
                    f"user {i % max(1, users)}",
                ),
            )
    return number


def follow_incident(world: World) -> None:
    """Plant what follows upon the server's newest push to production, where an incident is on."""
    if world.setting("incident") != "errors":
        return
    pushes = [each for each in dockerflow.list_deployments(world) if is_push(each)]
    with world.transaction() as database:
        known = {row[0] for row in database.execute("SELECT deployment FROM sentry_issue")}
        if not pushes or pushes[0]["id"] in known:
            return
        plant_issue(
            world,
            PROJECTS[0],
            'OperationalError: no such column: "addons"."promoted"',
            at=datetime.fromisoformat(str(pushes[0]["at"])) + timedelta(minutes=1),
            events=400,
            users=60,
            every=20,
            release=str(pushes[0]["version"]),
            deployment=int(str(pushes[0]["id"])),
        )


def is_push(deployment: dict[str, object]) -> bool:
    """Whether a deployment is one of the server's to production."""
    return (deployment["environment"], deployment["project"]) == ("production", PROJECTS[0])


def list_issues(world: World, asked: Asked) -> list[Issue]:
    """The issues of some projects that have happened so far, in some environments."""
    with world.transaction() as database:
        rows = database.execute("SELECT * FROM sentry_issue ORDER BY id DESC").fetchall()
        events = database.execute("SELECT * FROM sentry_event ORDER BY at").fetchall()
    now = world.now()
    known: dict[int, list[Event]] = {row["id"]: [] for row in rows}
    for event in events:
        at = datetime.fromisoformat(event["at"])
        if at <= now and event["environment"] in (asked.environments or (event["environment"],)):
            known[event["issue"]].append(Event(at, event["environment"], event["person"]))
    return [
        Issue(
            row["id"],
            row["project"],
            row["title"],
            row["level"],
            row["status"],
            row["substatus"],
            row["first_release"],
            datetime.fromisoformat(row["regressed_at"]) if row["regressed_at"] else None,
            tuple(known[row["id"]]),
        )
        for row in rows
        if row["project"] in asked.projects and known[row["id"]]
    ]


def search_issues(world: World, asked: Asked, search: Search, *, sort: str = "new") -> list[Issue]:
    """The issues with events in some time that meet a search: the newest first, or most events."""
    found = [issue for issue in list_issues(world, asked) if asked.within(issue)]
    found = [each for each in found if meets(each, search)]
    if sort == "freq":
        return sorted(found, key=lambda issue: -len(asked.within(issue)))
    return newest_first(found)


def known_environments(world: World) -> list[str]:
    """The environments that events came from, or that deployments go to."""
    with world.transaction() as database:
        rows = database.execute("SELECT DISTINCT environment FROM sentry_event").fetchall()
    return sorted({"production", "stage", *(row["environment"] for row in rows)})


def known_releases(world: World, projects: Sequence[str]) -> list[str]:
    """What was deployed of some projects, or had an issue first, the newest first."""
    with world.transaction() as database:
        rows = database.execute(
            "SELECT project, first_release FROM sentry_issue WHERE first_release != ''"
            " ORDER BY id DESC"
        ).fetchall()
    first = [(row["project"], row["first_release"]) for row in rows]
    deployed = [
        (str(each["project"]), str(each["version"])) for each in dockerflow.list_deployments(world)
    ]
    found = [name for project, name in (*first, *deployed) if project in projects]
    return list(dict.fromkeys(found))


def newest_first(issues: Sequence[Issue]) -> list[Issue]:
    """The issues by when they were first seen."""
    return sorted(issues, key=lambda issue: issue.events[0].at, reverse=True)


def meets(issue: Issue, search: Search) -> bool:
    """Whether an issue meets a search."""
    first = issue.events[0].at
    return (
        all(state in (issue.status, issue.substatus) for state in search.states)
        and all(compare(first, when) for compare, when in search.first_seen)
        and (not search.first_releases or issue.first_release in search.first_releases)
    )


def find_issue(world: World, number: int, asked: Asked) -> Issue | None:
    """The issue of that number, or None."""
    every = replace(asked, projects=PROJECTS)
    return next((each for each in list_issues(world, every) if each.id == number), None)
