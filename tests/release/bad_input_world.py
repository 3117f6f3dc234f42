"""The world outside of a team, with many small repositories in it; and all that stands there."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.release.world import World

TEAM = "team"
WATCHED = ("github_", "bugzilla_", "deployment", "repository", "happening", "approval")
"""The world's tables that hold what somebody made; the others are its own book-keeping."""
SETUP = 'from setuptools import setup\n\nsetup(\n    name="tide",\n    version="1.8",\n)\n'
CHANGELOG = "# Changelog\n\n## 1.8 (2025-01-07)\n\n* the gauge of the harbour\n"
PLAIN = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_AUTHOR_NAME": "Mara Quill",
    "GIT_AUTHOR_EMAIL": "mara@harbor.example",
    "GIT_COMMITTER_NAME": "Mara Quill",
    "GIT_COMMITTER_EMAIL": "mara@harbor.example",
}


def git(folder: Path, *arguments: str, stdin: str = "", status: int = 0) -> str:
    """Run git, past the library and past anybody's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(
        ["git", *arguments],
        cwd=folder,
        env=kept | PLAIN,
        input=stdin,
        capture_output=True,
        text=True,
    )
    assert done.returncode == status, (arguments, done.stderr)
    return done.stdout.strip()


def commit(folder: Path, message: str, files: Mapping[str, str] = {}) -> str:
    """Write files and commit all that is there; the commit's id."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "--file=-", stdin=message)
    return git(folder, "rev-parse", "HEAD")


def make_project(folder: Path) -> Path:
    """A project at version 1.8, and a feature and a fix since."""
    git(folder.parent, "init", "--quiet", "--initial-branch=master", "--template=", folder.name)
    commit(folder, "feat: the gauge of the harbour", {"tide.py": "height = 1\n"})
    commit(folder, "chore: tag 1.8", {"CHANGELOG.md": CHANGELOG, "setup.py": SETUP})
    git(folder, "tag", "--annotate", "--message=chore: tag 1.8", "1.8")
    commit(folder, "feat: the gauge of the skerry", {"skerry.py": "height = 2\n"})
    commit(folder, "fix: heights in metres", {"tide.py": "height = 1.5\n"})
    return folder


def files_of(folder: Path) -> dict[str, str]:
    """Every file, link and folder below a folder, with its content; git's own files too."""
    return {str(path): content_of(path) for path in sorted(folder.rglob("*"))}


def content_of(path: Path) -> str:
    """What a file, a link or a folder holds."""
    if path.is_symlink():
        return f"to {path.readlink()}"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "a folder"


@dataclass(frozen=True)
class Project:
    """A repository of the world."""

    outside: "Outside" = field(repr=False)
    name: str
    head: str

    @property
    def url(self) -> str:
        return f"{self.outside.url}/{TEAM}/{self.name}.git"

    @property
    def bare(self) -> Path:
        return self.outside.folder / "git" / TEAM / f"{self.name}.git"

    def clone(self, folder: Path, *options: str) -> Path:
        """A clone as an operator of the team has it."""
        git(self.bare, "clone", "--quiet", *options, f"file://{self.bare}", str(folder))
        git(folder, "remote", "set-url", "origin", self.url)
        return folder

    def settings(self) -> dict[str, Any]:
        """The keys of this project's profile, with nothing wrong in them."""
        url = self.outside.url
        return {
            "project": self.name,
            "repository.url": self.url,
            "github.repository": f"{TEAM}/{self.name}",
            "github.api_url": f"{url}/api/v3",
            "github.web_url": url,
            "github.throttle": False,
            "bugzilla.url": f"{url}/bugzilla",
            "bugzilla.qa": "qa@sandbox.example",
            "bugzilla.cc": ["ops@sandbox.example"],
            "stage.url": f"{url}/stage/{self.name}",
            "test.command": ["python", "-c", "pass"],
            "signing.format": "ssh",
            "signing.key": str(self.outside.running.keys / "operator"),
            "signing.allowed_signers": str(self.outside.allowed_signers),
            "wait.limit": 0.2,
            "wait.pause": 0.02,
            "wait.longest_pause": 0.1,
        }


@dataclass(frozen=True)
class Outside(World):
    """A sandbox that stands for the world outside, where nothing moves by itself."""

    template: Path = Path()
    """A working copy of the project, to be copied and spoilt."""

    def copy(self, folder: Path) -> Path:
        """A copy of the project, to be spoilt."""
        return Path(shutil.copytree(self.template, folder, symlinks=True))

    def publish(self, name: str, source: Path, *, ci: str = "success") -> Project:
        """Put a repository into the world, with what CI says of its head, if anything."""
        self.put(f"/sandbox/repositories/{TEAM}/{name}", {"source": str(source)})
        head = git(source, "rev-parse", "HEAD")
        if ci:
            self.make(f"{name}/statuses/{head}", {"context": "ci/tests", "state": ci})
        return Project(self, name, head)

    def put(self, path: str, body: dict[str, Any]) -> Any:
        """Have the sandbox do something."""
        return self.running.client.expect("PUT", path, body)

    def make(self, path: str, body: dict[str, Any]) -> Any:
        """Make something on GitHub, in one of the team's repositories."""
        return self.running.client.expect("POST", f"/api/v3/repos/{TEAM}/{path}", body)

    def change(self, repository: str, settings: dict[str, Any]) -> Any:
        """Change a repository's settings on GitHub."""
        path = f"/api/v3/repos/{TEAM}/{repository}"
        return self.running.client.expect("PATCH", path, settings)

    def query(self, text: str) -> list[tuple[Any, ...]]:
        """Rows of the world's database."""
        address = f"file:{self.folder / 'world.sqlite'}?mode=ro"
        database = sqlite3.connect(address, uri=True, timeout=10)
        try:
            return database.execute(text).fetchall()
        finally:
            database.close()

    def state(self) -> dict[str, Any]:
        """All that stands in it: each file of its repositories, and each row that somebody made."""
        names = [
            name for (name,) in self.query("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        tables = [name for name in names if name.startswith(WATCHED)]
        rows: dict[str, Any] = {name: self.query(f"SELECT * FROM {name}") for name in tables}
        return rows | files_of(self.folder / "git")


def as_toml(profiles: Mapping[str, Mapping[str, Any]]) -> str:
    """A runbook.toml; texts, lists, numbers and truths are written as in JSON. None is left out."""
    lines = []
    for name, keys in profiles.items():
        lines.append(f"[profiles.{name}]")
        lines += [
            f"{key} = {json.dumps(value)}" for key, value in keys.items() if value is not None
        ]
    return "\n".join([*lines, ""])
