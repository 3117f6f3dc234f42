"""Bugzilla's tables, and what is in them at first."""

from runbook_lib.sandbox.world.world import World

SCHEMA = """
CREATE TABLE IF NOT EXISTS bugzilla_component (
    id INTEGER PRIMARY KEY, product TEXT NOT NULL COLLATE NOCASE,
    name TEXT NOT NULL COLLATE NOCASE, UNIQUE (product, name));
CREATE TABLE IF NOT EXISTS bugzilla_bug (
    id INTEGER PRIMARY KEY, product TEXT NOT NULL, component TEXT NOT NULL, version TEXT NOT NULL,
    summary TEXT NOT NULL, status TEXT NOT NULL, resolution TEXT NOT NULL, whiteboard TEXT NOT NULL,
    creator TEXT NOT NULL, assigned_to TEXT NOT NULL, creation_time TEXT NOT NULL,
    last_change_time TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bugzilla_alias (
    alias TEXT PRIMARY KEY COLLATE NOCASE, bug INTEGER NOT NULL REFERENCES bugzilla_bug (id));
CREATE TABLE IF NOT EXISTS bugzilla_cc (
    bug INTEGER NOT NULL REFERENCES bugzilla_bug (id), email TEXT NOT NULL,
    UNIQUE (bug, email));
CREATE TABLE IF NOT EXISTS bugzilla_comment (
    id INTEGER PRIMARY KEY, bug INTEGER NOT NULL REFERENCES bugzilla_bug (id),
    creator TEXT NOT NULL, time TEXT NOT NULL, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bugzilla_flag (
    id INTEGER PRIMARY KEY AUTOINCREMENT, bug INTEGER NOT NULL REFERENCES bugzilla_bug (id),
    name TEXT NOT NULL, status TEXT NOT NULL, setter TEXT NOT NULL, requestee TEXT,
    creation_date TEXT NOT NULL, modification_date TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bugzilla_history (
    id INTEGER PRIMARY KEY, bug INTEGER NOT NULL REFERENCES bugzilla_bug (id), who TEXT NOT NULL,
    time TEXT NOT NULL, changes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bugzilla_dependency (
    bug INTEGER NOT NULL REFERENCES bugzilla_bug (id),
    depends_on INTEGER NOT NULL REFERENCES bugzilla_bug (id), UNIQUE (bug, depends_on));
"""

COMPONENTS = (
    ("Cloud Services", "General"),
    ("Cloud Services", "Operations: Deployment Requests"),
    ("Cloud Services", "QA: Test Automation"),
    ("Cloud Services", "Server: Sync"),
    ("Cloud Services", "Server: Token"),
    ("Firefox", "General"),
    ("Firefox", "Sync"),
)
"""The products and their components."""

FLAG_TYPES = {"needinfo": 800, "qe-verify": 864}
"""The flags that a bug may carry, with the ids of their types."""


def furnish(world: World) -> None:
    """Make the tables, and put the products into them."""
    world.add_tables(SCHEMA)
    with world.transaction() as database:
        database.executemany(
            "INSERT OR IGNORE INTO bugzilla_component (product, name) VALUES (?, ?)", COMPONENTS
        )
