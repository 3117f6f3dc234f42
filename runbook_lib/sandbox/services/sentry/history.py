"""What Sentry has seen before anybody looks: intermittent errors, and a new one now and then."""

import random
from datetime import datetime, timedelta
from sqlite3 import Row

from runbook_lib.sandbox.services.sentry.issues import plant_issue
from runbook_lib.sandbox.world.world import World

DAYS = 20
USERS = 9
INTERMITTENT = (
    ("server", "ConnectionError: Error 111 connecting to cache:6379"),
    ("server", "RequestError: search took longer than 10s"),
    ("frontend", "ChunkLoadError: Loading chunk 4 failed"),
    ("code-manager", "TypeError: Failed to fetch"),
)
PASSING = (
    ("server", "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff"),
    ("frontend", "RangeError: invalid date"),
)


def furnish(world: World) -> None:
    """Put some weeks of errors into a new world; the last of them a day ago."""
    with world.transaction() as database:
        if database.execute("SELECT 1 FROM sentry_issue").fetchone():
            return
        now, chance = world.now(), random.Random("pelican")
        for project, title in INTERMITTENT:
            start = now - timedelta(days=DAYS, minutes=chance.randrange(600))
            every = timedelta(hours=chance.randrange(5, 9)).total_seconds()
            plant_issue(world, project, title, at=start, events=150, users=USERS, every=every)
        for back, (project, title) in enumerate(PASSING, start=2):
            start = now - timedelta(days=2 * back, minutes=-30)
            plant_issue(world, project, title, at=start, events=3, users=2, every=600)
        database.execute("UPDATE sentry_issue SET substatus = 'ongoing'")


def go_on(world: World) -> None:
    """Let the intermittent errors happen as ever until now, however long the world lives."""
    query = """
        SELECT issue, max(at) AS last, count(*) AS n,
            (julianday(max(at)) - julianday(min(at))) / (count(*) - 1) AS every
        FROM sentry_event JOIN sentry_issue ON sentry_issue.id = issue
        WHERE title = ? GROUP BY issue HAVING max(at) < ? AND count(*) > 1
    """
    now = world.now()
    for _, title in INTERMITTENT:
        with world.transaction() as database:
            for row in database.execute(query, (title, now.isoformat())).fetchall():
                add_events(world, row, now)


def add_events(world: World, row: Row, until: datetime) -> None:
    """The events of an issue that have followed since its last one."""
    last, every = datetime.fromisoformat(row["last"]), timedelta(days=row["every"])
    with world.transaction() as database:
        for i in range(1, (until - last) // every + 1):
            at = (last + i * every).replace(microsecond=0)
            person = f"user {(row['n'] + i - 1) % USERS}"
            values = (row["issue"], at.isoformat(), "production", person)
            database.execute("INSERT INTO sentry_event VALUES (?, ?, ?, ?)", values)
