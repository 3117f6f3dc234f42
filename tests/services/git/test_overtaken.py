"""Two machines make the same release branch: the one that is tagged upstream is gone on with."""

import pytest

from runbook_lib.errors import Conflict
from runbook_lib.services.git import Repository, Worktree
from tests.services.git.conftest import Upstream, commit, git

NAME = "release/1.9"


def released_elsewhere(upstream: Upstream, message: str = "chore: tag 1.9") -> str:
    """Another machine's commit on top of the same one, with its tag and branch."""
    git(upstream.clone, "switch", "--quiet", "-c", NAME)
    made = commit(upstream.clone, message, CHANGELOG__md="# theirs\n")
    git(upstream.clone, "tag", "-a", "-m", "1.9", "1.9")
    git(upstream.clone, "push", "--quiet", "origin", NAME, "1.9")
    return made


def test_what_was_committed_here_is_kept_and_set_aside(
    repository: Repository, upstream: Upstream, release: Worktree
) -> None:
    ours, tag = release.head().id, git(release.path, "rev-parse", "1.9")
    (release.path / "CHANGELOG.md").write_text("# a person's hand\n")
    made, before = released_elsewhere(upstream, release.head().subject), upstream.refs()
    assert repository.create_branch(NAME, release.start).head().id == made
    kept = git(repository.path, "for-each-ref", "--format=%(objectname)", "refs/runbook/aside")
    assert {ours, tag} < set(kept.split())
    edited = ({*kept.split()} - {ours, tag}).pop()
    assert git(repository.path, "show", f"{edited}:CHANGELOG.md") == "# a person's hand"
    assert upstream.refs() == before
    assert repository.create_branch(NAME, release.start).head().id == made


@pytest.mark.parametrize("deleted", [False, True])
def test_what_was_only_begun_here_is_gone_on_with_from_theirs(
    repository: Repository, upstream: Upstream, branch: Worktree, deleted: bool
) -> None:
    made = released_elsewhere(upstream)
    if deleted:
        git(upstream.bare, "branch", "--delete", "--force", NAME)
    assert repository.create_branch(NAME, branch.start).head().id == (
        branch.start if deleted else made
    )


def test_what_says_something_else_is_nobodys_release(
    repository: Repository, upstream: Upstream, release: Worktree
) -> None:
    released_elsewhere(upstream, "chore: something else")
    with pytest.raises(Conflict, match="see who made them"):
        repository.create_branch(NAME, release.start)
