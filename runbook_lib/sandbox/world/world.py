"""The sandbox's world: a folder with bare git repositories, one SQLite database, and keys.

world/
  git/{owner}/{name}.git    bare repositories
  world.sqlite              accounts, people, what happened; each service adds tables of its own
  keys/                     signing keys, made by the world for itself
"""

import json
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Self

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.world.clock import Clock

SCHEMA = """
CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS account (
    id INTEGER PRIMARY KEY, login TEXT UNIQUE NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
    token TEXT UNIQUE NOT NULL, permission TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS granted (
    token TEXT PRIMARY KEY, account INTEGER NOT NULL, kind TEXT NOT NULL,
    permissions TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS person (role TEXT PRIMARY KEY, mode TEXT NOT NULL, delay REAL NOT NULL);
CREATE TABLE IF NOT EXISTS happening (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, kind TEXT NOT NULL,
    what TEXT NOT NULL, link TEXT NOT NULL, data TEXT NOT NULL);
"""

Permission = Literal["admin", "write", "read", "none"]
Mode = Literal["on", "off", "slow", "no"]

ACCOUNTS: tuple[tuple[str, str, Permission], ...] = (
    ("operator", "Olive Operator", "admin"),
    ("reviewer", "Rowan Reviewer", "write"),
    ("ci", "Cilla Integration", "write"),
    ("ops", "Opal Operations", "read"),
    ("qa", "Quinn Quality", "read"),
    ("reader", "Remy Reader", "read"),
    ("stranger", "Sasha Stranger", "none"),
    ("approver", "Avery Approver", "read"),
    ("willow", "Willow Wader", "write"),
    ("edith", "Edith Egret", "write"),
    ("matteo", "Matteo Murre", "write"),
)
"""Everybody in the sandbox: login, name, and what they may do to its repositories."""

TOKEN_PREFIX = "sandbox_"
"""What every token of the sandbox begins with."""

ROLES = ("reviewer", "ci", "ops", "qa", "approver")
"""The people who act by themselves; the approver answers gates."""


@frozen
class Account:
    """Somebody with a token, known to all of the sandbox's services by it."""

    id: int
    login: str
    name: str
    email: str
    token: str
    permission: Permission


@frozen
class Person:
    """How one of the acting people behaves: `delay` is the pause in seconds before they act."""

    role: str
    mode: Mode
    delay: float


@frozen
class Happening:
    """Something that somebody did: `kind` and `data` for other people to act on, `what` to read."""

    id: int
    at: datetime
    who: str
    kind: str
    what: str
    link: str
    data: dict[str, Any]


class World:
    """One world, opened or made; safe to use from many threads. A `with` block closes it."""

    def __init__(self, folder: Path, *, clock: datetime | None = None) -> None:
        """Open the world in `folder`, or make one; a new one's time stands still at `clock`."""
        self.folder = folder
        self.page_key = secrets.token_hex(12)
        """Lets in to the page, for reading, while this process serves it: it may be in a record."""
        self.keys = folder / "keys"
        self.keys.mkdir(parents=True, exist_ok=True)
        self.lock = threading.RLock()
        self.changed = threading.Condition()
        self.wakes = 0
        self.connection = sqlite3.connect(folder / "world.sqlite", check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA foreign_keys = ON")
        self.add_tables(SCHEMA)
        if self.setting("made") is None:
            self.furnish(clock)

    def __enter__(self) -> Self:
        """The world itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the world's database."""
        self.close()

    def close(self) -> None:
        """Close the world's database; nothing of it can be asked any more."""
        with self.lock:
            self.connection.close()

    def furnish(self, clock: datetime | None) -> None:
        """Put the first accounts and people into a new world."""
        self.set_setting("made", datetime.now(UTC).isoformat())
        if clock is not None:
            self.set_setting("clock", Clock(clock).written())
        with self.transaction() as database:
            self.add_accounts()
            for role in ROLES:
                database.execute("INSERT INTO person VALUES (?, 'on', 0.3)", (role,))

    def add_accounts(self) -> None:
        """Give everybody an account who has none: a world may be older than some of them."""
        with self.transaction() as database:
            for login, name, permission in ACCOUNTS:
                email, token = f"{login}@sandbox.example", f"{TOKEN_PREFIX}{secrets.token_hex(20)}"
                database.execute(
                    "INSERT OR IGNORE INTO account (login, name, email, token, permission)"
                    " VALUES (?, ?, ?, ?, ?)",
                    (login, name, email, token, permission),
                )

    def add_tables(self, schema: str) -> None:
        """Make a service's tables where they are not there yet."""
        with self.lock:
            self.connection.executescript(schema)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The database, to one thread at a time: committed at the end, rolled back by an exception.

        May be nested in one thread; the outermost one commits.
        """
        with self.lock:
            outermost = not self.connection.in_transaction
            if outermost:
                self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
            except BaseException:
                if outermost:
                    self.connection.rollback()
                raise
            if outermost:
                self.connection.commit()

    def setting(self, name: str) -> str | None:
        """One setting of the world, or None."""
        with self.transaction() as database:
            row = database.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set_setting(self, name: str, value: str) -> None:
        """Set one setting of the world."""
        with self.transaction() as database:
            database.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    @property
    def clock(self) -> Clock | None:
        """The world's own clock; None where its time is the machine's."""
        said = self.setting("clock")
        return Clock.read(said) if said else None

    def now(self) -> datetime:
        """The world's time, in UTC, whole seconds."""
        clock = self.clock
        return clock.now(time.time()) if clock else datetime.now(UTC).replace(microsecond=0)

    def move_clock(self, to: datetime) -> datetime:
        """Set the world's own clock forward, never back; the time then is.

        An earlier moment changes nothing, nor does any where the time is the machine's.
        """
        return self.change_clock(lambda clock, machine: clock.forward(to, machine))

    def pass_time(self, to: datetime) -> datetime:
        """Set the clock forward where it stands still, as people's work takes its time."""
        return self.change_clock(
            lambda clock, machine: clock.forward(to, machine) if clock.stands_still else clock
        )

    def run_clock(self, pace: float) -> datetime:
        """Let the world's own clock run at a pace from now on, or stand still at 0."""
        return self.change_clock(lambda clock, machine: clock.at_pace(pace, machine))

    def change_clock(self, change: Callable[[Clock, float], Clock]) -> datetime:
        """Change the world's own clock, where it has one; the time then is."""
        with self.transaction():
            clock = self.clock
            if clock is not None:
                self.set_setting("clock", change(clock, time.time()).written())
            now = self.now()
        self.wake()
        return now

    def account(self, login: str) -> Account | None:
        """The account of that name, or None."""
        return self.find_account("SELECT * FROM account WHERE login = ?", login)

    def account_by_token(self, token: str) -> Account | None:
        """The account that a token belongs to, or None; one that was granted is somebody's, too."""
        query = (
            "SELECT * FROM account WHERE token = ?1 OR id ="
            " (SELECT account FROM granted WHERE token = ?1)"
        )
        return self.find_account(query, token)

    def find_account(self, query: str, value: str) -> Account | None:
        """The one account that a query finds, or None."""
        with self.transaction() as database:
            row = database.execute(query, (value,)).fetchone()
        return None if row is None else Account(**dict(row))

    def git_folder(self, full_name: str) -> Path:
        """Where the bare repository `owner/name` is, or would be."""
        return self.folder / "git" / f"{full_name}.git"

    def people(self) -> dict[str, Person]:
        """How everybody behaves, by their role."""
        with self.transaction() as database:
            rows = database.execute("SELECT * FROM person").fetchall()
        return {row["role"]: Person(**dict(row)) for row in rows}

    def set_person(self, person: Person) -> None:
        """Change how one of the people behaves."""
        with self.transaction() as database:
            database.execute(
                "UPDATE person SET mode = ?, delay = ? WHERE role = ?",
                (person.mode, person.delay, person.role),
            )
        self.wake()

    def tell(self, who: str, kind: str, what: str, *, link: str = "", **data: Any) -> None:
        """Note something that somebody did, for the page, and for the people who act on it."""
        with self.transaction() as database:
            database.execute(
                "INSERT INTO happening (at, who, kind, what, link, data) VALUES (?, ?, ?, ?, ?, ?)",
                (self.now().isoformat(), who, kind, what, link, json.dumps(data)),
            )
        self.wake()

    def happenings(self, after: int = 0) -> list[Happening]:
        """What happened after the happening of that number, oldest first."""
        with self.transaction() as database:
            rows = database.execute(
                "SELECT * FROM happening WHERE id > ? ORDER BY id", (after,)
            ).fetchall()
        return [
            Happening(
                row["id"],
                datetime.fromisoformat(row["at"]),
                row["who"],
                row["kind"],
                row["what"],
                row["link"],
                json.loads(row["data"]),
            )
            for row in rows
        ]

    def wake(self) -> None:
        """Wake whoever waits for something to happen."""
        with self.changed:
            self.wakes += 1
            self.changed.notify_all()

    def wait(self, seconds: float, *, seen: int) -> None:
        """Sleep until something happens, at most that long.

        `seen` is `wakes` as it was before the caller last looked, so that nothing is missed.
        """
        with self.changed:
            self.changed.wait_for(lambda: self.wakes != seen, seconds)
