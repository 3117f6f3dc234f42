"""A sandbox's world as the release tests look at it, and change it, from outside."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runbook_lib.sandbox.server import process
from tests.sandbox.accesses import is_write, read_accesses
from tests.sandbox.running import RunningSandbox

PLAIN = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}


def git(folder: Path, *arguments: str, **environment: str) -> str:
    """What git answers in a folder, whatever this machine's git is set up for."""
    answer = subprocess.run(
        ["git", "-C", str(folder), *arguments],
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "HOME": "/nowhere", **PLAIN, **environment},
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, f"git {arguments}: {answer.stderr}"
    return answer.stdout.strip()


def refs_of(folder: Path) -> dict[str, str]:
    """All refs of a repository, by name, with the object that each names; and HEAD."""
    lines = git(folder, "for-each-ref", "--format=%(refname) %(objectname)").splitlines()
    head = (folder if (folder / "HEAD").exists() else folder / ".git") / "HEAD"
    return {**dict(line.split(" ", 1) for line in lines), "HEAD": head.read_text().strip()}


@dataclass(frozen=True)
class World(RunningSandbox):
    """A running sandbox: its services as any of its people, its repositories, its access log."""

    @property
    def bare(self) -> Path:
        """The repository as the sandbox keeps it."""
        return self.folder / "git" / f"{self.repository}.git"

    @property
    def allowed_signers(self) -> Path:
        return self.running.keys / "allowed_signers"

    def github(self, path: str) -> Any:
        """What GitHub answers about the repository."""
        return self.get(f"/api/v3/repos/{self.repository}/{path}")

    def set(self, name: str, value: str) -> None:
        """Change a setting of the world, such as merge_method."""
        self.client().expect("PUT", f"/sandbox/settings/{name}", {"value": value})

    def refs(self) -> dict[str, dict[str, str]]:
        """All refs of all repositories, with the objects that they name."""
        folders = sorted((self.folder / "git").glob("*/*.git"))
        return {f"{path.parent.name}/{path.stem}": refs_of(path) for path in folders}

    def mark(self) -> int:
        """How many requests the world has answered; for `accesses(since=…)`."""
        return len(self.accesses())

    def accesses(self, *, since: int = 0, login: str | None = None) -> list[dict[str, object]]:
        """The requests that the world has answered, of one account or of all."""
        lines = read_accesses(self.folder)[since:]
        return [line for line in lines if login in (None, line["account"])]

    def writes(self, *, since: int = 0, login: str = "operator") -> list[str]:
        """The requests of an account that may have changed something in a service."""
        lines = self.accesses(since=since, login=login)
        return [f"{line['method']} {line['path']}" for line in lines if is_write(line)]

    def github_calls(self, *, since: int = 0) -> int:
        """How many requests of the operator GitHub's API has answered."""
        lines = self.accesses(since=since, login="operator")
        return sum(str(line["path"]).startswith("/api/") for line in lines)

    def pulls(self) -> list[dict[str, Any]]:
        """All pull requests."""
        return list(self.github("pulls?state=all"))

    def releases(self) -> list[dict[str, Any]]:
        """All releases, drafts too."""
        return list(self.github("releases"))

    def bugs(self) -> list[dict[str, Any]]:
        """All bugs, oldest first."""
        found = self.get("/bugzilla/rest/bug?product=Cloud%20Services")["bugs"]
        return sorted(found, key=lambda bug: int(bug["id"]))

    def comments(self, bug: int) -> list[dict[str, Any]]:
        """A bug's comments, its description first."""
        found = self.get(f"/bugzilla/rest/bug/{bug}/comment")["bugs"][str(bug)]["comments"]
        return list(found)

    def version(self, environment: str = "stage") -> dict[str, Any]:
        """What a deployed service says that it is."""
        return dict(self.get(f"/{environment}/{self.repository.split('/')[1]}/__version__"))

    def tag_commit(self, tag: str) -> str:
        """The commit that a tag of the repository stands for."""
        return git(self.bare, "rev-parse", f"refs/tags/{tag}^{{commit}}")

    def clone(self, folder: Path) -> Path:
        """A clone as its operator has one, who signs with the world's key."""
        git(self.folder, "clone", "--quiet", str(self.bare), str(folder))
        git(folder, "remote", "set-url", "origin", self.git_url)
        for name, value in {
            "user.name": "Olive Operator",
            "user.email": "operator@sandbox.example",
            "gpg.format": "ssh",
            "user.signingKey": str(self.running.keys / "operator"),
            "gpg.ssh.allowedSignersFile": str(self.allowed_signers),
        }.items():
            git(folder, "config", name, value)
        return folder

    @property
    def git_url(self) -> str:
        """The repository's address, without any token."""
        return f"{self.url}/{self.repository}.git"

    def push(self, folder: Path, message: str, *, branch: str = "master", **files: str) -> str:
        """Commit on a branch of the repository and push it as the operator; `folder` is scratch.

        Returns the commit. Dots in file names are written as `__`.
        """
        if not folder.exists():
            self.clone(folder)
        address = self.git_url.replace("://", f"://operator:{self.token()}@")
        git(folder, "fetch", "--quiet", address, branch)
        git(folder, "checkout", "--quiet", "--detach", "FETCH_HEAD")
        for name, text in (files or {"NEWS": f"{message}\n"}).items():
            path = folder / name.replace("__", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        git(folder, "add", "--all")
        git(folder, "-c", "commit.gpgSign=false", "commit", "--quiet", f"--message={message}")
        git(folder, "push", "--quiet", address, f"HEAD:refs/heads/{branch}")
        return git(folder, "rev-parse", "HEAD")

    def result(self) -> dict[str, Any]:
        """What a release has left in the world; the same for two worlds where the same was done.

        Keys and addresses differ from world to world, and so does who comments on a bug first.
        """
        commits = {
            name: git(self.bare, "rev-parse", f"{name}^{{commit}}")
            for name in refs_of(self.bare)
            if name != "HEAD"
        }
        return {
            "commits": commits,
            "pulls": [
                (pull["number"], pull["title"], pull["head"]["ref"], pull["state"], pull["body"])
                for pull in self.pulls()
            ],
            "releases": [
                (found["tag_name"], found["name"], found["draft"], found["body"])
                for found in self.releases()
            ],
            "bugs": [
                (
                    bug["id"],
                    bug["summary"],
                    bug["alias"],
                    [(flag["name"], flag["status"]) for flag in bug["flags"]],
                    sorted(self.plain(said["text"]) for said in self.comments(bug["id"])),
                )
                for bug in self.bugs()
            ],
            "stage": {name: self.version()[name] for name in ("version", "commit")},
        }

    def plain(self, text: str) -> str:
        """A text without this world's address."""
        return text.replace(self.url, "https://world")


def start_world(folder: Path, repository: str = "harbor/tidewatch") -> World:
    """Start the world of the sample project, to be stopped; people are quick, and CI is done."""
    world = World(process.start(folder, keep=True, sample=True), repository)
    world.hurry()
    world.settle()
    return world


def stop_worlds(home: Path) -> None:
    """Stop all sandboxes whose worlds are in a data folder."""
    for folder in home.glob("sandbox/*"):
        process.stop(folder)
