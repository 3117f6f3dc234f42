"""The run's own checkout: cloned, pulled, branched from; what is found as it was, or refused."""

from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, Failed, Refused, Unavailable, UsageError
from runbook_lib.services.git import Mirror, Repository, Worktree
from runbook_lib.services.git.clones.branching import worktree_folder
from runbook_lib.steps.step import Runner
from tests.services.git.conftest import (
    FILES,
    Served,
    Upstream,
    commit,
    fingerprint,
    git,
    outcomes,
    prepare,
)


def test_a_clone_takes_the_mirror_s_objects_and_what_came_since_from_upstream(
    tmp_path: Path, runner: Runner, upstream: Upstream
) -> None:
    mirror = Mirror(tmp_path / "mirror.git", upstream.url, runner)
    mirror.fetch()
    newer = upstream.push("feat: later", later__py="1")
    made = Repository(tmp_path / "run" / "checkout", runner)
    made.clone(upstream.url, mirror.path)
    objects = [path for path in (made.path / ".git" / "objects").rglob("*") if path.is_file()]
    assert any(path.stat().st_nlink > 1 for path in objects)
    assert git(made.path, "remote", "get-url", "origin") == upstream.url
    assert git(made.path, "rev-parse", "origin/master") == newer
    assert git(made.path, "tag") == "1.8"
    made.pull("master")
    assert made.head().id == newer


def test_a_half_made_clone_is_made_again(
    tmp_path: Path, runner: Runner, upstream: Upstream
) -> None:
    part = tmp_path / "run" / ".checkout.part"
    part.mkdir(parents=True)
    (part / "rubble").write_text("x")
    made = Repository(tmp_path / "run" / "checkout", runner)
    made.clone(upstream.url)
    assert made.head().id == upstream.head
    assert not part.exists()


def test_a_clone_that_breaks_off_leaves_nothing_in_its_place(
    tmp_path: Path, runner: Runner, upstream: Upstream, served: Served
) -> None:
    made = Repository(tmp_path / "run" / "checkout", runner)
    served.troubles += ["git-upload-pack:cut"] * 3
    with pytest.raises(Unavailable):
        made.clone(served.url)
    assert not made.path.exists()
    served.troubles += ["info/refs:500"]
    made.clone(served.url)
    assert made.head().id == upstream.head
    assert outcomes(runner) == ["waiting", "good"]


def test_a_folder_with_something_else_in_it_is_never_overwritten(
    tmp_path: Path, runner: Runner, upstream: Upstream
) -> None:
    (tmp_path / "thesis").mkdir()
    (tmp_path / "thesis" / "chapter.txt").write_text("x")
    for folder in (tmp_path / "thesis", upstream.clone):
        before = fingerprint(upstream.clone)
        with pytest.raises(Conflict, match="move it away"):
            Repository(folder, runner).clone("https://host.example/x.git")
        assert fingerprint(upstream.clone) == before
    assert (tmp_path / "thesis" / "chapter.txt").read_text() == "x"


def test_a_plan_clones_too_for_the_checkout_is_the_runs_own(
    tmp_path: Path, runner: Runner, upstream: Upstream
) -> None:
    runner.plan = True
    made = Repository(tmp_path / "run" / "checkout", runner)
    made.clone(upstream.url)
    assert made.head().id == upstream.head


def test_it_switches_to_a_branch_that_came_up_after_the_clone(
    repository: Repository, upstream: Upstream
) -> None:
    git(upstream.bare, "branch", "next", "1.8^{}")
    found = repository.switch("next")
    assert found.commit == git(upstream.bare, "rev-parse", "next")
    assert git(repository.path, "rev-parse", "--abbrev-ref", "next@{upstream}") == "origin/next"
    assert repository.switch("master").branch == "master"
    assert repository.switch("next").branch == "next"


def test_a_branch_that_is_not_there_is_refused_with_those_that_are(
    repository: Repository,
) -> None:
    with pytest.raises(Refused, match=r"expected branch main on origin, .*it has master"):
        repository.switch("main")
    with pytest.raises(Refused, match="it has master"):
        repository.pull("main")


@pytest.mark.parametrize("ref", ["refs/heads/refs/heads/main", "refs/tags/refs/heads/main"])
def test_what_is_only_called_as_a_branch_in_full_is_not_that_branch(
    repository: Repository, upstream: Upstream, ref: str
) -> None:
    git(upstream.bare, "update-ref", ref, upstream.head)
    with pytest.raises(Refused, match=r"expected branch main on origin, .*it has master"):
        repository.pull("main")


@pytest.mark.parametrize("name", ["--orphan", "-", "@{-1}", "a b"])
def test_a_branch_s_name_is_never_an_option(
    repository: Repository, upstream: Upstream, name: str
) -> None:
    before = fingerprint(upstream.bare, repository.path)
    for call in (repository.switch, repository.pull, repository.check_clean):
        with pytest.raises(UsageError, match="which git does not allow"):
            call(name)
    with pytest.raises(UsageError):
        repository.create_branch(name, upstream.head)
    with pytest.raises(UsageError):
        repository.push(name, "1.8")
    with pytest.raises(UsageError):
        repository.push("master", name)
    assert fingerprint(upstream.bare, repository.path) == before


def test_a_pull_goes_to_the_pinned_commit_and_says_what_came_since(
    repository: Repository, upstream: Upstream
) -> None:
    pinned = upstream.push("feat: one", one__py="1")
    newest = upstream.push("feat: two", two__py="2")
    found = repository.pull("master", to=pinned)
    assert repository.head().id == found.commit == pinned
    assert str(found) == (
        f"master is at {pinned:.9}; origin/master has moved on by 1 commit to {newest:.9} "
        "(not followed)"
    )
    assert str(repository.pull("master")) == f"master is at {newest:.9}, as origin/master"
    assert repository.pull("master", to=pinned).commit == pinned
    repository.check_clean("master")


def test_a_checkout_with_commits_of_its_own_is_refused_and_kept(
    repository: Repository, upstream: Upstream
) -> None:
    upstream.push("feat: one", one__py="1")
    commit(repository.path, "feat: stray", stray__py="1")
    before = fingerprint(upstream.bare, repository.path)
    with pytest.raises(Refused, match="they have diverged, or it is ahead"):
        repository.pull("master")
    with pytest.raises(Refused, match="1 commit more here"):
        repository.check_clean("master")
    after = fingerprint(upstream.bare, repository.path)
    assert {**after, f"{repository.path} refs": ""} == {**before, f"{repository.path} refs": ""}


def test_a_rewritten_upstream_is_refused(repository: Repository, upstream: Upstream) -> None:
    pinned = upstream.head
    git(upstream.bare, "update-ref", "refs/heads/master", "master~1")
    with pytest.raises(Refused, match="the branch was rewritten; begin a run of its own"):
        repository.pull("master", to=pinned)
    with pytest.raises(Refused, match="diverged, or it is ahead"):
        repository.pull("master")


@pytest.mark.parametrize("change", ["staged", "unstaged", "untracked"])
def test_any_local_change_is_refused_and_kept(
    repository: Repository, upstream: Upstream, change: str
) -> None:
    name = "new.py" if change == "untracked" else "setup.py"
    (repository.path / name).write_text("x")
    if change == "staged":
        git(repository.path, "add", name)
    before = fingerprint(upstream.bare, repository.path)
    with pytest.raises(Refused, match=f"expected no changes, found {name}"):
        repository.check_clean("master")
    assert fingerprint(upstream.bare, repository.path) == before


def test_a_branch_has_a_worktree_of_its_own(
    repository: Repository, upstream: Upstream, branch: Worktree
) -> None:
    assert str(branch) == f"release/1.9 starts at {upstream.head:.9}"
    assert branch.path == repository.path.parent / "checkout-release-1.9"
    assert git(branch.path, "symbolic-ref", "HEAD") == "refs/heads/release/1.9"
    assert git(repository.path, "symbolic-ref", "HEAD") == "refs/heads/master"
    (branch.path / "half.txt").write_text("x")
    again = repository.create_branch("release/1.9", upstream.head)
    assert again == branch
    assert (branch.path / "half.txt").read_text() == "x"


def test_a_worktree_that_somebody_deleted_is_made_again_at_its_commit(
    repository: Repository, release: Worktree
) -> None:
    made = release.head().id
    for path in sorted(release.path.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    release.path.rmdir()
    assert repository.create_branch("release/1.9", release.start).head().id == made


def test_a_half_made_worktree_is_made_again(repository: Repository, branch: Worktree) -> None:
    admin = Path(git(branch.path, "rev-parse", "--absolute-git-dir"))
    (admin / "locked").write_text("initializing")
    (branch.path / "setup.py").unlink()
    repository.create_branch("release/1.9", branch.start)
    assert git(branch.path, "status", "--porcelain") == ""
    assert not (admin / "locked").exists()


def test_a_worktree_never_takes_the_place_of_something_else(
    repository: Repository, upstream: Upstream
) -> None:
    folder = worktree_folder(repository.path, "release/1.9")
    folder.mkdir()
    (folder / "mine.txt").write_text("x")
    with pytest.raises(Conflict, match="move it away"):
        repository.create_branch("release/1.9", upstream.head)
    assert (folder / "mine.txt").read_text() == "x"


def test_a_branch_on_the_upstream_at_the_start_or_one_commit_on_is_taken_over(
    repository: Repository, upstream: Upstream
) -> None:
    start = upstream.head
    git(upstream.bare, "branch", "release/1.9", start)
    assert repository.create_branch("release/1.9", start).head().id == start
    git(upstream.clone, "switch", "--quiet", "-c", "release/2.0")
    one = commit(upstream.clone, "chore: tag 2.0", CHANGELOG__md="# 2.0\n")
    git(upstream.clone, "push", "--quiet", "origin", "release/2.0")
    assert repository.create_branch("release/2.0", start).head().id == one


def test_a_branch_anywhere_else_on_the_upstream_is_a_conflict(
    repository: Repository, upstream: Upstream
) -> None:
    git(upstream.bare, "branch", "release/1.9", "1.8^{}")
    git(upstream.clone, "switch", "--quiet", "-c", "release/2.0")
    commit(upstream.clone, "feat: one")
    commit(upstream.clone, "feat: two")
    git(upstream.clone, "push", "--quiet", "origin", "release/2.0")
    before = fingerprint(upstream.bare)
    for name in ("release/1.9", "release/2.0"):
        with pytest.raises(Conflict, match=f"expected {name} at .* found it in origin at"):
            repository.create_branch(name, upstream.head)
        assert not worktree_folder(repository.path, name).exists()
    assert fingerprint(upstream.bare) == before


def test_a_local_leftover_anywhere_else_is_a_conflict(
    repository: Repository, upstream: Upstream
) -> None:
    git(repository.path, "branch", "release/1.9", "1.8^{}")
    before = fingerprint(upstream.bare, repository.path)
    with pytest.raises(Conflict, match=f"found it in {repository.path}"):
        repository.create_branch("release/1.9", upstream.head)
    assert fingerprint(upstream.bare, repository.path) == before


def test_a_branch_that_went_on_upstream_and_is_ours_is_found_again(
    repository: Repository, upstream: Upstream, release: Worktree
) -> None:
    release.push("release/1.9", "1.9")
    git(upstream.clone, "fetch", "--quiet")
    git(upstream.clone, "switch", "--quiet", "release/1.9")
    commit(upstream.clone, "docs: a reviewer's hand", more="x")
    git(upstream.clone, "push", "--quiet", "origin", "release/1.9")
    assert repository.create_branch("release/1.9", release.start) == release
    assert "(1 commit added to release/1.9 since)" in str(release.push("release/1.9", "1.9"))


def test_a_branch_that_differs_here_and_there_is_a_conflict(
    repository: Repository, upstream: Upstream, release: Worktree
) -> None:
    git(upstream.clone, "switch", "--quiet", "-c", "release/1.9")
    commit(upstream.clone, "chore: tag 1.9", CHANGELOG__md="# another\n")
    git(upstream.clone, "push", "--quiet", "origin", "release/1.9")
    before = fingerprint(upstream.bare, release.path)
    with pytest.raises(Conflict, match="see who made them"):
        repository.create_branch("release/1.9", release.start)
    with pytest.raises(Conflict, match="a pushed branch is never forced"):
        release.push("release/1.9", "1.9")
    assert fingerprint(upstream.bare)[f"{upstream.bare} refs"] == before[f"{upstream.bare} refs"]


def test_a_commit_that_is_not_there_is_refused(repository: Repository) -> None:
    with pytest.raises(Refused, match="expected commit"):
        repository.create_branch("release/1.9", "0" * 40)


def test_the_tree_is_the_same_for_the_same_content(release: Worktree, upstream: Upstream) -> None:
    head = release.head().id
    assert release.tree(head) == release.tree("1.9") != release.tree(release.start)
    git(release.path, "commit", "--quiet", "--amend", "-m", "other words")
    assert release.tree(release.head()) == release.tree("1.9")


def test_what_earlier_sessions_left_in_the_branch_does_not_get_lost(
    repository: Repository, branch: Worktree
) -> None:
    prepare(branch)
    again = repository.create_branch("release/1.9", branch.start)
    assert (
        str(again.check_changed(FILES, branch.start))
        == "2 files changed:\n M CHANGELOG.md\n M setup.py"
    )


def test_an_upstream_that_is_not_there_is_an_error(tmp_path: Path, runner: Runner) -> None:
    with pytest.raises(Failed, match="Check the address"):
        Repository(tmp_path / "a", runner).clone(str(tmp_path / "none"))
