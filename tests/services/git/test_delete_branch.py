"""A branch of the upstream is deleted once, and only while it is what it was."""

from pathlib import Path

import pytest

from runbook_lib.errors import Conflict, Refused
from runbook_lib.services.git import Mirror
from runbook_lib.services.git.clones import mirror as module
from runbook_lib.steps.step import Runner
from tests.services.git.conftest import Upstream, git, outcomes

BRANCH = "release/1.9"


@pytest.fixture
def mirror(tmp_path: Path, runner: Runner, upstream: Upstream) -> Mirror:
    git(upstream.bare, "branch", BRANCH, "master")
    made = Mirror(tmp_path / "mirror.git", upstream.url, runner)
    made.bring_up_to_date()
    return made


def test_it_is_deleted_once_and_nothing_else_is(mirror: Mirror, upstream: Upstream) -> None:
    git(upstream.bare, "branch", "a/release/1.9", "master")
    before = upstream.refs()
    assert "no branch" in mirror.delete_branch(BRANCH, at=upstream.head)
    assert "no branch" in mirror.delete_branch(BRANCH, at=upstream.head)
    assert outcomes(mirror.runner) == ["done", "already"]
    assert upstream.refs() == before.replace(f"{upstream.head} refs/heads/{BRANCH}\n", "")


def test_where_nothing_is_to_be_deleted_nobody_is_asked(mirror: Mirror, upstream: Upstream) -> None:
    before = upstream.refs()
    mirror.delete_branch(BRANCH, at="")
    assert (outcomes(mirror.runner), upstream.refs()) == (["already"], before)


def test_one_to_which_somebody_has_pushed_stays(mirror: Mirror, upstream: Upstream) -> None:
    was = git(upstream.bare, "rev-parse", "master~1")
    with pytest.raises(Conflict, match="somebody has pushed to it, and it is not deleted"):
        mirror.delete_branch(BRANCH, at=was)
    assert git(upstream.bare, "rev-parse", BRANCH) == upstream.head


def test_one_to_which_somebody_pushes_at_that_moment_stays(
    mirror: Mirror, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, old = module.delete_ref, git(upstream.bare, "rev-parse", "master~1")

    def pushed_just_before(*arguments: object, at: str) -> None:
        git(upstream.bare, "update-ref", f"refs/heads/{BRANCH}", old)
        real(*arguments, at=at)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "delete_ref", pushed_just_before)
    with pytest.raises(Conflict, match="somebody has pushed to it"):
        mirror.delete_branch(BRANCH, at=upstream.head)
    assert git(upstream.bare, "rev-parse", BRANCH) == old


def test_one_that_the_server_protects_is_refused_in_its_own_words(
    mirror: Mirror, upstream: Upstream
) -> None:
    git(upstream.bare, "config", "receive.denyDeletes", "true")
    with pytest.raises(Refused, match="deletion prohibited"):
        mirror.delete_branch(BRANCH, at=upstream.head)
    assert git(upstream.bare, "rev-parse", BRANCH) == upstream.head
