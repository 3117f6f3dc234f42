"""What Sentry has seen before anybody looks: intermittent errors, and a new one now and then."""

import random
from datetime import timedelta

from runbook_lib.sandbox.services.sentry.issues import plant_issue
from runbook_lib.sandbox.world.world import World

DAYS = 20
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
            plant_issue(world, project, title, at=start, events=150, users=9, every=every)
        for back, (project, title) in enumerate(PASSING, start=2):
            start = now - timedelta(days=2 * back, minutes=-30)
            plant_issue(world, project, title, at=start, events=3, users=2, every=600)
        database.execute("UPDATE sentry_issue SET substatus = 'ongoing'")
