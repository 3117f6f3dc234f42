"""Commit hooks: what is committed is what was checked and approved, whatever they do."""

from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, Failed, NotHeld, Refused
from runbook_lib.journal.journal import Journal
from runbook_lib.policy.commits import Commit
from runbook_lib.services.git import Repository, Worktree
from runbook_lib.services.git.clones import committing
from runbook_lib.steps.step import Runner
from tests.conftest import Quiet
from tests.services.git.conftest import FAST, FILES, Upstream, git, outcomes, prepare

MESSAGE = "chore: tag 1.9"
FORMATS = "echo '* formatted' >> CHANGELOG.md; git add CHANGELOG.md"
FORMATS_ONCE = f"grep -q formatted CHANGELOG.md || {{ {FORMATS}; }}"
FORMATS_INDEX = (
    "id=$(echo formatted | git hash-object -w --stdin); "
    "git update-index --cacheinfo 100644,$id,CHANGELOG.md"
)


@pytest.fixture(params=["of the repository", "core.hooksPath"])
def hooks(request: pytest.FixtureRequest, branch: Worktree, home: Path) -> Path:
    """Where an operator has hooks: in the clone (from a template), or for all of theirs."""
    if request.param == "core.hooksPath":
        folder = home / "hooks"
        git(home, "config", "--global", "core.hooksPath", str(folder))
    else:
        found = git(branch.path, "rev-parse", "--path-format=absolute", "--git-path", "hooks")
        folder = Path(found)
    folder.mkdir(exist_ok=True)
    prepare(branch)
    return folder


def hook(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def checked(branch: Worktree) -> str:
    return branch.check_changed(FILES, branch.start).tree


def commit(branch: Worktree, tree: str) -> Commit:
    return branch.commit(MESSAGE, FILES, branch.start, tree)


def test_a_hook_that_formats_the_changelog_has_it_checked_anew(
    branch: Worktree, hooks: Path, runner: Runner
) -> None:
    hook(hooks, "pre-commit", FORMATS_ONCE)
    tree = checked(branch)
    with pytest.raises(NotHeld, match=r"a hook has changed CHANGELOG\.md.*from its changelog on"):
        commit(branch, tree)
    assert (outcomes(runner)[-1], branch.head().id) == ("failed", branch.start)
    with pytest.raises(Refused, match=r"changed since: CHANGELOG\.md"):
        commit(branch, tree)
    again = checked(branch)
    made = commit(branch, again)
    assert (made.parents, branch.tree(made)) == ((branch.start,), again)
    assert "* formatted" in git(branch.path, "show", f"{made.id}:CHANGELOG.md")


@pytest.mark.parametrize(
    "name, script, changed",
    [
        ("pre-commit", FORMATS_INDEX, "CHANGELOG.md"),
        ("pre-commit", "echo x > stray.txt; git add stray.txt", "stray.txt"),
        ("prepare-commit-msg", FORMATS, ""),
        ("commit-msg", "echo x > stray.txt; git add stray.txt", ""),
        (
            "post-commit",
            f'[ "$AGAIN" ] || {{ {FORMATS}; AGAIN=1 git commit --quiet --amend -C HEAD; }}',
            "CHANGELOG.md",
        ),
        ("post-commit", '[ "$AGAIN" ] || AGAIN=1 git commit -qm x --allow-empty', "the history"),
        (
            "post-commit",
            '[ "$AGAIN" ] || AGAIN=1 git commit --amend --quiet -m x; exit 0',
            "",
        ),
        ("post-rewrite", "exit 1", ""),
    ],
)
def test_a_hook_that_commits_anything_else_is_found_and_its_commit_taken_back(
    branch: Worktree, hooks: Path, upstream: Upstream, name: str, script: str, changed: str
) -> None:
    hook(hooks, name, script)
    tree, before = checked(branch), upstream.refs()
    if not changed:
        assert branch.tree(commit(branch, tree)) == tree
        return
    with pytest.raises(NotHeld, match=f"a hook has changed {changed}"):
        commit(branch, tree)
    assert (branch.head().id, upstream.refs()) == (branch.start, before)
    hook(hooks, name, "exit 0")
    git(branch.path, "clean", "--quiet", "--force")
    assert branch.tree(commit(branch, checked(branch))) == checked(branch)


def test_a_hook_that_formats_and_fails_has_it_checked_anew(branch: Worktree, hooks: Path) -> None:
    hook(
        hooks,
        "pre-commit",
        "grep -q formatted CHANGELOG.md || { echo '* formatted' >> "
        "CHANGELOG.md; echo 'files were modified by this hook'; exit 1; }",
    )
    tree = checked(branch)
    with pytest.raises(Failed, match=r"(?s)files were modified by this hook.*changed since"):
        commit(branch, tree)
    assert branch.head().id == branch.start
    assert commit(branch, checked(branch)).parents == (branch.start,)


@pytest.mark.parametrize("name", ["commit-msg", "prepare-commit-msg"])
@pytest.mark.parametrize("signed", [False, True])
def test_a_message_that_a_hook_writes_is_said_and_found_again(
    branch: Worktree,
    hooks: Path,
    upstream: Upstream,
    runner: Runner,
    name: str,
    signed: bool,
    tmp_path: Path,
) -> None:
    git(branch.path, "config", "commit.gpgSign", str(signed).lower())
    runner.journal.join("release/harbor/1.9", tmp_path / "sessions")
    hook(hooks, name, "echo 'HARBOR-1: a release' > \"$1\"")
    tree = checked(branch)
    made = commit(branch, tree)
    assert str(made) == f"{made.id:.9} HARBOR-1: a release (a hook's words for {MESSAGE!r})"
    assert runner.reports[-1].detail == str(made)
    assert (outcomes(runner)[-1], commit(branch, tree)) == ("done", made)
    tag = branch.sign_tag("1.9", made, MESSAGE)
    assert branch.push("release/1.9", tag).commit == made.id
    # A second session, which has the journal of the first; and one on another machine.
    journal = Journal(tmp_path / "j" / "two" / "journal.jsonl", session="two", operator="edith")
    second = Runner(journal, Quiet(), patience=FAST, sleep=lambda seconds: None)
    runner.journal.path.rename(runner.journal.path.with_name("journal.jsonl"))
    journal.join("release/harbor/1.9", tmp_path / "sessions")
    for folder in (branch.path.parent / "checkout", tmp_path / "elsewhere" / "checkout"):
        again = Repository(folder, second, signing=branch.signing)
        again.clone(upstream.url)
        here = again.create_branch("release/1.9", branch.start)
        assert commit(here, checked(here)) == made
        assert outcomes(second)[-1] == "already"
    journal.close()


def test_words_that_nobody_announced_are_somebody_else_s(branch: Worktree) -> None:
    prepare(branch)
    git(branch.path, "commit", "--quiet", "--all", "-m", "wip")
    with pytest.raises(Conflict, match=f"expected a commit {MESSAGE!r}, found .* wip"):
        commit(branch, checked(branch))


@pytest.mark.parametrize("script", [FORMATS, FORMATS_INDEX])
def test_who_dies_before_a_hook_s_commit_is_taken_back_does_not_tag_it(
    branch: Worktree, hooks: Path, script: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook(hooks, "pre-commit", script)
    tree = checked(branch)
    with monkeypatch.context() as patch:
        patch.setattr(committing, "differing", dying)
        with pytest.raises(KeyboardInterrupt):
            commit(branch, tree)
    assert branch.head().parents == (branch.start,)
    with pytest.raises(Conflict, match=r"found others in CHANGELOG\.md.*reset --soft"):
        commit(branch, tree)
    (hooks / "pre-commit").unlink()
    if script == FORMATS:  # the files are as the hook has left them: checked anew, they are good
        assert branch.tree(commit(branch, checked(branch))) == checked(branch) != tree
        return
    with pytest.raises(Conflict, match=r"found others in CHANGELOG\.md"):
        commit(branch, checked(branch))
    git(branch.path, "reset", "--quiet", "--soft", branch.start)
    assert branch.tree(commit(branch, checked(branch))) == tree


def dying(*_: object) -> None:
    raise KeyboardInterrupt


def test_an_edit_after_the_check_is_not_committed(branch: Worktree, upstream: Upstream) -> None:
    prepare(branch)
    tree = checked(branch)
    (branch.path / "CHANGELOG.md").write_text("# 1.9, and what nobody has seen\n")
    with pytest.raises(Refused, match=r"changed since: CHANGELOG\.md"):
        commit(branch, tree)
    made = commit(branch, checked(branch))
    (branch.path / "CHANGELOG.md").write_text("# 1.9, and an afterthought\n")
    with pytest.raises(Conflict, match=r"found others in CHANGELOG\.md"):
        commit(branch, checked(branch))
    assert branch.head() == made


def test_what_hooks_leave_behind_is_in_no_later_session_s_way(
    branch: Worktree, hooks: Path, upstream: Upstream
) -> None:
    """Many run the project's tests, or an installation, before a commit or a push."""
    for name in ("pre-commit", "post-commit", "pre-push"):
        hook(hooks, name, f"echo left > {name}.left; echo left >> pier.py")
    made = commit(branch, checked(branch))
    tag = branch.sign_tag("1.9", made, MESSAGE)
    branch.push("release/1.9", tag)
    assert commit(branch, checked(branch)) == made
    assert f"{made.id} refs/heads/release/1.9" in upstream.refs()


def test_no_hook_runs_where_a_checkout_is_only_moved_about(
    repository: Repository, hooks: Path, upstream: Upstream
) -> None:
    repository.switch("master")
    upstream.push("feat: newer", newer__py="")
    for name in ("post-checkout", "post-merge"):
        hook(hooks, name, "echo left > left.txt")
    repository.pull("master")
    repository.check_clean("master")
    fresh = repository.create_branch("release/2.0", upstream.head)
    fresh.check_changed([], fresh.start)
