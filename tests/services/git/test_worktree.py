"""The release's one commit: the version, exactly the files that were meant, the team's hooks."""

from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, Failed, Refused, UsageError
from runbook_lib.services.git import Repository, Worktree, configured
from runbook_lib.steps.step import Planned, Runner
from tests.services.git.conftest import FILES, Upstream, commit, fingerprint, git, outcomes, prepare


def test_the_version_is_changed_in_its_one_place_and_shown_as_a_diff(branch: Worktree) -> None:
    found = branch.set_version("1.9")
    assert (branch.path / "setup.py").read_text().count('version="1.9"') == 1
    assert found.files == ("setup.py",)
    assert str(found).startswith("setup.py says 1.9\n")
    assert '-    version="1.8",\n+    version="1.9",' in found.diff
    assert branch.set_version("1.9") == found


@pytest.mark.parametrize(
    "content",
    [
        b"a = 1\r\nrelease = v1.8\r\nlast",
        b"\xef\xbb\xbfrelease = v1.8\n",
        b"caf\xe9 \xff\x00\nrelease = v1.8 \x0c\n\n\n",
        b"\rrelease = v1.8",
    ],
)
def test_every_other_byte_and_the_file_s_mode_stay(branch: Worktree, content: bytes) -> None:
    file = branch.path / "VERSION"
    file.write_bytes(content)
    file.chmod(0o755)
    branch.set_version("1.9", file="VERSION", pattern=r"release = v(\d+\.\d+)")
    assert file.read_bytes() == content.replace(b"1.8", b"1.9")
    assert file.stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in branch.path.iterdir() if "part" in path.name) == []


def test_a_version_that_is_there_before_changes_nothing(branch: Worktree, runner: Runner) -> None:
    before = fingerprint(branch.path)
    found = branch.set_version("1.8")
    assert (found.files, found.diff) == ((), "")
    assert fingerprint(branch.path) == before
    assert outcomes(runner)[-1] == "already"


@pytest.mark.parametrize(
    ("file", "pattern", "message", "kind"),
    [
        ("CHANGELOG.md", None, "found none", Refused),
        ("setup.py", r"(\d)", r"found line 5: 1; line 5: 8", Refused),
        ("setup.py", r"version=\"9(.*)\"", "found none", Refused),
        ("setup.py", r"version", "with one group", UsageError),
        ("none.py", None, "there is no such file", UsageError),
        ("../checkout/setup.py", None, "a file inside", UsageError),
        ("/etc/hostname", None, "a file inside", UsageError),
        ("link.py", None, "a file inside", UsageError),
    ],
)
def test_a_place_that_is_not_clear_is_refused_and_nothing_is_written(
    branch: Worktree, file: str, pattern: str | None, message: str, kind: type[Exception]
) -> None:
    (branch.path / "link.py").symlink_to("../checkout/setup.py")
    before = fingerprint(branch.path, branch.path.parent / "checkout")
    with pytest.raises(kind, match=message):
        branch.set_version("1.9", file=file, pattern=pattern)
    assert fingerprint(branch.path, branch.path.parent / "checkout") == before


def test_two_files_that_say_a_version_ask_which_is_meant(branch: Worktree) -> None:
    commit(branch.path, "feat: x", harbor_in___init____py="x = 1\n")
    (branch.path / "package.json").write_text('{"version": "1.8"}')
    git(branch.path, "add", "package.json")
    with pytest.raises(UsageError, match=r"stands in package.json, setup.py; .*version_file"):
        branch.set_version("1.9")


def test_a_plan_writes_nothing(branch: Worktree, runner: Runner) -> None:
    before = fingerprint(branch.path)
    runner.plan = True
    assert isinstance(branch.set_version("1.9"), Planned)
    assert fingerprint(branch.path) == before


def test_the_files_that_were_meant_are_changed_before_and_after_the_commit(
    branch: Worktree,
) -> None:
    prepare(branch)
    uncommitted = "2 files changed:\n M CHANGELOG.md\n M setup.py"
    assert str(branch.check_changed(FILES, branch.start)) == uncommitted
    branch.commit("chore: tag 1.9", FILES, branch.start)
    assert str(branch.check_changed(FILES, branch.start)) == (
        "2 files changed:\nM  CHANGELOG.md\nM  setup.py"
    )


def test_a_file_too_many_or_too_few_is_refused_and_named(
    branch: Worktree, upstream: Upstream
) -> None:
    prepare(branch)
    (branch.path / "stray -x.txt").write_text("x")
    before = fingerprint(upstream.bare, branch.path)
    with pytest.raises(Refused, match=r"changed besides: stray -x\.txt; not changed: other\.md"):
        branch.check_changed((*FILES, "other.md"), branch.start)
    with pytest.raises(Refused, match=r"changed besides: stray -x\.txt"):
        branch.commit("chore: tag 1.9", FILES, branch.start)
    assert fingerprint(upstream.bare, branch.path) == before


def test_nothing_to_commit_is_refused(branch: Worktree) -> None:
    with pytest.raises(Refused, match=r"not changed: CHANGELOG\.md, setup\.py"):
        branch.commit("chore: tag 1.9", FILES, branch.start)


def test_one_commit_is_made_and_found_again(branch: Worktree, runner: Runner) -> None:
    prepare(branch)
    message = "chore: tag 1.9 -x\n\n# not a comment\n$(touch x) --amend"
    made = branch.commit(message, FILES, branch.start)
    assert (made.parents, made.subject) == ((branch.start,), "chore: tag 1.9 -x")
    assert made.body == "# not a comment\n$(touch x) --amend"
    assert branch.commit(message, FILES, branch.start) == made
    assert outcomes(runner)[-2:] == ["done", "already"]
    assert git(branch.path, "status", "--porcelain") == ""


def test_new_and_deleted_files_are_part_of_it(branch: Worktree) -> None:
    (branch.path / "pier.py").unlink()
    (branch.path / "new.py").write_text("x")
    made = branch.commit("chore: tag 1.9", ("pier.py", "new.py"), branch.start)
    assert (
        git(branch.path, "show", "--format=", "--name-status", made.id) == "A\tnew.py\nD\tpier.py"
    )


def test_a_commit_of_something_else_is_a_conflict(branch: Worktree) -> None:
    prepare(branch)
    branch.commit("chore: tag 1.9", FILES, branch.start)
    with pytest.raises(Conflict, match=r"expected a commit 'chore: tag 2.0', found"):
        branch.commit("chore: tag 2.0", FILES, branch.start)
    with pytest.raises(Conflict, match=r"changes setup\.py, found that it changes CHANGELOG\.md"):
        branch.commit("chore: tag 1.9", ("setup.py",), branch.start)
    commit(branch.path, "feat: stray", stray="x")
    with pytest.raises(Conflict, match=r"or one commit on top of it, found .* feat: stray"):
        branch.commit("chore: tag 1.9", FILES, branch.start)
    with pytest.raises(Conflict, match="or one commit on top of it"):
        branch.check_changed(FILES, branch.start)


def hook(branch: Worktree, name: str, script: str) -> None:
    """A hook of the repository's own."""
    path = Path(
        git(branch.path, "rev-parse", "--path-format=absolute", "--git-path", f"hooks/{name}")
    )
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_hook_that_fails_is_a_failure_with_its_output(branch: Worktree) -> None:
    prepare(branch)
    hook(branch, "pre-commit", "echo 'the linter: connection refused'; exit 1")
    with pytest.raises(Failed, match="git commit ended with status 1: the linter: connection"):
        branch.commit("chore: tag 1.9", FILES, branch.start)
    assert branch.head().id == branch.start
    hook(branch, "pre-commit", "exit 0")
    assert branch.commit("chore: tag 1.9", FILES, branch.start).parents == (branch.start,)


def test_a_hook_runs_as_it_would_for_anybody(branch: Worktree) -> None:
    prepare(branch)
    hook(branch, "pre-commit", "git diff --cached --name-only -- '*.py' | grep -qx setup.py")
    branch.commit("chore: tag 1.9", FILES, branch.start)


def test_a_file_s_name_is_no_pattern(branch: Worktree) -> None:
    (branch.path / "*.py").write_text("x")
    (branch.path / "setup.py").write_text("x")
    with pytest.raises(Refused, match=r"changed besides: setup\.py"):
        branch.commit("chore: tag 1.9", ("*.py",), branch.start)
    git(branch.path, "checkout", "--", "setup.py")
    (branch.path / "new.py").write_text("x")
    made = branch.commit("chore: tag 1.9", ("*.py", "new.py"), branch.start)
    assert git(branch.path, "show", "--format=", "--name-only", made.id) == "*.py\nnew.py"


def test_a_hook_may_add_to_the_message(branch: Worktree) -> None:
    prepare(branch)
    hook(branch, "commit-msg", "printf '\\nChange-Id: I1\\n' >> \"$1\"")
    assert branch.commit("chore: tag 1.9", FILES, branch.start).body == "Change-Id: I1"


def test_commits_are_signed_where_git_is_set_up_so(branch: Worktree) -> None:
    git(branch.path, "config", "commit.gpgSign", "true")
    prepare(branch)
    made = branch.commit("chore: tag 1.9", FILES, branch.start)
    assert "gpgsig -----BEGIN SSH SIGNATURE" in git(branch.path, "cat-file", "commit", made.id)


def test_dates_and_identity_come_from_the_environment(
    repository: Repository, upstream: Upstream, runner: Runner
) -> None:
    dates = {f"GIT_{who}_DATE": "2024-05-01T10:00:00+00:00" for who in ("AUTHOR", "COMMITTER")}
    environment = configured(dates, {"user.name": "Ada", "user.email": "ada@harbor.example"})
    made = Repository(repository.path, runner, environment=environment, signing=repository.signing)
    branch = made.create_branch("release/1.9", upstream.head)
    prepare(branch)
    found = branch.commit("chore: tag 1.9", FILES, branch.start)
    assert found.author == "Ada <ada@harbor.example>"
    assert found.date.isoformat() == "2024-05-01T10:00:00+00:00"


def test_nobody_s_name_is_refused_with_what_to_do(branch: Worktree, home: Path) -> None:
    prepare(branch)
    (home / ".gitconfig").write_text("[user]\nuseConfigOnly = true\n")
    with pytest.raises(Refused, match=r"git config --global user\.name"):
        branch.commit("chore: tag 1.9", FILES, branch.start)
    assert branch.head().id == branch.start
