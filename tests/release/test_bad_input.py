"""Bad input: a clear error in the right place, and everything outside as it was."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from runbook_lib.errors import (
    AccessDenied,
    Conflict,
    Failed,
    Refused,
    RunbookError,
    Unavailable,
    UsageError,
    Waiting,
)
from runbook_lib.run.opening import current
from runbook_lib.sandbox.server import process
from runbook_lib.sandbox.world.world import ACCOUNTS, ROLES
from runbook_lib.secrets.credentials import Masking, Secret
from tests.release.bad_input_session import Session, Stop
from tests.release.bad_input_world import (
    Outside,
    Project,
    as_toml,
    commit,
    files_of,
    git,
    make_project,
)
from tests.release.carried_out import NOTEBOOK, Executed, execute, leave
from tests.release.conftest import data_folder
from tests.release.world import World, refs_of
from tests.services.test_command import alive, wait_until

TOKEN = re.compile(r"sandbox_[0-9a-f]{40}")


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outside]:
    """The world outside: its people are away, so that nothing in it moves."""
    folder = tmp_path_factory.mktemp("outside")
    made = Outside(process.start(folder / "world", keep=True), template=folder / "tide")
    for role in ROLES:
        made.set_person(role, mode="off", delay=0.0)
    make_project(made.template)
    yield made
    process.stop(made.folder)


@pytest.fixture(scope="module")
def tide(outside: Outside) -> Project:
    """A project with nothing wrong in it."""
    return outside.publish("tide", outside.template)


@pytest.fixture
def bench(outside: Outside, tide: Project, tmp_path: Path) -> Iterator["Bench"]:
    """An operator's machine with nothing on it but what a test puts there."""
    with opened_bench(outside, tide, tmp_path) as made:
        yield made


@contextmanager
def opened_bench(outside: Outside, project: Project, folder: Path) -> Iterator["Bench"]:
    """A machine with a home, a data folder, and the operator's secrets in its environment."""
    with pytest.MonkeyPatch.context() as patch, data_folder(folder / "data", patch) as data:
        for name in [name for name in os.environ if name.startswith(("GIT_", "SSH_", "GH_"))]:
            patch.delenv(name)
        (folder / "home").mkdir()
        patch.setenv("HOME", str(folder / "home"))
        patch.delenv("XDG_CONFIG_HOME", raising=False)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        patch.setenv("RUNBOOK_CONFIG", str(folder / "runbook.toml"))
        patch.setenv("GITHUB_TOKEN", outside.token())
        patch.setenv("BUGZILLA_API_KEY", outside.token())
        (folder / "home" / ".gitconfig").write_text(
            "[user]\nname = Olive Operator\nemail = operator@sandbox.example\n"
        )
        yield Bench(outside, project, folder, data, patch)


@dataclass
class Bench:
    """An operator's machine: where runbooks are carried out, and what may not change by it."""

    outside: Outside
    project: Project
    folder: Path
    data: Path
    patch: pytest.MonkeyPatch
    clones: list[Path] = field(default_factory=list)

    def write_profile(self, changes: Mapping[str, Any] | None = None) -> None:
        """A runbook.toml with the project's profile `team`, and what is changed in it."""
        clone = {"repository.clone": str(self.clones[0])} if self.clones else {}
        keys = {**self.project.settings(), **clone, **(changes or {})}
        (self.folder / "runbook.toml").write_text(as_toml({"team": keys}))

    def make_clone(self) -> Path:
        """The operator's own clone, which is watched from now on."""
        self.clones.append(self.project.clone(self.folder / "clone"))
        return self.clones[0]

    def publish(self, name: str, spoil: Callable[[Path], object], *, ci: str = "success") -> None:
        """Put a project with something wrong in it into the world, and use that."""
        copy = self.outside.copy(self.folder / name)
        spoil(copy)
        self.project = self.outside.publish(name, copy, ci=ci)

    def unchanged(self) -> Any:
        """Everything that may not change."""
        return [self.outside.state(), *map(files_of, self.clones)], self.outside.writes()

    def stops(self, *, until: str = "", **parameters: Any) -> Stop:
        """Step through the notebook; it must stop, and nothing outside must have changed."""
        if not (self.folder / "runbook.toml").exists():
            self.write_profile()
        before = self.unchanged()
        session = Session({"profile": "team", **parameters})
        stop = session.run(until=until)
        leave()
        assert self.unchanged() == before
        assert stop is not None, f"it went on to {until or 'its end'}"
        assert not TOKEN.search(stop.shown + session.printed.getvalue())
        return stop

    def is_refused(
        self, kind: type[RunbookError], at: str, *said: str, until: str = "", **parameters: Any
    ) -> None:
        """Step through the notebook, which must stop at that cell with an error that says this."""
        check_stop(self.stops(until=until, **parameters), kind, at, *said)


def check_stop(stop: Stop, kind: type[RunbookError], at: str, *said: str) -> None:
    """The cell, the class of the error, and its words as they are shown."""
    assert at in stop.cell, stop.shown
    shown = type(stop.error).__name__  # a subclass elsewhere goes by the branch that it stands on
    assert (isinstance(stop.error, kind), shown) == (True, kind.__name__), stop.shown
    assert stop.shown.startswith(f"{kind.__name__}: ")
    assert "Traceback" not in stop.shown
    for pattern in said:
        assert re.search(pattern, stop.shown), f"{pattern!r} is not in {stop.shown!r}"


OPEN, ACCESS, SIGN, DECIDE = "open_release(", "check_access(", "check_signing()", "decide_release("


# ------------------------------------------------------------ parameters


@pytest.mark.parametrize(
    ("parameters", "said"),
    [
        ({"versoin": "1.9"}, "found 'versoin'; did you mean version"),
        ({"colour": "blue"}, "found 'colour'; it has: repository, version, profile"),
        ({"version": 2.1}, "version: expected text, found float 2.1; .* -r version"),
        ({"version": None}, "version: expected text, found NoneType"),
        ({"plan": "maybe"}, "plan: expected True or False, found str 'maybe'"),
        ({"load_test": 1}, "load_test: expected True or False, found int 1"),
        ({"profile": "taem"}, "expected one of the profiles sandbox, team; found 'taem'"),
        ({"test_command": "make 'test"}, "test_command.*make 'test.*quot"),
    ],
)
def test_a_wrong_parameter_is_refused_before_anything_is_begun(
    bench: Bench, parameters: dict[str, Any], said: str
) -> None:
    bench.is_refused(UsageError, OPEN, said, **parameters)
    assert not list(bench.data.iterdir())


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"flavour": "blue"}, "profiles.team.flavour: an unknown key; known here: .*bugzilla"),
        ({"github.repo": "x"}, "github.repo: an unknown key; known here: .*repository"),
        ({"github.repository": "tide"}, "github.repository: .* found 'tide'"),
        ({"bugzilla.url": None}, "bugzilla.url: expected a value, found none"),
        ({"wait.limit": "soon"}, "wait.limit: .* found 'soon'"),
        ({"commits.source": "labels"}, "commits.source: .*'pull requests'"),
        ({"commits.types.ui": "big"}, "commits.types.ui: .*'major'"),
        ({"commits.labels.ui": "shiny"}, "commits: .*shiny: no type that is known; add it to"),
    ],
)
def test_a_wrong_key_of_the_profile_is_refused_before_anything_is_begun(
    bench: Bench, changes: dict[str, Any], said: str
) -> None:
    bench.write_profile(changes)
    bench.is_refused(UsageError, OPEN, "runbook.toml is not what was expected", said)
    assert not list(bench.data.iterdir())


def test_a_configuration_that_is_no_toml_or_is_not_there_is_refused(bench: Bench) -> None:
    (bench.folder / "runbook.toml").write_text("profiles = [")
    bench.is_refused(UsageError, OPEN, "expected TOML in .*runbook.toml, found: ")
    bench.patch.setenv("RUNBOOK_CONFIG", "/nowhere/runbook.toml")
    bench.is_refused(UsageError, OPEN, "RUNBOOK_CONFIG says, found none at /nowhere/runbook.toml")
    assert not list(bench.data.iterdir())


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "BUGZILLA_API_KEY"])
def test_a_missing_secret_is_refused_before_anything_is_begun(bench: Bench, name: str) -> None:
    bench.patch.delenv(name)
    mark = bench.outside.mark()
    bench.is_refused(UsageError, OPEN, "expected a secret", f"set {name}", "keyring set runbook-")
    assert bench.outside.mark() == mark
    assert not list(bench.data.iterdir())


# ------------------------------------------------------------ versions


@pytest.mark.parametrize(
    "version",
    [
        "1",
        "1.9.x",
        "v1.9",
        "01.2.3",
        "-1",
        "1.9; rm",
        "1.9.0.0",
        " 1.9",
        "1.9\n",
        "１.９",
        "--help",
    ],
)
def test_a_malformed_version_is_refused(bench: Bench, version: str) -> None:
    bench.is_refused(
        UsageError,
        DECIDE,
        r"expected a version \{major\}",
        re.escape(repr(version)),
        version=version,
    )


@pytest.mark.parametrize(
    ("version", "kind", "said"),
    [
        ("1.8", Conflict, "not released yet, found 1.8.0.* tag 1.8 names already: choose another"),
        (
            "1.8.0",
            Conflict,
            "not released yet, found 1.8.0.* tag 1.8 names already: choose another",
        ),
    ],
)
def test_a_version_that_is_released_is_refused(
    bench: Bench, version: str, kind: type[RunbookError], said: str
) -> None:
    bench.is_refused(kind, DECIDE, said, version=version)


@pytest.mark.parametrize(
    ("version", "said"),
    [
        ("1.8.1", "1.8.1 where the commits call for 1.9.0: .*feat: the gauge"),
        ("1.7.3", "1.7.3 goes back: the last release is 1.8"),
    ],
)
def test_a_version_that_is_too_small_waits_for_an_approval(
    bench: Bench, version: str, said: str
) -> None:
    bench.write_profile()
    session = Session({"profile": "team", "version": version})
    assert session.run(until='"version"') is None
    assert re.search(said, session.names["release"].leap, re.DOTALL)
    leave()
    waits = f"Release {version}: version .* is waiting for an approval"
    bench.is_refused(Waiting, '"version"', waits, version=version)


def test_a_last_release_or_a_source_that_is_not_there_is_refused(bench: Bench) -> None:
    bench.is_refused(
        Refused, DECIDE, "expected a tag 9.9 in .*found none; name one .* 1.8", last_release="9.9"
    )
    bench.is_refused(
        Refused, DECIDE, "expected branch main in .*not there; it has master", source="main"
    )
    bench.is_refused(UsageError, DECIDE, "name of a branch, found '--all'", source="--all")


def test_a_last_release_that_names_no_version_is_refused(bench: Bench) -> None:
    bench.publish("nightly", lambda copy: git(copy, "tag", "nightly", "1.8"))
    bench.is_refused(
        UsageError, DECIDE, "tag to name a version, as .*found 'nightly'", last_release="nightly"
    )


def test_a_last_release_is_found_by_the_profiles_own_template(bench: Bench) -> None:
    bench.publish("templates", lambda copy: git(copy, "tag", "templates-1.8.1", "HEAD~1"))
    bench.write_profile({"names.tag": "{project}-{version}"})
    for parameters in ({}, {"last_release": "templates-1.8.1"}):
        session = Session({"profile": "team", **parameters})
        assert session.run(until='"version"') is None
        assert session.names["names"].tag == "templates-1.8.2"
        leave()


def test_nothing_new_is_refused(bench: Bench) -> None:
    bench.publish("nothing-new", lambda copy: git(copy, "reset", "--quiet", "--hard", "1.8"))
    bench.is_refused(Refused, DECIDE, r"expected commits since 1.8.*, found none: there is")
    bench.is_refused(Refused, DECIDE, "found none: there is nothing to release", version="1.9")


def only_chores(copy: Path) -> None:
    git(copy, "reset", "--quiet", "--hard", "1.8")
    commit(copy, "chore: sweep the pier", {"broom": "x\n"})
    commit(copy, "docs: where the pier is", {"README.md": "x\n"})


def test_only_chores_are_refused_unless_the_version_is_named_and_approved(bench: Bench) -> None:
    bench.publish("chores", only_chores)
    bench.is_refused(
        Refused,
        DECIDE,
        "2 commits since 1.8.* call for no release: 1 .*name the version: -p version",
    )
    bench.is_refused(
        Waiting, '"version"', "Release 1.9.0: version .* is waiting for an approval", version="1.9"
    )


# ------------------------------------------------------------ access


@pytest.mark.parametrize(
    ("login", "said"),
    [
        ("", "expected a token that GitHub accepts .*Bad credentials.*expired.*gh auth login"),
        ("reader", "expected that reader may push to team/tide, found that it may only read: ask"),
        ("stranger", "expected the repository team/tide at .*, found none that this token may see"),
    ],
)
def test_a_token_that_is_unknown_or_may_only_read_is_refused(
    bench: Bench, login: str, said: str
) -> None:
    token = bench.outside.token(login) if login else "sandbox_" + 40 * "0"
    bench.patch.setenv("GITHUB_TOKEN", token)
    bench.is_refused(AccessDenied, ACCESS, said)


def test_an_expired_token_is_refused_wherever_it_expires(bench: Bench) -> None:
    body = {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"}
    fault = {"status": 401, "body": body, "path_pattern": r"/api/v3/.*/releases"}
    bench.outside.running.client.expect("POST", "/sandbox/faults", fault)
    bench.is_refused(
        AccessDenied, DECIDE, "expected a token that GitHub accepts for GET .*; it may have expired"
    )


def test_a_key_or_a_place_that_bugzilla_does_not_know_is_refused(bench: Bench) -> None:
    bench.write_profile({"bugzilla.product": "Clowd Services"})
    bench.is_refused(
        Refused,
        ACCESS,
        "expected a product named 'Clowd Services', found no such .*mean 'Cloud Services'",
    )
    bench.write_profile({"bugzilla.component": "Deployments"})
    bench.is_refused(
        Refused, ACCESS, "expected a component named 'Deployments'.*Operations: Deployment"
    )
    bench.write_profile({"bugzilla.qa": "qa@sandbox.exmaple", "bugzilla.version": "2.x"})
    bench.is_refused(
        Refused, ACCESS, "a version named '2.x'", "an account qa@sandbox.exmaple, found none"
    )
    bench.write_profile({"bugzilla.fields.op_sys": "Linx"})
    bench.is_refused(Refused, ACCESS, "value of op_sys named 'Linx'.* did you mean 'Linux'")
    bench.write_profile()
    bench.patch.setenv("BUGZILLA_API_KEY", "sandbox_" + 40 * "0")
    bench.is_refused(AccessDenied, ACCESS, "check the Bugzilla API key|the API key is wrong")


@pytest.fixture
def nobody() -> Iterator[str]:
    """The address of a port that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize(
    ("key", "path", "at"),
    [
        ("github.api_url", "/api/v3", ACCESS),
        ("bugzilla.url", "/bugzilla", ACCESS),
        ("repository.url", "/team/tide.git", DECIDE),
    ],
)
def test_a_service_that_cannot_be_reached_is_named(
    bench: Bench, nobody: str, key: str, path: str, at: str
) -> None:
    bench.write_profile({key: f"http://{nobody}{path}"})
    bench.is_refused(Unavailable, at, re.escape(nobody), "(?i)connection refused|connect to server")


@pytest.mark.parametrize(
    ("url", "kind", "said"),
    [
        ("{url}/team/none.git", AccessDenied, "repository .*/team/none.git.* not found.*check the"),
        ("/nowhere/tide", RunbookError, "/nowhere/tide.*does not.*\nCheck the address"),
        ("--upload-pack=touch x", UsageError, "expected the address of a repository, found '--up"),
        ("ext::sh -c touch% x", RunbookError, "'ext' not allowed"),
    ],
)
def test_a_git_remote_that_is_none_is_refused(
    bench: Bench, url: str, kind: type[RunbookError], said: str
) -> None:
    bench.write_profile({"repository.url": url.format(url=bench.outside.url)})
    stop = bench.stops()
    assert isinstance(stop.error, kind)
    check_stop(stop, type(stop.error), DECIDE, f"(?is){said}")
    assert not (bench.folder / "x").exists() and not Path("x").exists()


# ------------------------------------------------------------ signing


@pytest.fixture
def gnupg(bench: Bench) -> Iterator[Callable[[str], str]]:
    """Makes OpenPGP keys in a keyring of the test's own; gives their fingerprints."""
    with tempfile.TemporaryDirectory(prefix="gpg", dir="/tmp") as folder:
        bench.patch.setenv("GNUPGHOME", folder)

        def gpg(*arguments: str) -> str:
            command = ["gpg", "--batch", "--quiet", "--passphrase", "", *arguments]
            return subprocess.run(command, check=True, capture_output=True, text=True).stdout

        def make(user: str) -> str:
            gpg("--pinentry-mode", "loopback", "--quick-gen-key", user, "ed25519", "sign", "1d")
            lines = gpg("--with-colons", "--list-keys", user).splitlines()
            return next(line.split(":")[9] for line in lines if line.startswith("fpr"))

        yield make
        subprocess.run(["gpgconf", "--kill", "all"], check=False)


NO_SIGNING: dict[str, Any] = dict.fromkeys(
    ("signing.format", "signing.key", "signing.allowed_signers")
)


def test_without_a_signing_key_nothing_is_begun(bench: Bench, gnupg: Callable[[str], str]) -> None:
    said = ("expected that git can sign, found: ", "set user.signingkey .*run this again")
    for changes in ({}, {"signing.format": "ssh"}, {"signing.key": "/nowhere/key"}):
        bench.write_profile({**NO_SIGNING, **changes})
        bench.is_refused(Refused, SIGN, *said)
    bench.write_profile({"signing.key": "/nowhere/key"})
    bench.is_refused(Refused, SIGN, *said, "/nowhere/key")


def test_a_key_that_is_not_trusted_is_refused(bench: Bench, gnupg: Callable[[str], str]) -> None:
    key = bench.folder / "mallory"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    bench.write_profile({"signing.key": str(key)})
    bench.is_refused(
        Refused, SIGN, "expected a signature by the release key, found one by .*SHA256:"
    )
    ours, other = gnupg("Olive <olive@harbor.example>"), gnupg("Mallory <m@harbor.example>")
    openpgp = {**NO_SIGNING, "signing.format": "openpgp", "signing.key": other}
    bench.write_profile({**openpgp, "signing.expected": [ours]})
    bench.is_refused(
        Refused, SIGN, f"expected a signature by {ours}, found one by Mallory .*{other}"
    )


# ------------------------------------------------------------ CI


@pytest.mark.parametrize(
    ("ci", "kind", "said"),
    [
        ("failure", Refused, r"expected green checks on .*red on .*ci/tests \(failure.*mend what"),
        ("error", Refused, r"expected green checks on .*red on .*ci/tests \(error"),
        ("pending", Waiting, r"waiting for CI: pending on .*ci/tests.*run this again to go on"),
        ("", Refused, "expected green checks on .* found no status and no check run .*let CI run"),
    ],
)
def test_ci_that_is_not_green_stops_a_release(
    bench: Bench, ci: str, kind: type[RunbookError], said: str
) -> None:
    bench.publish(f"ci-{ci or 'absent'}", lambda copy: None, ci=ci)
    bench.is_refused(kind, "wait_for_checks", said)


def test_one_red_check_run_among_green_ones_is_red(bench: Bench) -> None:
    bench.publish("ci-one-red", lambda copy: None)
    run = {"name": "lint", "head_sha": bench.project.head, "status": "completed"}
    bench.outside.make("ci-one-red/check-runs", {**run, "conclusion": "timed_out"})
    bench.is_refused(Refused, "wait_for_checks", r"lint \(timed out.*mend what is red")


def test_a_repository_that_takes_no_merge_commit_stops_before_anything_is_pushed(
    bench: Bench,
) -> None:
    bench.publish("squashes", lambda copy: None)
    settings = {"allow_merge_commit": False, "allow_rebase_merge": False}
    bench.outside.change("squashes", settings)
    bench.is_refused(Refused, "check_merging", "allows to squash only.*Allow merge commits there")


# ------------------------------------------------------------ the operator's clone


@pytest.fixture(scope="module")
def at_the_clone(
    outside: Outside, tide: Project, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple["Bench", Session]]:
    """A session that has come to the look at the operator's clone, which a test may spoil."""
    with opened_bench(outside, tide, tmp_path_factory.mktemp("bench")) as bench:
        clone = bench.make_clone()
        shutil.copytree(clone, bench.folder / "whole", symlinks=True)
        bench.write_profile()
        session = Session({"profile": "team"})
        stop = session.run(until="check_clone(")
        assert stop is None, stop
        run = current.pop("run")
        yield bench, session
        run.end()


def staged(clone: Path) -> None:
    (clone / "tide.py").write_text("height = 3\n")
    git(clone, "add", "tide.py")


def ahead(clone: Path) -> None:
    commit(clone, "fix: not pushed", {"pier.py": "x\n"})


def behind(clone: Path) -> None:
    git(clone, "reset", "--quiet", "--hard", "HEAD~1")


def diverged(clone: Path) -> None:
    behind(clone)
    ahead(clone)


def on_another_branch(clone: Path) -> None:
    git(clone, "switch", "--quiet", "-c", "feature/pier")


def in_a_conflict(clone: Path, *command: str) -> None:
    on_another_branch(clone)
    commit(clone, "fix: one", {"tide.py": "height = 3\n"})
    git(clone, "switch", "--quiet", "master")
    commit(clone, "fix: two", {"tide.py": "height = 4\n"})
    git(clone, *command, "feature/pier", status=1)


def anew(clone: Path, *options: str) -> None:
    """A clone made in another way."""
    bare = git(clone, "rev-parse", "--git-dir") and clone.parent
    shutil.rmtree(clone)
    git(bare, "clone", "--quiet", *options, f"file://{bare / 'whole'}", str(clone))


def without_its_upstream(clone: Path) -> None:
    git(clone, "update-ref", "-d", "refs/remotes/origin/master")


CLONES: dict[str, tuple[Callable[[Path], object], type[RunbookError], str]] = {
    "staged": (staged, Refused, r"expected no changes, found tide.py \(staged\); commit, stash"),
    "unstaged": (
        lambda clone: (clone / "tide.py").write_text("height = 3\n"),
        Refused,
        r"found tide.py \(changed and not staged\)",
    ),
    "deleted": (lambda clone: (clone / "tide.py").unlink(), Refused, "found tide.py"),
    "untracked": (
        lambda clone: (clone / "-n notes.txt").write_text("x"),
        Refused,
        r"found -n notes.txt \(not known to git\)",
    ),
    "ahead": (ahead, Refused, "expected master as origin/master has it.*ahead by 1 .*push them"),
    "behind": (behind, Refused, "found it behind by 1 commit; git pull, then run this again"),
    "diverged": (diverged, Refused, "found that they have diverged: 1 .*only here, 1 .*only there"),
    "detached": (
        lambda clone: git(clone, "switch", "--quiet", "--detach"),
        Refused,
        "expected branch master, found a detached HEAD at .*git switch master",
    ),
    "on another branch": (
        on_another_branch,
        Refused,
        "expected branch master, found branch feature/pier; git switch master",
    ),
    "in a merge": (
        lambda clone: in_a_conflict(clone, "merge"),
        Refused,
        "nothing under way, found a merge; finish it or abort it",
    ),
    "in a rebase": (
        lambda clone: in_a_conflict(clone, "rebase"),
        Refused,
        "nothing under way, found a rebase",
    ),
    "in a cherry-pick": (
        lambda clone: in_a_conflict(clone, "cherry-pick"),
        Refused,
        "nothing under way, found a cherry-pick",
    ),
    "shallow": (
        lambda clone: anew(clone, "--depth=1"),
        Refused,
        "expected the whole history, found the shallow clone .*git fetch --unshallow",
    ),
    "bare": (lambda clone: anew(clone, "--bare"), Refused, "with a working copy, found the bare"),
    "without its upstream": (
        without_its_upstream,
        Refused,
        "expected master's upstream origin/master, and it is gone; git fetch",
    ),
    "no clone": (
        lambda clone: shutil.rmtree(clone / ".git"),
        UsageError,
        "expected the top folder of a git clone at .*; clone it there, or correct",
    ),
    "not there": (shutil.rmtree, UsageError, "operator's clone at .*found none; clone it there"),
}


@pytest.mark.parametrize("wrong", CLONES)
def test_a_clone_that_is_not_clean_is_refused_and_stays_as_it_is(
    at_the_clone: tuple[Bench, Session], wrong: str
) -> None:
    bench, session = at_the_clone
    spoil, kind, said = CLONES[wrong]
    clone = bench.clones[0]
    spoil(clone)
    before = bench.unchanged()
    stop = session.again("check_clone(")
    assert bench.unchanged() == before
    shutil.rmtree(clone, ignore_errors=True)
    shutil.copytree(bench.folder / "whole", clone, symlinks=True)
    assert stop is not None
    check_stop(
        stop, kind, "check_clone(", said, re.escape(str(clone)) if kind is UsageError else ""
    )
    assert session.again("check_clone(") is None


def test_a_clean_clone_is_not_so_much_as_refreshed(at_the_clone: tuple[Bench, Session]) -> None:
    bench, session = at_the_clone
    os.utime(bench.clones[0] / "tide.py", (0, 0))
    before = bench.unchanged()
    assert session.again("check_clone(") is None
    assert bench.unchanged() == before


# ------------------------------------------------------------ tests


def test_tests_that_fail_or_do_not_exist_stop_a_release(bench: Bench) -> None:
    bench.make_clone()
    for command, kind, said in (
        (["python", "-c", "print('wet'); exit(3)"], Failed, "ended with status 3.*\nwet"),
        (["no-such-program", "--x"], UsageError, "expected the command 'no-such-program'.*install"),
        (["./tide.py"], UsageError, "expected the command './tide.py'"),
    ):
        bench.write_profile({"test.command": command})
        bench.is_refused(kind, "run.test(", f"(?s){said}")
    bench.write_profile({"test.command": ["sleep", "9"], "test.limit": 0.3})
    bench.is_refused(Failed, "run.test(", "sleep 9 passes, it was not done after 0 s|0.3 s")


def test_what_tests_leave_behind_is_in_the_way_of_no_session(bench: Bench) -> None:
    bench.make_clone()
    code = (
        "import subprocess; open('.coverage', 'w').write('x'); open('tide.py', 'a').write('x = 1');"
        "subprocess.run(['git', 'tag', 'left-by-a-test'], check=True)"
    )
    bench.write_profile({"test.command": ["python", "-c", code]})
    for _ in range(2):
        assert Session({"profile": "team"}).run(until="write_entry(") is None
        leave()
    checkout = next(bench.data.rglob("checkout"))
    assert git(checkout, "status", "--porcelain") == ""
    assert git(checkout, "tag", "--list", "left*") == ""
    assert list(checkout.parent.glob("tests*")) == []


def test_without_a_test_command_a_person_has_to_agree(bench: Bench) -> None:
    bench.write_profile({"test.command": None})
    bench.is_refused(
        Waiting, "run.test(", "Release 1.9 untested: .*is waiting for an approval: decide"
    )


def test_an_interrupted_test_leaves_nothing_behind(bench: Bench) -> None:
    bench.make_clone()
    pids = bench.folder / "pids"
    code = (
        "import os, subprocess, time; child = subprocess.Popen(['sleep', '600']); "
        f"open({str(pids)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}'); time.sleep(600)"
    )
    bench.write_profile({"test.command": ["python", "-c", code]})

    def interrupt() -> None:
        while not pids.exists() or not pids.read_text():
            time.sleep(0.02)
        os.kill(os.getpid(), signal.SIGINT)

    before = bench.unchanged()
    threading.Thread(target=interrupt, daemon=True).start()
    stop = Session({"profile": "team"}).run()
    leave()
    assert stop is not None
    assert isinstance(stop.error, KeyboardInterrupt)
    assert "run.test(" in stop.cell
    assert bench.unchanged() == before
    for pid in pids.read_text().split():
        wait_until(lambda pid=pid: not alive(int(pid)))  # type: ignore[misc]
    bench.write_profile()
    assert Session({"profile": "team"}).run(until="create_branch(") is None


# ------------------------------------------------------------ what is there already


def elsewhere(copy: Path) -> None:
    git(copy, "branch", "release/1.9", "1.8")


def gone_on(copy: Path) -> None:
    git(copy, "switch", "--quiet", "-c", "release/1.9")
    commit(copy, "fix: one")
    commit(copy, "fix: two")
    git(copy, "switch", "--quiet", "master")


def tag(*arguments: str) -> Callable[[Path], object]:
    return lambda copy: git(copy, "tag", *arguments)


@pytest.mark.parametrize(
    ("name", "spoil", "said"),
    [
        ("branch-elsewhere", elsewhere, "or one commit on top of it, found it in origin at .*1.8;"),
        ("branch-gone-on", gone_on, "or one commit on top of it, found it in .* at .*fix: two;"),
    ],
)
def test_a_branch_that_is_elsewhere_is_a_conflict(
    bench: Bench, name: str, spoil: Callable[[Path], object], said: str
) -> None:
    bench.publish(name, spoil)
    bench.make_clone()
    bench.is_refused(
        Conflict, "create_branch(", f"expected release/1.9 at [0-9a-f]+ {said} see who"
    )


def test_a_branch_with_a_commit_of_somebody_elses_is_refused(bench: Bench) -> None:
    def spoil(copy: Path) -> None:
        git(copy, "switch", "--quiet", "-c", "release/1.9")
        commit(copy, "fix: sneaked in", {"sneaked.py": "x\n"})
        git(copy, "switch", "--quiet", "master")

    bench.publish("branch-sneaked", spoil)
    bench.is_refused(
        Refused, "check_changed(", "changes in exactly setup.py; changed besides: sneaked.py"
    )


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("tag-elsewhere", ("-a", "-m", "x", "1.9", "1.8^{}")),
        ("tag-lightweight", ("1.9", "master")),
        ("tag-unsigned", ("-a", "-m", "x", "1.9", "master")),
        ("tag-other-scheme", ("v1.9.0", "master")),
    ],
)
def test_a_tag_of_the_version_is_a_conflict(
    bench: Bench, name: str, arguments: tuple[str, ...]
) -> None:
    bench.publish(name, tag(*arguments))
    bench.is_refused(
        Conflict,
        DECIDE,
        "expected a version that is not released yet, found 1.9.0, which tag v?1.9(.0)? names alre",
        version="1.9",
    )


def test_a_tag_on_a_blob_is_a_conflict(bench: Bench) -> None:
    bench.publish("tag-blob", tag("-a", "-m", "x", "1.9", "master:setup.py"))
    bench.is_refused(
        Conflict, "sign_tag(", "expected tag 1.9 at commit .*found it in .* at the blob .*never"
    )


def test_a_tag_that_comes_before_ours_is_signed_is_a_conflict(bench: Bench) -> None:
    bench.publish("meanwhile", lambda copy: None)
    bare = bench.project.bare
    session = Session({"profile": "team"})
    bench.write_profile()
    assert session.run(until="sign_tag(") is None
    git(bare, "tag", "-a", "-m", "x", "1.9", "1.8^{}")
    before = bench.unchanged()
    stop = session.again("sign_tag(")
    assert stop is not None and bench.unchanged() == before
    check_stop(stop, Conflict, "sign_tag(", "expected tag 1.9 at .*found it in origin and here")
    leave()


def test_a_tag_that_comes_between_signing_and_pushing_is_a_conflict(bench: Bench) -> None:
    bench.publish("just-before", lambda copy: None)
    bench.write_profile()
    session = Session({"profile": "team"})
    assert session.run(until="tree.push(") is None
    git(bench.project.bare, "tag", "1.9", "1.8^{}")
    before = bench.unchanged()
    stop = session.again("tree.push(")
    assert stop is not None and bench.unchanged() == before
    check_stop(stop, Conflict, "tree.push(", "tag 1.9 on origin is .*a pushed tag is never moved")
    leave()


@pytest.mark.parametrize("draft", [True, False])
def test_a_release_of_somebody_elses_is_a_conflict_before_anything_is_pushed(
    bench: Bench, draft: bool
) -> None:
    name = "foreign-draft" if draft else "foreign-release"
    bench.publish(name, lambda copy: None)
    made = {"tag_name": "1.9", "name": "Mine", "draft": draft, "target_commitish": "master"}
    bench.outside.make(f"{name}/releases", made)
    said = "1.9 on GitHub, found a draft that this run did not" if draft else "which tag 1.9 names"
    bench.is_refused(Conflict, DECIDE, said, version="1.9")


# ------------------------------------------------------------ the files


def without_changelog(copy: Path) -> None:
    (copy / "CHANGELOG.md").unlink()
    commit(copy, "chore: no changelog")


def test_a_missing_changelog_is_made(bench: Bench) -> None:
    bench.publish("no-changelog", without_changelog)
    bench.write_profile()
    session = Session({"profile": "team"})
    assert session.run(until="tree.push(") is None
    text = git(session.names["tree"].path, "show", "HEAD:CHANGELOG.md")
    assert "the gauge of the skerry" in text and "heights in metres" in text
    leave()


TWICE = 'from setuptools import setup\n\nsetup(version="1.8")\nsetup(version="1.7")\n'


@pytest.mark.parametrize(
    ("name", "files", "parameters", "kind", "said"),
    [
        (
            "version-ambiguous",
            {"setup.py": TWICE},
            {},
            UsageError,
            "agree on the present version, found setup.py: 1.8, setup.py: 1.7: make .*version_file",
        ),
        (
            "version-absent",
            {"setup.py": "x\n"},
            {},
            UsageError,
            "as the last release .* found none, where setup.py said it: name .*version_file=none",
        ),
        (
            "version-twice",
            {"setup.py": TWICE},
            {"version_file": "setup.py"},
            Refused,
            "expected one place in setup.py .*line 3: 1.8; line 4: 1.7; name the place with",
        ),
    ],
)
def test_a_version_that_stands_in_no_place_or_several_is_refused(
    bench: Bench,
    name: str,
    files: dict[str, str],
    parameters: dict[str, Any],
    kind: type[RunbookError],
    said: str,
) -> None:
    bench.publish(name, lambda copy: commit(copy, "chore: files", files))
    bench.make_clone()
    bench.is_refused(kind, DECIDE, said, **parameters)


@pytest.mark.parametrize(
    ("parameters", "kind", "said"),
    [
        (
            {"version_file": "none.py"},
            UsageError,
            "expected the version in none.py, and there is n",
        ),
        ({"version_file": "../../x"}, UsageError, "expected a file inside .*found '../../x'"),
        ({"version_pattern": "("}, UsageError, r"version_pattern '\(' is no regular expression"),
        ({"version_pattern": "1.8"}, UsageError, "with one group around the version, found 0 in"),
        (
            {"version_pattern": "(setup)"},
            Refused,
            "expected one place in setup.py .*line 1.*line 3",
        ),
    ],
)
def test_a_place_of_the_version_that_is_none_is_refused(
    bench: Bench, parameters: dict[str, str], kind: type[RunbookError], said: str
) -> None:
    bench.is_refused(kind, DECIDE, said, **parameters)


# ------------------------------------------------------------ rehearsed repositories


def no_repository(folder: Path) -> str:
    folder.mkdir()
    (folder / "notes.txt").write_text("x")
    return str(folder)


def a_file(folder: Path) -> str:
    folder.write_text("x")
    return str(folder)


def empty(folder: Path) -> str:
    git(folder.parent, "init", "--quiet", "--template=", folder.name)
    return str(folder)


def cloned(*options: str) -> Callable[[Path], str]:
    def make(folder: Path) -> str:
        source = make_project(folder.with_name("origin"))
        git(source, "config", "uploadpack.allowFilter", "true")
        git(source, "clone", "--quiet", *options, f"file://{source}", str(folder))
        return str(folder)

    return make


REPOSITORIES: dict[str, tuple[Callable[[Path], str], str]] = {
    "not there": (str, "expected a git repository at .*that can be read; git says: fatal: '"),
    "a file": (a_file, "expected a git repository at .*that can be read; git says"),
    "no repository": (no_repository, "expected a git repository at .*that can be read; git says"),
    "empty": (empty, "expected commits in .*/tide, found an empty repository"),
    "shallow": (cloned("--depth=1"), "found a shallow clone; run `git fetch --unshallow` in it"),
    "partial": (cloned("--filter=blob:none"), "found a partial clone; give the URL of its origin"),
    "an option": (lambda _: "--upload-pack=touch x", "expected a .*--upload-pack=touch x"),
    "another protocol": (lambda _: "ext::sh -c touch% x/tide", "transport 'ext' not allowed"),
    "no name": (lambda _: "/", "expected a path or URL that ends in a name, found '/'"),
    "a password": (lambda _: "https://me:hunter2@127.0.0.1:1/tide", "without a password, found"),
}


@pytest.mark.parametrize("wrong", REPOSITORIES)
def test_a_repository_that_cannot_be_rehearsed_leaves_no_sandbox(bench: Bench, wrong: str) -> None:
    make, said = REPOSITORIES[wrong]
    repository = make(bench.folder / "tide")
    bench.clones.append(bench.folder / "tide")
    stop = bench.stops(profile="sandbox", repository=repository)
    check_stop(stop, UsageError, OPEN, said)
    assert "hunter2" not in stop.shown
    assert not list(bench.data.glob("*/*"))
    assert not (bench.folder / "x").exists() and not Path("x").exists()


def test_a_source_that_a_rehearsed_repository_does_not_have_leaves_no_sandbox(bench: Bench) -> None:
    repository = cloned()(bench.folder / "tide")
    bench.is_refused(
        UsageError,
        OPEN,
        "expected a branch develop in .*, found master; name another .*source",
        profile="sandbox",
        repository=repository,
        source="develop",
    )
    assert not list(bench.data.glob("*/*"))


def test_ci_tests_the_source_that_a_rehearsal_names(bench: Bench) -> None:
    repository = cloned()(bench.folder / "tide")
    git(bench.folder / "tide", "switch", "--quiet", "-c", "develop")
    ahead(bench.folder / "tide")
    session = Session({"repository": repository, "source": "develop"})
    assert session.run(until="check_clone(") is None
    assert session.names["release"].start == git(bench.folder / "tide", "rev-parse", "develop")


# ------------------------------------------------------------ hostile texts

SUBJECTS = (
    "feat: <b>bold</b> <script>alert(1)</script> & \"quoted\" 'texts'",
    "fix: <img src=x onerror=alert(2)> $(touch pwned) ; touch pwned | `touch pwned`",
    "feat(--force): --upload-pack=touch pwned",
    "fix(<i>pier</i>): {{ version }} {% raw %} {version} %s --> <!-- runbook: x -->",
    "-f --amend \\\\ </pre></td></table>",
)
BRANCHES = (
    "a;touch-pwned",
    "$(touch${IFS}pwned)",
    "<b>x</b>",
    "ünï/ç",
    "--force",
    "'quoted\"",
    "@",
)
WATCHED_FILE = "migrations/<b onclick=x>1.py"


def hostile_project(folder: Path) -> Path:
    """A project whose names of all kinds would mean something to a shell, a browser, an option."""
    make_project(folder)
    for number, subject in enumerate(SUBJECTS):
        commit(folder, subject, {f"{number}.py": "x\n"})
    commit(folder, "fix: order", {WATCHED_FILE: "x\n"})
    for name in BRANCHES:
        git(folder, "update-ref", f"refs/heads/{name}", "HEAD~1")
        git(folder, "update-ref", f"refs/tags/{name}", "HEAD~2")
    return folder


class Elements(HTMLParser):
    """The elements of HTML, their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def html_of(executed: Executed) -> str:
    """All HTML that an executed notebook shows, and nothing that would be shown as markdown."""
    cells = executed.notebook["cells"]
    found = [out.get("data", {}) for cell in cells for out in cell.get("outputs", [])]
    kinds = {kind for data in found for kind in data}
    assert kinds == {"text/plain", "text/html"}
    return "\n".join("".join(data["text/html"]) for data in found if "text/html" in data)


def all_bytes(folder: Path) -> Iterator[tuple[Path, bytes]]:
    """What every file below a folder holds; git's objects as they are before they are packed."""
    for path in folder.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            with suppress(zlib.error):
                content += zlib.decompress(content) if "objects" in path.parts else b""
            yield path, content


def check_no_secret(tokens: Iterable[str], *places: Path) -> None:
    """None of the tokens stands in any file there, neither as it is nor in base64."""
    forms = [form.encode() for form in Masking(map(Secret, tokens)).forms]
    assert forms
    for place in places:
        for path, content in all_bytes(place):
            assert not [form for form in forms if form in content], path


def test_hostile_texts_are_only_ever_texts(bench: Bench) -> None:
    source = hostile_project(bench.folder / "tide")
    bench.clones.append(source)
    before = bench.unchanged()
    executed = execute(
        bench.folder / "out.ipynb", {"repository": str(source), "test_command": "python -c pass"}
    ).went_well()
    assert bench.unchanged() == before
    assert not [path for path in (*bench.folder.rglob("*"), *Path().iterdir()) if is_made(path)]
    check_html(Elements(html_of(executed)))
    [folder] = bench.data.glob("sandbox/*")
    world = World(process.start(folder), "rehearsal/tide")
    check_world(world, source)
    tokens = [world.token(login) for login, *_ in ACCOUNTS]
    kept = (folder / name for name in ("sessions", "runs", "mirrors", "git", "access.jsonl"))
    check_no_secret(tokens, bench.folder / "out.ipynb", *kept)


def is_made(path: Path) -> bool:
    """Whether a file is there because a text was run as a command."""
    return path.name.startswith("pwned")


def check_html(html: Elements) -> None:
    """Nothing in it acts, and the texts stand in it as texts."""
    assert not html.names & {"script", "img", "i", "iframe"}
    assert not [name for name, _ in html.attributes if name.startswith("on")]
    links = [value for name, value in html.attributes if name == "href"]
    assert links and all(link.startswith(("http://", "https://")) for link in links)
    assert SUBJECTS[0] in html.text
    assert SUBJECTS[2] in html.text
    assert f"operations should know of: {WATCHED_FILE}" in html.text
    assert "&lt;img src=x onerror=alert(2)> $(touch pwned)" in html.text


def check_world(world: World, source: Path) -> None:
    """What was made there says the texts, with no HTML in them where HTML would count."""
    assert set(refs_of(source)) <= set(world.refs()["rehearsal/tide"])
    [pull], [release], [bug, _] = world.pulls(), world.releases(), world.bugs()
    description = world.comments(bug["id"])[0]["text"]
    changelog = git(world.bare, "show", "1.9:CHANGELOG.md")
    for text in (changelog, pull["body"], release["body"], description):
        assert "&lt;b>bold&lt;/b> &lt;script>alert(1)&lt;/script> & \"quoted\" 'texts'" in text
        assert "&lt;img src=x onerror=alert(2)> $(touch pwned) ; touch pwned |" in text
        assert "--upload-pack=touch pwned" in text
        assert "{{ version }} {% raw %} {version} %s --> &lt;!-- runbook: x -->" in text
        assert not re.search("<(script|img|i|/i|b|/b|/pre)\\b", text.replace(WATCHED_FILE, ""))
    assert f"* {WATCHED_FILE} has changed" in description


# ------------------------------------------------------------ with a real kernel


def test_a_number_for_a_version_is_refused_by_papermill_before_anything_is_begun(
    bench: Bench,
) -> None:
    output = bench.folder / "out.ipynb"
    command = [sys.executable, "-m", "papermill", str(NOTEBOOK), str(output), "-p", "version"]
    done = subprocess.run([*command, "2.10"], capture_output=True, text=True)
    assert done.returncode == 2
    assert (
        "parameter version: expected text, found float 2.1; "
        "give it as text: papermill … -r version '…'"
    ) in done.stderr
    assert "Traceback" not in done.stderr
    written = json.loads(output.read_text())
    statuses = {
        cell["metadata"]["papermill"].get("status")
        for cell in written["cells"]
        if "papermill" in cell["metadata"]
    }
    assert "completed" not in statuses
    assert "nothing was run" in json.dumps(written)
    assert not list(bench.data.iterdir())


def errors_of(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    """The errors that an executed notebook shows."""
    outputs = [out for cell in notebook["cells"] for out in cell.get("outputs", [])]
    return [out for out in outputs if out["output_type"] == "error"]


def test_a_session_that_waits_shows_no_traceback_and_leaves_no_secret(bench: Bench) -> None:
    bench.publish("waits", lambda copy: None)
    bench.make_clone()
    bench.write_profile()
    stop = Session({"profile": "team"}).run()
    leave()
    assert stop is not None
    check_stop(stop, Waiting, "wait_for_merge(", "waiting for a review of #1")
    before = bench.unchanged()
    executed = execute(bench.folder / "out.ipynb", {"profile": "team"})
    assert bench.unchanged() == before
    executed.ended_with("Waiting")
    [error] = errors_of(executed.notebook)
    assert len(error["traceback"]) <= 3
    assert " ".join(map(str.strip, error["traceback"])) == f"Waiting: {error['evalue']}"
    assert re.match("waiting for a review of #1; waited .* run this again", executed.evalue)
    places = (bench.data, bench.folder / "out.ipynb", bench.outside.folder / "access.jsonl")
    check_no_secret([bench.outside.token()], *places)
