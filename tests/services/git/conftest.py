"""Real repositories: an upstream, a clone of it, keys, and a server with troubles of its own."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.journal.journal import Journal
from runbook_lib.policy.version_files.written import Written
from runbook_lib.programs import Answer
from runbook_lib.services.git import Repository, Signing, Worktree
from runbook_lib.services.git import git as git_commands
from runbook_lib.steps.step import Patience, Runner
from tests.conftest import Quiet
from tests.serving import serving

FAST = Patience(attempts=3, settling=(0.0, 0.0), first_pause=0.001, longest_pause=0.01)
SETUP = """from setuptools import setup

setup(
    name="harbor",
    version="1.8",
)
"""


def git(folder: Path, *arguments: str, stdin: str = "") -> str:
    """Run git, past the library."""
    done = subprocess.run(
        ["git", *arguments], cwd=folder, input=stdin, capture_output=True, text=True
    )
    assert done.returncode == 0, (arguments, done.stderr)
    return done.stdout.strip()


def commit(folder: Path, message: str, **files: str) -> str:
    """Write files (`__` stands for a dot, `_in_` for a slash) and commit them."""
    for name, text in files.items():
        path = folder / name.replace("__", ".").replace("_in_", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


def fingerprint(*folders: Path) -> dict[str, str]:
    """What must not change: every file, and of git the refs, HEAD and index."""
    found = {}
    for folder in folders:
        bare = (folder / "HEAD").exists()
        found[f"{folder} refs"] = git(folder, "for-each-ref")
        for path in sorted(folder.rglob("*")):
            inside = path.relative_to(folder).parts
            kept = bare or ".git" not in inside or inside[1:] in (("HEAD",), ("index",))
            if path.is_file() and kept and "objects" not in inside:
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of its own, so that nobody's settings count."""
    folder = tmp_path / "home"
    folder.mkdir()
    for name in [name for name in os.environ if name.startswith(("GIT_", "SSH_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    (folder / ".gitconfig").write_text(
        "[user]\nname = Olive Operator\nemail = olive@harbor.example\n"
        "[init]\ndefaultBranch = master\n[gc]\nauto = 0\n"
    )
    return folder


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that the library starts git with, as it does."""
    found: list[str] = []
    start = git_commands.start

    def counted(
        folder: Path, environment: Mapping[str, str], given: Any, *rest: Any, **more: Any
    ) -> Answer:
        found.append(given[0])
        return start(folder, environment, given, *rest, **more)

    monkeypatch.setattr(git_commands, "start", counted)
    return found


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    """A runner with a journal of its own, and no patience."""
    journal = Journal(tmp_path / "journal" / "one" / "j.jsonl", session="one", operator="olive")
    yield Runner(journal, Quiet(), patience=FAST, sleep=lambda seconds: None)
    journal.close()


@dataclass(frozen=True)
class Upstream:
    """A bare repository with a history, and a clone of somebody who works on it."""

    bare: Path
    clone: Path

    @property
    def url(self) -> str:
        return str(self.bare)

    @property
    def head(self) -> str:
        return git(self.bare, "rev-parse", "master")

    def refs(self) -> str:
        return git(self.bare, "for-each-ref", "--format=%(objectname) %(refname)")

    def push(self, message: str, **files: str) -> str:
        """Somebody else's commit on master."""
        git(self.clone, "switch", "--quiet", "master")
        git(self.clone, "pull", "--quiet", "--ff-only")
        made = commit(self.clone, message, **files)
        git(self.clone, "push", "--quiet", "origin", "master")
        return made


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the upstream of all tests is made once."""
    return tmp_path_factory.mktemp("template")


@pytest.fixture
def upstream(tmp_path: Path, template: Path) -> Upstream:
    """A project at version 1.8, with a tag of it."""
    if not (template / "upstream.git").exists():
        make_upstream(template)
    for name in ("upstream.git", "somebody"):
        shutil.copytree(template / name, tmp_path / name, symlinks=True)
    git(tmp_path / "somebody", "remote", "set-url", "origin", str(tmp_path / "upstream.git"))
    return Upstream(tmp_path / "upstream.git", tmp_path / "somebody")


def make_upstream(folder: Path) -> None:
    """A bare repository with a history, and a clone of it."""
    bare, clone = folder / "upstream.git", folder / "somebody"
    bare.mkdir()
    git(bare, "init", "--quiet", "--bare")
    shutil.rmtree(bare / "hooks")
    (bare / "hooks").mkdir()
    git(folder, "clone", "--quiet", str(bare), str(clone))
    commit(clone, "feat: a first thing", setup__py=SETUP.replace("1.8", "1.7"))
    commit(clone, "chore: tag 1.8", setup__py=SETUP, CHANGELOG__md="# 1.8\n")
    git(clone, "tag", "-a", "-m", "1.8", "1.8")
    commit(clone, "fix(pier): a <b>bold</b> $(touch x) --force subject", pier__py="pier = 1\n")
    git(clone, "push", "--quiet", "origin", "master", "--tags")


@pytest.fixture
def ssh_key(home: Path) -> Path:
    """The release key, which git is set up to sign with."""
    key = make_ssh_key(home, "release")
    with (home / ".gitconfig").open("a") as file:
        file.write(f'[gpg]\nformat = ssh\n[user]\nsigningkey = "{key}.pub"\n')
    return key


def make_ssh_key(folder: Path, name: str) -> Path:
    """A new key without a passphrase."""
    key = folder / name
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(key)], check=True
    )
    return key


def ssh_fingerprint(key: Path) -> str:
    """A key's fingerprint as ssh-keygen prints it."""
    listed = subprocess.run(
        ["ssh-keygen", "-l", "-f", f"{key}.pub"], check=True, capture_output=True, text=True
    )
    return listed.stdout.split()[1]


@pytest.fixture
def repository(tmp_path: Path, runner: Runner, upstream: Upstream, ssh_key: Path) -> Repository:
    """The run's own checkout, on master, as the upstream has it."""
    signing = Signing(expected=(ssh_fingerprint(ssh_key),))
    made = Repository(tmp_path / "run" / "checkout", runner, signing=signing)
    made.clone(upstream.url)
    return made


@pytest.fixture
def branch(repository: Repository, upstream: Upstream) -> Worktree:
    """The release branch, nothing changed in it yet."""
    return repository.create_branch("release/1.9", upstream.head)


SAID = (Written("setup.py", "1.8", "1.9"),)
"""What a release changes of the version."""


def prepare(branch: Worktree) -> None:
    """All that changes for a release."""
    branch.set_version("1.9", SAID)
    (branch.path / "CHANGELOG.md").write_text("# 1.9\n\n# 1.8\n")


FILES = ("setup.py", "CHANGELOG.md")


@pytest.fixture
def release(branch: Worktree) -> Worktree:
    """The release branch, committed and tagged, not pushed."""
    prepare(branch)
    made = branch.commit("chore: tag 1.9", FILES, branch.start)
    branch.sign_tag("1.9", made, "chore: tag 1.9")
    return branch


def outcomes(runner: Runner) -> list[str]:
    """What the steps came to, in their order."""
    return [report.outcome for report in runner.reports]


@dataclass
class Served:
    """A git server over HTTP; each entry of `troubles` befalls one request, in turn.

    A trouble is a status to answer with, "cut" for a connection that is closed unanswered, or "cut
    after" for one that is closed after the request was carried out. It befalls the requests whose
    path and query hold the text before its colon. Where connections are `kept`, a client that loses
    one sends what it had sent on it once more, as an answer from before may have crossed its way.
    """

    root: Path
    port: int = 0
    troubles: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    authorizations: list[str | None] = field(default_factory=list)
    kept: bool = False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/upstream.git"

    def trouble(self, path: str) -> str:
        """What befalls a request."""
        self.asked.append(path)
        if self.troubles and self.troubles[0].split(":")[0] in path:
            return self.troubles.pop(0).split(":")[1]
        return ""


def handler(served: Served) -> type[BaseHTTPRequestHandler]:
    """Answers requests through git's own http-backend."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            pass

        def do_GET(self) -> None:
            self.answer()

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            body, trouble = self.body(), served.trouble(self.path)
            served.authorizations.append(self.headers.get("Authorization"))
            self.close_connection = not served.kept or trouble.startswith("cut")
            if trouble.isdigit():
                self.send_response(int(trouble))
                self.send_header("Content-Length", "0")
                if trouble.startswith("30"):
                    self.send_header("Location", self.path.replace("upstream", "renamed"))
                self.end_headers()
            elif trouble != "cut":
                answered = self.backend(body)
                if trouble != "cut after":
                    self.tell(answered)

        def tell(self, answered: bytes) -> None:
            header, _, body = answered.partition(b"\r\n\r\n")
            self.wfile.write(b"HTTP/1.1 200 OK\r\n" + header)
            self.wfile.write(b"\r\nConnection: close" * (not served.kept))
            self.wfile.write(b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body)

        def body(self) -> bytes:
            if self.headers.get("Transfer-Encoding") != "chunked":
                return self.rfile.read(int(self.headers.get("Content-Length", 0)))
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def backend(self, body: bytes) -> bytes:
            path, _, query = self.path.partition("?")
            variables = {
                **os.environ,
                "GIT_PROJECT_ROOT": str(served.root),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REMOTE_USER": "olive",
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "REQUEST_METHOD": self.command,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "CONTENT_LENGTH": str(len(body)),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            }
            return subprocess.run(
                ["git", "http-backend"], input=body, env=variables, capture_output=True, check=True
            ).stdout

    return Handler


@pytest.fixture
def served(tmp_path: Path, upstream: Upstream) -> Iterator[Served]:
    """The upstream over HTTP."""
    made = Served(tmp_path)
    with serving(handler(made)) as made.port:
        yield made


@pytest.fixture
def gnupg() -> Iterator[Callable[..., str]]:
    """Makes OpenPGP keys in a keyring of its own; gives their fingerprints."""
    folder = Path(tempfile.mkdtemp(prefix="gpg", dir="/tmp"))
    folder.chmod(0o700)
    variables = {**os.environ, "GNUPGHOME": str(folder)}

    def make(user: str, *more: str, passphrase: str = "") -> str:
        plain = ("--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", passphrase)
        subprocess.run(
            ["gpg", *plain, *more, "--quick-gen-key", user, "ed25519", "sign", "1d"],
            env=variables,
            check=True,
            capture_output=True,
        )
        listed = subprocess.run(
            ["gpg", "--batch", "--with-colons", "--list-keys", user],
            env=variables,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        return next(line.split(":")[9] for line in listed.splitlines() if line.startswith("fpr"))

    make.folder = folder  # type: ignore[attr-defined]
    yield make
    subprocess.run(["gpgconf", "--kill", "all"], env=variables, check=False)
    shutil.rmtree(folder, ignore_errors=True)
