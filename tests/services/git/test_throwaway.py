"""A checkout that is thrown away: nothing that is left in it reaches the run's own."""

from pathlib import Path

import pytest

from runbook_lib.errors import Failed
from runbook_lib.services.git import Repository
from runbook_lib.services.git.clones.throwaway import own_checkout, whole_checkout
from tests.services.git.conftest import Upstream, commit, fingerprint, git


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "run" / "tests"


def test_whatever_is_left_in_it_the_runs_own_checkout_stays_as_it_was(
    repository: Repository, place: Path
) -> None:
    before = fingerprint(repository.path)
    with own_checkout(repository.git, place, repository.head().id) as tree:
        assert git(tree.folder, "describe", "--tags", "--abbrev=0") == "1.8"
        commit(tree.folder, "feat: left", setup__py="spoilt", left__txt="left", __coverage="left")
        git(tree.folder, "tag", "left")
        git(tree.folder, "branch", "left")
        git(tree.folder, "config", "user.name", "Left")
        (tree.folder / "untracked").mkdir()
        (tree.folder / "untracked" / "cache").write_text("left")
        (tree.folder / "untracked").chmod(0o500)
    assert fingerprint(repository.path) == before
    assert not place.exists()


@pytest.mark.usefixtures("acts")
def test_what_is_pushed_from_it_goes_nowhere(
    repository: Repository, upstream: Upstream, place: Path
) -> None:
    before = upstream.refs()
    with own_checkout(repository.git, place, repository.head().id, origin=upstream.url) as tree:
        with pytest.raises(Failed, match="no-push-from-here"):
            tree.run("push", "origin", "HEAD:refs/heads/left")
        assert git(tree.folder, "ls-remote", "origin", "refs/heads/master").startswith(
            upstream.head
        )
    assert upstream.refs() == before


def test_what_a_killed_session_has_left_is_in_no_ones_way(
    repository: Repository, place: Path
) -> None:
    killed = own_checkout(repository.git, place, repository.head().id)
    left = killed.__enter__().folder
    for _ in range(2):
        with own_checkout(repository.git, place, repository.head().id) as tree:
            assert tree.folder != left
            assert not left.exists()
    assert repository.create_branch("release/1.9", repository.head()).path.is_dir()


def test_one_that_is_interrupted_takes_it_away(repository: Repository, place: Path) -> None:
    with (
        pytest.raises(KeyboardInterrupt),
        own_checkout(repository.git, place, repository.head().id),
    ):
        raise KeyboardInterrupt
    assert not place.exists()


def make_project(folder: Path, name: str, *, holds: str = "") -> Path:
    """A repository, with another as its submodule where that is named by an address."""
    made = folder / f"{name}.git"
    made.mkdir(parents=True)
    git(made, "init", "--quiet")
    commit(made, "feat: begin", **{f"{name}__py": "x = 1\n"})
    if holds:
        git(made, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", holds, "part")
        commit(made, "feat: a part")
    return made


@pytest.mark.parametrize("relative", [True, False])
def test_its_submodules_are_there_and_theirs(
    repository: Repository, tmp_path: Path, place: Path, relative: bool
) -> None:
    make_project(tmp_path / "at", "inner")
    make_project(tmp_path / "at", "outer", holds=f"{tmp_path}/at/inner.git")
    other = "../outer.git" if relative else f"{tmp_path}/at/outer.git"
    origin = make_project(tmp_path / "at", "whole")
    git(origin, "remote", "add", "origin", f"{tmp_path}/at/whole.git")
    git(origin, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", other, "part")
    head = commit(origin, "feat: a part")
    checkout = Repository(tmp_path / "run" / "whole", repository.runner)
    checkout.clone(str(origin))
    with whole_checkout(checkout.git, place, head, origin=str(origin)) as folder:
        assert (folder / "part" / "outer.py").exists()
        assert (folder / "part" / "part" / "inner.py").exists()
        (folder / "part" / "left").write_text("left")
    assert not place.exists()
    assert git(checkout.path, "status", "--porcelain") == ""


def test_a_submodule_that_is_not_there_is_said_to_be(
    repository: Repository, tmp_path: Path, place: Path
) -> None:
    make_project(tmp_path / "at", "gone")
    origin = make_project(tmp_path / "at", "whole", holds=f"{tmp_path}/at/gone.git")
    (tmp_path / "at" / "gone.git").rename(tmp_path / "elsewhere")
    checkout = Repository(tmp_path / "run" / "whole", repository.runner)
    checkout.clone(str(origin))
    whole = whole_checkout(checkout.git, place, checkout.head().id, origin=str(origin))
    with pytest.raises(Failed, match=r"(?s)gone\.git.*Check the address"), whole:
        pass
    assert not place.exists()
