"""Jobs: what each of the people has still to do, kept in the world.

A person reads what happens from a cursor of their own; what concerns them becomes a job, which
stays until it is done. So nothing is lost when the server ends, and somebody who was away catches
up. `due` is a time in seconds since 1970 by the machine's clock, for the world's may stand still.
"""

import json
from collections.abc import Callable
from typing import Any

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.world.world import Happening, World

SCHEMA = """
CREATE TABLE IF NOT EXISTS cursor (role TEXT PRIMARY KEY, happening INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY, role TEXT NOT NULL, kind TEXT NOT NULL, data TEXT NOT NULL,
    due REAL NOT NULL, looks INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0);
"""


@frozen
class Job:
    """Something that happened, for one of the people to act on.

    `looks` counts how often it was too early to act, `failures` how often the acting went wrong.
    """

    id: int
    role: str
    kind: str
    data: dict[str, Any]
    due: float
    looks: int
    failures: int


def collect(world: World, role: str, *, concerns: Callable[[Happening], bool], due: float) -> None:
    """Make jobs of what happened since the person last looked and concerns them."""
    with world.transaction() as database:
        row = database.execute("SELECT happening FROM cursor WHERE role = ?", (role,)).fetchone()
        news = world.happenings(after=row["happening"] if row else 0)
        for happening in filter(concerns, news):
            database.execute(
                "INSERT INTO job (role, kind, data, due) VALUES (?, ?, ?, ?)",
                (role, happening.kind, json.dumps(happening.data), due),
            )
        if news:
            database.execute("INSERT OR REPLACE INTO cursor VALUES (?, ?)", (role, news[-1].id))


def open_jobs(world: World, role: str) -> list[Job]:
    """What a person has still to do, the earliest first."""
    with world.transaction() as database:
        rows = database.execute(
            "SELECT * FROM job WHERE role = ? ORDER BY due, id", (role,)
        ).fetchall()
    return [Job(**{**dict(row), "data": json.loads(row["data"])}) for row in rows]


def finish(world: World, job: Job) -> None:
    """Strike a job off."""
    with world.transaction() as database:
        database.execute("DELETE FROM job WHERE id = ?", (job.id,))


def put_off(world: World, job: Job, *, due: float, failed: bool) -> None:
    """Leave a job for later."""
    count = "failures" if failed else "looks"
    with world.transaction() as database:
        database.execute(
            f"UPDATE job SET due = ?, {count} = {count} + 1 WHERE id = ?", (due, job.id)
        )


def count_unread(world: World) -> dict[str, int]:
    """How much happened that each person has not looked at yet."""
    query = """
        SELECT person.role, count(happening.id) AS n FROM person
        LEFT JOIN cursor ON cursor.role = person.role
        JOIN happening ON happening.id > coalesce(cursor.happening, 0) GROUP BY person.role
    """
    with world.transaction() as database:
        return {row["role"]: row["n"] for row in database.execute(query).fetchall()}


def count_jobs(world: World) -> dict[str, int]:
    """How much each person has still to do."""
    with world.transaction() as database:
        rows = database.execute("SELECT role, count(*) AS n FROM job GROUP BY role").fetchall()
    return {row["role"]: row["n"] for row in rows}
