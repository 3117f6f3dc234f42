"""The operator's clone: each state it can be in, and that it is never touched."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.errors import Refused, UsageError
from runbook_lib.services.git import OperatorClone, configured
from runbook_lib.services.git.clones.clone_status import look_at_clone
from runbook_lib.services.git.git import Git
from runbook_lib.steps.step import Runner
from tests.services.git.conftest import Upstream, commit, fingerprint, git


@pytest.fixture
def clone(upstream: Upstream, runner: Runner) -> OperatorClone:
    return OperatorClone(upstream.clone, runner)


def test_a_clean_clone_says_its_branch_and_commit(clone: OperatorClone, upstream: Upstream) -> None:
    found = clone.check_clone("master")
    assert (found.branch, found.commit) == ("master", upstream.head)
    assert str(found) == f"{upstream.clone} is clean: master at {upstream.head:.9}"


def test_a_repository_without_an_upstream_is_compared_with_nothing(
    tmp_path: Path, runner: Runner
) -> None:
    git(tmp_path, "init", "--quiet", "alone")
    made = commit(tmp_path / "alone", "feat: x", x="x")
    assert OperatorClone(tmp_path / "alone", runner).check_clone("master").commit == made


def merge_conflict(folder: Path) -> None:
    git(folder, "switch", "--quiet", "-c", "side", "HEAD~1")
    commit(folder, "feat: side", pier__py="pier = 2\n")
    git(folder, "switch", "--quiet", "master")
    Git(folder, whose="nobody's").ask("merge", "side")


def rebase(folder: Path) -> None:
    git(folder, "switch", "--quiet", "-c", "side", "HEAD~1")
    commit(folder, "feat: side", pier__py="pier = 2\n")
    Git(folder, whose="nobody's").ask("rebase", "master")


def diverged(folder: Path) -> None:
    git(folder, "reset", "--quiet", "--hard", "HEAD~1")
    commit(folder, "feat: mine", mine__py="1")


def gone(folder: Path) -> None:
    git(folder, "update-ref", "-d", "refs/remotes/origin/master")


STATES: dict[str, tuple[Callable[[Path], object], str]] = {
    "detached": (lambda f: git(f, "switch", "--quiet", "--detach"), "a detached HEAD at"),
    "wrong branch": (
        lambda f: git(f, "switch", "--quiet", "-c", "side"),
        "expected branch master, found branch side; git switch master",
    ),
    "staged": (
        lambda f: ((f / "setup.py").write_text("x"), git(f, "add", "setup.py")),
        r"setup\.py \(staged\)",
    ),
    "unstaged": (
        lambda f: (f / "setup.py").write_text("x"),
        r"found setup\.py \(changed and not staged\)",
    ),
    "untracked": (
        lambda f: ((f / "d").mkdir(), (f / "d" / "ä -n\n.txt").write_text("x")),
        r"d/ä -n\n\.txt \(not known to git\)",
    ),
    "renamed": (lambda f: git(f, "mv", "setup.py", "other.py"), r"other\.py, setup\.py \(staged\)"),
    "ahead": (lambda f: commit(f, "feat: mine", mine="x"), "ahead by 1 commit"),
    "behind": (
        lambda f: git(f, "reset", "--quiet", "--hard", "HEAD~1"),
        "behind by 1 commit; git pull",
    ),
    "diverged": (diverged, "diverged: 1 commit only here, 1 commit only there"),
    "upstream gone": (gone, "upstream origin/master, and it is gone"),
    "merge": (merge_conflict, "nothing under way, found a merge"),
    "rebase": (rebase, "nothing under way, found a rebase"),
}


@pytest.mark.parametrize("state", STATES)
def test_each_other_state_is_refused_with_what_to_do_and_left_as_it_is(
    clone: OperatorClone, upstream: Upstream, state: str
) -> None:
    make, message = STATES[state]
    make(upstream.clone)
    before = fingerprint(upstream.bare, upstream.clone)
    with pytest.raises(Refused, match=message):
        clone.check_clone("master")
    assert fingerprint(upstream.bare, upstream.clone) == before


def test_untracked_files_are_seen_where_the_operator_hides_them(
    clone: OperatorClone, upstream: Upstream
) -> None:
    git(upstream.clone, "config", "status.showUntrackedFiles", "no")
    (upstream.clone / "new.txt").write_text("x")
    with pytest.raises(Refused, match=r"new.txt"):
        clone.check_clone("master")


def test_a_shallow_clone_is_refused(upstream: Upstream, runner: Runner, tmp_path: Path) -> None:
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{upstream.bare}", "shallow")
    with pytest.raises(Refused, match="git fetch --unshallow"):
        OperatorClone(tmp_path / "shallow", runner).check_clone("master")


def test_a_bare_repository_is_refused(upstream: Upstream, runner: Runner) -> None:
    with pytest.raises(Refused, match="with a working copy"):
        OperatorClone(upstream.bare, runner).check_clone("master")


def test_a_repository_without_commits_is_refused(tmp_path: Path, runner: Runner) -> None:
    git(tmp_path, "init", "--quiet", "new")
    with pytest.raises(Refused, match="expected a commit on master"):
        OperatorClone(tmp_path / "new", runner).check_clone("master")


def test_what_is_no_clone_is_an_error(tmp_path: Path, runner: Runner, upstream: Upstream) -> None:
    (upstream.clone / "inner").mkdir()
    for folder in (tmp_path / "none", tmp_path, upstream.clone / "inner"):
        with pytest.raises(UsageError, match=r"expected (the top|a) folder"):
            OperatorClone(folder, runner).check_clone("master")


def test_looking_writes_nothing_even_where_the_index_is_stale(
    clone: OperatorClone, upstream: Upstream
) -> None:
    git(upstream.clone, "config", "core.fsmonitor", "true")
    (upstream.clone / "setup.py").touch()
    before = fingerprint(upstream.clone)
    clone.check_clone("master")
    assert fingerprint(upstream.clone) == before
    assert not (upstream.clone / ".git" / "fsmonitor--daemon").exists()


def test_the_identity_there_is_carried_elsewhere(
    clone: OperatorClone, upstream: Upstream, tmp_path: Path
) -> None:
    (upstream.clone / "signers").write_text("")
    for name, value in {
        "user.email": "other@harbor.example",
        "user.signingkey": "key::ssh-ed25519 AAAA",
        "gpg.format": "ssh",
        "gpg.ssh.allowedSignersFile": "signers",
        "commit.gpgSign": "true",
        "core.editor": "vi",
    }.items():
        git(upstream.clone, "config", name, value)
    identity = clone.identity()
    assert identity == {
        "user.name": "Olive Operator",
        "user.email": "other@harbor.example",
        "user.signingkey": "key::ssh-ed25519 AAAA",
        "gpg.format": "ssh",
        "gpg.ssh.allowedsignersfile": str(upstream.clone / "signers"),
        "commit.gpgsign": "true",
    }
    elsewhere = Git(tmp_path, configured({}, identity))
    assert elsewhere.run("config", "--get", "user.email").text == "other@harbor.example"


PROGRAMS = {
    "filter.evil.clean": "touch {ran}; cat",
    "filter.evil.process": "touch {ran}",
    "filter.evil.required": "true",
    "core.fsmonitor": "touch {ran}",
    "core.sshCommand": "touch {ran}",
    "diff.external": "touch {ran}",
    "diff.evil.textconv": "touch {ran}",
    "diff.evil.command": "touch {ran}",
    "alias.status": "!touch {ran}",
    "uploadpack.packObjectsHook": "touch {ran}",
    "core.hooksPath": "{hooks}",
    "log.showSignature": "true",
    "gpg.program": "{hooks}/post-index-change",
    "status.submoduleSummary": "true",
}


def set_up_programs(folder: Path, ran: Path, hooks: Path) -> None:
    """Have a clone's own settings name a program wherever git would run one."""
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "post-checkout", "pre-commit", "reference-transaction"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {ran}\n")
        (hooks / name).chmod(0o755)
    for name, value in PROGRAMS.items():
        git(folder, "config", name, value.format(ran=ran, hooks=hooks))
    (folder / ".git" / "info" / "attributes").write_text("* filter=evil diff=evil\n")
    for path in folder.glob("*.py"):
        path.touch()


def test_nothing_that_a_clone_names_is_run_when_it_is_looked_at(
    clone: OperatorClone, upstream: Upstream, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    set_up_programs(upstream.clone, ran, tmp_path / "hooks")
    clone.check_clone("master")
    look_at_clone(
        clone,
        Git(upstream.bare),
        "master",
        head=upstream.head,
        commit=upstream.head,
        tags=["2026.03.12*"],
    )
    clone.identity()
    assert not ran.exists()
    subprocess.run(["git", "status"], cwd=upstream.clone, capture_output=True)
    assert ran.exists()


def test_nothing_that_a_submodule_names_is_run_when_its_clone_is_looked_at(
    clone: OperatorClone, upstream: Upstream, tmp_path: Path
) -> None:
    ran, inner = tmp_path / "ran", tmp_path / "inner"
    git(tmp_path, "init", "--quiet", "inner")
    commit(inner, "feat: inner", inner__py="x\n")
    allowed = ("-c", "protocol.file.allow=always")
    git(upstream.clone, *allowed, "submodule", "--quiet", "add", str(inner), "inner")
    git(upstream.clone, "commit", "--quiet", "-m", "feat: a submodule")
    git(upstream.clone, "push", "--quiet", "origin", "master")
    git(upstream.clone / "inner", "config", "core.fsmonitor", f"touch {ran}")
    assert clone.check_clone("master").commit == upstream.head
    assert not ran.exists()


def test_a_filter_that_the_operator_has_set_up_for_all_clones_is_run(
    clone: OperatorClone, upstream: Upstream
) -> None:
    git(upstream.clone, "config", "--global", "filter.shout.clean", "tr a-z A-Z")
    git(upstream.clone, "config", "filter.shout.clean", "touch evil; cat")
    (upstream.clone / ".git" / "info" / "attributes").write_text("*.py filter=shout\n")
    (upstream.clone / "pier.py").write_text("pier = 2\n")
    git(
        upstream.clone, "-c", "filter.shout.clean=tr a-z A-Z", "commit", "--quiet", "-am", "feat: x"
    )
    git(upstream.clone, "push", "--quiet", "origin", "master")
    (upstream.clone / "pier.py").write_text("pier  = 2\n")
    (upstream.clone / "pier.py").write_text("pier = 2\n")
    clone.check_clone("master")
    assert not (upstream.clone / "evil").exists()


def test_a_clone_that_lacks_objects_is_looked_at_without_fetching_them(
    clone: OperatorClone, upstream: Upstream, tmp_path: Path
) -> None:
    ran = tmp_path / "ran"
    git(upstream.clone, "config", "extensions.partialClone", "origin")
    git(upstream.clone, "config", "core.repositoryFormatVersion", "1")
    git(upstream.clone, "config", "remote.origin.uploadpack", f"touch {ran}; git-upload-pack")
    clone.look.ask("cat-file", "-t", "1" * 40)
    assert not ran.exists()
    clone.git.ask("cat-file", "-t", "1" * 40)
    assert ran.exists()
