"""The programs that people release with, as they are installed, and a sandbox to release in."""

import base64
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.clients.enterprise import Enterprise, serving_enterprise
from tests.sandbox.conftest import Sandbox

VARIABLE = "RELEASE_CLIENTS"
"""What names the node_modules folder in which semantic-release and release-it are installed."""

API = "/api/v3/repos/harbor/tidewatch"
LIMIT_SECONDS = 60


@dataclass(frozen=True)
class Program:
    """A program in an environment of its own, in which nothing of this machine's user is known."""

    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(repr=False)

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run it with some more variables, and return how it ended and what it said."""
        return subprocess.run(
            [*self.command, *arguments],
            cwd=self.folder,
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
        )

    def expect(self, *arguments: str, **variables: str) -> str:
        """Run it, and return its output; it has to succeed."""
        done = self.run(*arguments, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


FindProgram = Callable[[str], Program]


@pytest.fixture
def quiet(sandbox: Sandbox) -> Sandbox:
    """A sandbox in which nothing happens by itself."""
    sandbox.settle()
    sandbox.people_off()
    return sandbox


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with a home of its own: no proxy, no update check, nobody's configuration."""
    home = tmp_path / "home"
    home.mkdir()
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "CI": "true",
        "NO_UPDATE_NOTIFIER": "1",
        "NO_COLOR": "1",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        **{f"GIT_{role}_NAME": "Olive Operator" for role in ("AUTHOR", "COMMITTER")},
        **{f"GIT_{role}_EMAIL": "operator@sandbox.example" for role in ("AUTHOR", "COMMITTER")},
    }


@pytest.fixture
def git(environment: dict[str, str], tmp_path: Path) -> Program:
    """git in a clone of the sample project; the remote's address has no token in it."""
    return Program((need("git"),), tmp_path / "clone", environment)


@pytest.fixture
def clone(git: Program, quiet: Sandbox) -> Path:
    """A clone of the sample project, whose last release has a tag with a whole version, too.

    semantic-release and release-it read nothing else as a version: 1.8.0, and not 1.8.
    """
    git.folder.mkdir()
    git.expect("clone", "--quiet", quiet.git_url(None), ".")
    git.expect("tag", "--annotate", "--message", "chore: tag 1.8.0", "1.8.0", "1.8^{commit}")
    git.expect("push", "--quiet", "origin", "refs/tags/1.8.0", **signed_in(quiet.token()))
    return git.folder


@pytest.fixture
def merged_pull(git: Program, clone: Path, quiet: Sandbox) -> int:
    """The number of a pull request that was merged, and is in the clone."""
    git.expect("switch", "--quiet", "--create", "feature/ebb")
    (clone / "tidewatch" / "ebb.py").write_text("EBB = -1\n")
    git.expect("add", "tidewatch/ebb.py")
    git.expect("commit", "--quiet", "--message", "feat: tell when the water falls")
    git.expect("push", "--quiet", "origin", "refs/heads/feature/ebb", **signed_in(quiet.token()))
    said = {"title": "Tell when the water falls", "head": "feature/ebb", "base": "master"}
    pull = quiet.client().expect("POST", f"{API}/pulls", said)
    quiet.client().expect("PUT", f"{API}/pulls/{pull['number']}/merge", {})
    git.expect("switch", "--quiet", "master")
    git.expect("pull", "--quiet", "--ff-only")
    return int(pull["number"])


@pytest.fixture(scope="session")
def node_modules() -> Path:
    """Where npm's programs are; the tests of these are skipped where nobody says so."""
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} names no node_modules folder with semantic-release and release-it")
    return Path(folder)


@pytest.fixture
def node_program(node_modules: Path, clone: Path, environment: dict[str, str]) -> FindProgram:
    """Finds a program of npm's, to run in the clone: `node_program("release-it")`."""

    def find(name: str) -> Program:
        return Program((need("node"), str(node_modules / ".bin" / name)), clone, environment)

    return find


@pytest.fixture
def enterprise(quiet: Sandbox, tmp_path: Path) -> Iterator[Enterprise]:
    """The sandbox over https, as clients expect it of a company's GitHub."""
    with serving_enterprise(quiet.url, tmp_path / "tls", openssl=need("openssl")) as made:
        yield made


def releases(sandbox: Sandbox) -> list[Any]:
    """All releases of the sample project, and its drafts."""
    listed: list[Any] = sandbox.client().expect("GET", f"{API}/releases")
    return listed


def comments(sandbox: Sandbox, number: int) -> list[str]:
    """What is said below an issue or a pull request."""
    listed = sandbox.client().expect("GET", f"{API}/issues/{number}/comments")
    return [comment["body"] for comment in listed]


def need(name: str) -> str:
    """Where a program is; the test is skipped where it isn't on this machine."""
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"{name} is not installed")
    return path


def signed_in(token: str) -> dict[str, str]:
    """git's configuration, as variables, with which it sends a token that no address shows."""
    credentials = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {credentials}",
    }
