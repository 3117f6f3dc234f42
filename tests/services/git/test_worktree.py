"""The release's one commit: the version, exactly the files that were meant, the team's hooks."""

from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, Failed, Refused, UsageError
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.version_files.written import Written
from runbook_lib.services.git import Repository, Worktree, configured
from runbook_lib.steps.step import Planned, Runner
from tests.services.git.conftest import (
    FILES,
    SAID,
    Upstream,
    commit,
    fingerprint,
    git,
    outcomes,
    prepare,
)


def test_the_version_is_changed_in_its_one_place_and_shown_as_a_diff(branch: Worktree) -> None:
    found = branch.set_version("1.9", SAID)
    assert (branch.path / "setup.py").read_text().count('version="1.9"') == 1
    assert found.files == ("setup.py",)
    assert str(found).startswith("setup.py says 1.9\n")
    assert '-    version="1.8",\n+    version="1.9",' in found.diff
    assert branch.set_version("1.9", SAID) == found


def test_several_files_are_changed_in_one_step_and_shown_as_one_diff(
    branch: Worktree, runner: Runner
) -> None:
    written = (*SAID, Written("CHANGELOG.md", "1.8", "1.9", r"^# (\S+)$"))
    found = branch.set_version("1.9", written)
    assert found.files == FILES[::-1]
    assert str(found).startswith("setup.py, CHANGELOG.md say 1.9\n")
    assert "-# 1.8\n+# 1.9" in found.diff and '+    version="1.9",' in found.diff
    assert runner.reports[-1].announced == (
        "set the version in setup.py line 5 from 1.8 to 1.9; in CHANGELOG.md line 1 from 1.8 to 1.9"
    )
    assert branch.set_version("1.9", written) == found


def test_a_session_that_ended_between_two_files_is_gone_on_with(branch: Worktree) -> None:
    written = (*SAID, Written("CHANGELOG.md", "1.8", "1.9", r"^# (\S+)$"))
    branch.set_version("1.9", SAID)
    assert branch.set_version("1.9", written).files == FILES[::-1]


def test_where_no_file_says_the_version_nothing_is_changed(
    branch: Worktree, runner: Runner
) -> None:
    found = branch.set_version("1.9", ())
    assert (found.files, found.diff) == ((), "")
    assert str(found) == "no file says 1.9: the tag alone makes the release"
    assert outcomes(runner)[-1] == "already"


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
    branch.set_version("1.9", [Written("VERSION", "1.8", "1.9", r"release = v(\d+\.\d+)")])
    assert file.read_bytes() == content.replace(b"1.8", b"1.9")
    assert file.stat().st_mode & 0o777 == 0o755
    assert sorted(path.name for path in branch.path.iterdir() if "part" in path.name) == []


def test_a_version_that_is_there_before_changes_nothing(branch: Worktree, runner: Runner) -> None:
    before = fingerprint(branch.path)
    found = branch.set_version("1.8", [Written("setup.py", "1.8", "1.8")])
    assert (found.files, found.diff) == ((), "")
    assert fingerprint(branch.path) == before
    assert outcomes(runner)[-1] == "already"


@pytest.mark.parametrize(
    ("file", "pattern", "message", "kind"),
    [
        ("CHANGELOG.md", "", "found no version in its place", Refused),
        ("setup.py", r"(\d)", r"expected 1.8 or 1.9 in setup.py, found line 5: 1; .*5: 9", Refused),
        ("setup.py", r"version=\"9(.*)\"", "found no version in its place", Refused),
        ("setup.py", r"version", "with one group", UsageError),
        ("none.py", "", "there is no such file", UsageError),
        ("../checkout/setup.py", "", "a file in the checkout", UsageError),
        ("/etc/hostname", "", "a file in the checkout", UsageError),
        ("link.py", "", "a file in the checkout", UsageError),
    ],
)
def test_a_place_that_is_not_clear_is_refused_and_nothing_is_written(
    branch: Worktree, file: str, pattern: str, message: str, kind: type[Exception]
) -> None:
    (branch.path / "link.py").symlink_to("../checkout/setup.py")
    before = fingerprint(branch.path, branch.path.parent / "checkout")
    with pytest.raises(kind, match=message):
        branch.set_version("1.9", [*SAID, Written(file, "1.8", "1.9", pattern)])
    assert fingerprint(branch.path, branch.path.parent / "checkout") == before


def test_a_plan_writes_nothing(branch: Worktree, runner: Runner) -> None:
    before = fingerprint(branch.path)
    runner.plan = True
    assert isinstance(branch.set_version("1.9", SAID), Planned)
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


def test_where_all_of_it_was_there_before_the_commit_is_an_empty_one(
    branch: Worktree, runner: Runner
) -> None:
    edited = branch.check_changed((), branch.start, perhaps=["CHANGELOG.md"])
    made = branch.commit("chore: tag 1.9", edited.files, branch.start, tree=edited.tree)
    assert (made.parents, made.subject) == ((branch.start,), "chore: tag 1.9")
    assert branch.tree(made) == branch.tree(branch.start)
    assert branch.commit("chore: tag 1.9", edited.files, branch.start, tree=edited.tree) == made
    assert outcomes(runner)[-2:] == ["done", "already"]


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


# ------------------------------------------------------------ what follows a release

NEXT = (Written("setup.py", "1.9.dev0", "1.9", following="1.10.dev0"),)


@pytest.fixture
def developed(repository: Repository, upstream: Upstream) -> Worktree:
    """The release branch of a project whose file says a development version between releases."""
    text = (upstream.clone / "setup.py").read_text().replace("1.8", "1.9.dev0")
    commit(upstream.clone, "Back to development", setup__py=text)
    git(upstream.clone, "push", "--quiet")
    repository.remote.fetch()
    return repository.create_branch("release/1.9", upstream.head)


def release_it(branch: Worktree) -> Commit:
    """Make the release up to its tag, with what follows it."""
    branch.set_version("1.9", NEXT)
    made = branch.commit("chore: tag 1.9", ("setup.py",), branch.start)
    branch.commit_following("Begin 1.10.dev0", NEXT, made)
    branch.sign_tag("1.9", made, "chore: tag 1.9")
    return made


def test_the_next_version_is_a_commit_on_top_of_the_tagged_one(
    developed: Worktree, upstream: Upstream, runner: Runner
) -> None:
    made = release_it(developed)
    found = developed.commit_following("Begin 1.10.dev0", NEXT, made)
    assert outcomes(runner)[-1] == "already"
    assert '-    version="1.9",\n+    version="1.10.dev0",' in found.diff
    assert git(developed.path, "rev-parse", "HEAD") == made.id
    assert git(developed.path, "status", "--porcelain") == ""
    assert git(developed.path, "log", "-1", "--format=%s %P", found.commit) == (
        f"Begin 1.10.dev0 {made.id}"
    )
    pushed = developed.push("release/1.9", "1.9")
    assert f"has release/1.9 and 1.9 at {made.id:.9}, and {found.commit:.9} on top of it" in str(
        pushed
    )
    assert git(upstream.bare, "rev-parse", "release/1.9") == found.commit
    assert git(upstream.bare, "rev-parse", "1.9^{}") == made.id
    assert developed.push("release/1.9", "1.9") == pushed
    assert [outcomes(runner)[-2:], developed.set_version("1.9", NEXT).files] == [
        ["done", "already"],
        ("setup.py",),
    ]
    assert developed.commit("chore: tag 1.9", ("setup.py",), developed.start) == made


def test_another_machine_goes_on_from_a_branch_with_what_follows(
    developed: Worktree, upstream: Upstream, tmp_path: Path, runner: Runner
) -> None:
    made = release_it(developed)
    developed.push("release/1.9", "1.9")
    other = Repository(tmp_path / "other" / "checkout", runner, signing=developed.signing)
    other.clone(upstream.url)
    branch = other.create_branch("release/1.9", developed.start)
    assert branch.set_version("1.9", NEXT).files == ("setup.py",)
    assert branch.commit("chore: tag 1.9", ("setup.py",), branch.start) == made
    before = git(upstream.bare, "rev-parse", "release/1.9")
    assert branch.commit_following("Begin 1.10.dev0", NEXT, made).commit == before
    branch.push("release/1.9", "1.9")
    assert outcomes(runner)[-1] == "already"
    assert git(upstream.bare, "rev-parse", "release/1.9") == before


def test_a_session_that_ended_before_the_next_version_was_kept_makes_it_again(
    developed: Worktree, runner: Runner
) -> None:
    made = release_it(developed)
    git(developed.path, "update-ref", "-d", f"refs/runbook/following/{made.id}")
    assert developed.commit_following("Begin 1.10.dev0", NEXT, made).version == "1.10.dev0"
    assert outcomes(runner)[-1] == "done"


def test_where_no_version_follows_nothing_is_committed(branch: Worktree, runner: Runner) -> None:
    prepare(branch)
    made = branch.commit("chore: tag 1.9", FILES, branch.start)
    assert branch.commit_following("", SAID, made).commit == ""
    assert outcomes(runner)[-1] == "already"


def test_a_file_that_may_differ_besides_is_none_where_it_does_not(branch: Worktree) -> None:
    branch.set_version("1.9", SAID)
    edited = branch.check_changed(["setup.py"], branch.start, perhaps=["CHANGELOG.md"])
    assert edited.files == ["setup.py"]
    prepare(branch)
    edited = branch.check_changed(["setup.py"], branch.start, perhaps=["CHANGELOG.md"])
    assert edited.files == ["CHANGELOG.md", "setup.py"]
    (branch.path / "other").write_text("x")
    with pytest.raises(Refused, match="changed besides: other"):
        branch.check_changed(["setup.py"], branch.start, perhaps=["CHANGELOG.md"])
