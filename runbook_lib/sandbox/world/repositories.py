"""The repositories of a world: bare git repositories, and what GitHub knows of each beside git."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection

from runbook_lib.errors import UsageError
from runbook_lib.frozen import frozen
from runbook_lib.sandbox.world.git_objects import ZEROS, run_git
from runbook_lib.sandbox.world.world import World

TABLE = """
CREATE TABLE IF NOT EXISTS repository (
    id INTEGER PRIMARY KEY, full_name TEXT UNIQUE NOT NULL COLLATE NOCASE,
    private INTEGER NOT NULL, default_branch TEXT NOT NULL, description TEXT NOT NULL)
"""

EARLIER = """
CREATE TABLE IF NOT EXISTS earlier_name (
    full_name TEXT PRIMARY KEY COLLATE NOCASE, repository INTEGER NOT NULL)
"""
CONFIG = """
[http]
\treceivepack = true
[receive]
\tautogc = false
\tadvertiseAtomic = true
[uploadpack]
\tallowFilter = true
\tallowAnySHA1InWant = true
[gc]
\tauto = 0
[core]
\tfsync = none
"""

NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*/[A-Za-z0-9_][A-Za-z0-9._-]*")


@frozen
class Repository:
    """A repository of the sandbox: `full_name` is `owner/name`."""

    id: int
    full_name: str
    private: bool
    default_branch: str
    description: str

    @property
    def owner(self) -> str:
        """The name before the slash."""
        return self.full_name.split("/")[0]

    @property
    def name(self) -> str:
        """The name after the slash."""
        return self.full_name.split("/")[1]


@contextmanager
def table(world: World) -> Iterator[Connection]:
    """The database, with the table of repositories in it."""
    with world.transaction() as database:
        database.execute(TABLE)
        database.execute(EARLIER)
        yield database


def find_repository(world: World, full_name: str) -> Repository | None:
    """The repository `owner/name`, or None; upper and lower case are the same, as on GitHub."""
    with table(world) as database:
        row = database.execute(
            "SELECT * FROM repository WHERE full_name = ?", (full_name,)
        ).fetchone()
    return None if row is None else read_row(dict(row))


def find_renamed(world: World, full_name: str) -> Repository | None:
    """The repository that was called so, or None; a newer one of that name takes its place."""
    query = (
        "SELECT repository.* FROM repository JOIN earlier_name"
        " ON earlier_name.repository = repository.id WHERE earlier_name.full_name = ?"
    )
    with table(world) as database:
        row = database.execute(query, (full_name,)).fetchone()
    return read_row(dict(row)) if row and not find_repository(world, full_name) else None


def list_repositories(world: World) -> list[Repository]:
    """All repositories, oldest first."""
    with table(world) as database:
        rows = database.execute("SELECT * FROM repository ORDER BY id").fetchall()
    return [read_row(dict(row)) for row in rows]


def may_read(repository: Repository, permission: str | None) -> bool:
    """Whether somebody of that permission (None: nobody known) sees a repository at all."""
    return not repository.private or permission in ("read", "write", "admin")


def register(
    world: World, full_name: str, private: bool, default_branch: str, description: str
) -> Repository:
    """Enter a repository that git has already into the table."""
    with table(world) as database:
        database.execute(
            "INSERT INTO repository (full_name, private, default_branch, description)"
            " VALUES (?, ?, ?, ?)",
            (full_name, int(private), default_branch, description),
        )
    made = find_repository(world, full_name)
    assert made is not None, "it was entered just now"
    return made


def read_row(row: dict[str, object]) -> Repository:
    """One row of the table as a repository."""
    return Repository(
        int(str(row["id"])),
        str(row["full_name"]),
        bool(row["private"]),
        str(row["default_branch"]),
        str(row["description"]),
    )


def make_bare(folder: Path, default_branch: str) -> None:
    """Make an empty bare repository; what a half-made one left is removed."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    run_git(
        folder,
        "init",
        "--quiet",
        "--bare",
        "--template=",
        f"--initial-branch={default_branch}",
    )
    with (folder / "config").open("a") as config:
        config.write(CONFIG)


def refuse_bad_name(full_name: str) -> None:
    """Raise UsageError where a name is not `owner/name` in plain letters, digits, `.`, `_`, `-`."""
    if not NAME.fullmatch(full_name) or full_name.endswith((".git", ".lock")) or ".." in full_name:
        raise UsageError(
            f"a repository's name is owner/name in letters, digits, '.', '_' and '-'; "
            f"found {full_name!r}"
        )


def tell_push(
    world: World, who: str, full_name: str, ref: str, *, before: str, after: str, base: str = ""
) -> None:
    """Note that a ref was made, moved or deleted; `base` is the sandbox's address, for the link."""
    kind, name = ("tag", ref[10:]) if ref.startswith("refs/tags/") else ("branch", ref[11:])
    verb = "deleted" if after == ZEROS else "made" if before == ZEROS else "moved"
    at = "" if after == ZEROS else f" at {after[:9]}"
    place = f"tree/{name}" if kind == "tag" else f"commit/{after}"
    world.tell(
        who,
        "push",
        f"{verb} {kind} {name}{at} in {full_name}",
        link="" if after == ZEROS else f"{base}/{full_name}/{place}",
        repository=full_name,
        ref=ref,
        before=before,
        after=after,
    )
