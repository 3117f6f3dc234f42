"""Somebody else, with their own account: what they find of a run's things, and change of them."""

import base64
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.push.world import NEXT_NOTES, NOTES, TAG
from tests.release.world import World, git, refs_of

Row = dict[str, Any]
LINE = "A line that somebody else has written."


@dataclass(frozen=True)
class Where:
    """The things that a run is about, and who else can write to them."""

    repository: str
    source: str
    tag: str
    branch: str = ""
    private: str = ""
    """The repository with the branch, where it is another one."""
    notes: str = ""
    login: str = "edith"
    bugs: bool = False
    """Whether it files bugs, or looks at them."""
    topic: bool = False
    """Whether it sets the topics of channels."""


SERVER = "pelican/server"
WHERE = {
    "release": Where("harbor/tidewatch", "master", "1.9", "release/1.9", login="ci", bugs=True),
    "tag_push": Where(SERVER, "main", TAG, notes=NOTES),
    "live_push": Where(SERVER, "main", TAG, notes=NOTES, bugs=True),
    "cherry_pick": Where(SERVER, "main", f"{TAG}-1", notes=NOTES),
    "extract_locales": Where(SERVER, "main", TAG, "locales-2026-03-12", notes=NOTES),
    "security_fixes": Where(SERVER, "main", TAG, "fix-feed-token", f"{SERVER}-security", NOTES),
    "close_push": Where(SERVER, "main", TAG, notes=NEXT_NOTES, topic=True),
}


@dataclass(frozen=True)
class Hands:
    """Somebody at work in a world."""

    world: World
    where: Where

    @cached_property
    def refs(self) -> dict[str, str]:
        """The refs of the repository, as they are now."""
        return refs_of(self.bare(self.where.repository))

    @cached_property
    def branch_refs(self) -> dict[str, str]:
        """The refs of the repository that has the branch."""
        return refs_of(self.bare(self.branch_place))

    @property
    def tag_commit(self) -> str:
        """The commit of the run's tag on the remote; empty where it is not there."""
        name = f"refs/tags/{self.where.tag}"
        bare = self.bare(self.where.repository)
        return git(bare, "rev-parse", f"{name}^{{commit}}") if name in self.refs else ""

    @property
    def branch_place(self) -> str:
        """The repository that has the branch."""
        return self.where.private or self.where.repository

    @property
    def now(self) -> "Hands":
        """The same person, who looks anew."""
        return Hands(self.world, self.where)

    def bare(self, repository: str) -> Path:
        """A repository as the sandbox keeps it."""
        return self.world.folder / "git" / f"{repository}.git"

    def rows(self, query: str, *given: object) -> list[Row]:
        """What the world's own tables have."""
        with closing(sqlite3.connect(self.world.folder / "world.sqlite")) as database:
            database.row_factory = sqlite3.Row
            return [dict(row) for row in database.execute(query, given)]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Ask a service with their own token; what is turned down is no error of the run's."""
        answer = self.world.client(self.where.login).ask(method, path, body)
        assert answer.found, f"somebody else may not {method} {path}: {answer}"
        return answer.data

    def github(self, method: str, path: str, body: Any = None) -> Any:
        """Ask GitHub about the repository; of pull requests, about the one that has the branch."""
        of = self.branch_place if path.startswith("pulls/") else self.where.repository
        return self.ask(method, f"/api/v3/repos/{of}/{path}", body)

    def push(self, repository: str, *refs: str) -> None:
        """Push as git does, over HTTP, whatever refs are named."""
        token = self.world.token(self.where.login)
        place = self.world.url.replace("://", f"://{self.where.login}:{token}@")
        git(self.bare(repository), "push", "--quiet", f"{place}/{repository}.git", *refs)

    def commit(self, repository: str, parent: str) -> str:
        """A commit of theirs on top of another, which no ref has yet."""
        bare = self.bare(repository)
        with TemporaryDirectory() as folder:
            text = Path(folder, "text")
            text.write_text(f"{LINE}\n")
            own = {"GIT_INDEX_FILE": f"{folder}/index", **who(self.where.login)}
            blob = git(bare, "hash-object", "-w", str(text))
            git(bare, "read-tree", parent, **own)
            entry = f"100644,{blob},theirs.txt"
            git(bare, "update-index", "--add", "--cacheinfo", entry, **own)
            tree = git(bare, "write-tree", **own)
            return git(bare, "commit-tree", tree, "-p", parent, "-m", "chore: theirs", **own)

    def has(self, repository: str, ref: str, commit: str) -> bool:
        """Whether a ref of now is there, and has a commit in it."""
        there = refs_of(self.bare(repository)).get(ref)
        return bool(there) and commit in git(self.bare(repository), "rev-list", str(there)).split()

    def notes(self) -> str | None:
        """The text of the push's notes, where there are any."""
        if not self.where.notes:
            return None
        bare, place = self.bare("pelican/notes"), f"main:{self.where.notes}"
        listed = git(bare, "ls-tree", "-r", "--name-only", "main").splitlines()
        return git(bare, "show", place) + "\n" if self.where.notes in listed else None

    def write_notes(self, text: str) -> None:
        """Save the notes as GitHub's web page does."""
        path = f"/api/v3/repos/pelican/notes/contents/{self.where.notes}"
        body = {"message": "Edit the notes", "content": base64.b64encode(text.encode()).decode()}
        if self.notes() is not None:
            body["sha"] = self.ask("GET", path)["sha"]
        self.ask("PUT", path, body)

    def releases(self) -> list[Row]:
        """The releases of the tag, drafts too."""
        query = """SELECT github_release.* FROM github_release
            JOIN repository ON repository.id = repository
            WHERE full_name = ? AND tag = ? ORDER BY github_release.id"""
        return self.rows(query, self.where.repository, self.where.tag)

    def pulls(self) -> list[Row]:
        """The pull requests of the branch."""
        query = """SELECT * FROM github_pull JOIN github_issue USING (id)
            JOIN repository ON repository.id = repository
            WHERE full_name = ? AND head_ref = ? ORDER BY number"""
        return self.rows(query, self.branch_place, self.where.branch)

    def bugs(self) -> list[Row]:
        """All bugs, the newest last."""
        return self.rows("SELECT * FROM bugzilla_bug ORDER BY id")

    def comments(self, bug: int) -> list[str]:
        """What is said on a bug."""
        said = self.rows("SELECT text FROM bugzilla_comment WHERE bug = ? ORDER BY id", bug)
        return [row["text"] for row in said]

    def doers(self, what: str) -> list[str]:
        """Who has done something, by what is told of it; the last one last."""
        query = "SELECT who FROM happening WHERE what LIKE ? ORDER BY id"
        return [row["who"] for row in self.rows(query, what)]

    @cached_property
    def tables(self) -> list[str]:
        """The names of the world's tables."""
        return [row["name"] for row in self.rows("SELECT name FROM sqlite_master")]


def who(login: str) -> dict[str, str]:
    """Somebody as git knows them."""
    named = {"NAME": login.title(), "EMAIL": f"{login}@sandbox.example"}
    return {
        f"GIT_{role}_{key}": said for role in ("AUTHOR", "COMMITTER") for key, said in named.items()
    }
