"""How git is set up to reach out is asked for once, and anew when its settings have changed."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook_lib.services.git.git import Git, configured
from runbook_lib.services.git.transport import read_settings
from tests.services.git.conftest import git

SSH, OTHER = "core.sshcommand", "ssh -oOther=1"
NOTHING = {"http.sslverify": "true"}
"""What each command is given."""


@pytest.fixture
def clone(tmp_path: Path) -> Git:
    """A repository that is set up with nothing."""
    folder = tmp_path / "clone"
    folder.mkdir()
    git(folder, "init", "--quiet")
    return Git(folder)


def told(git: Git) -> dict[str, str]:
    """What its settings say of reaching out."""
    return read_settings(git.folder, {**os.environ, **git.environment}, git.look_up)


def test_settings_are_asked_for_once(clone: Git, tmp_path: Path) -> None:
    said = tmp_path / "trace"
    here = Git(clone.folder, {"GIT_TRACE2_EVENT": str(said)})
    for _ in range(3):
        here.run("ls-remote", "--", str(clone.folder))
    started = [line for line in said.read_text().splitlines() if '"event":"start"' in line]
    assert len([line for line in started if '"config"' in line]) == 1
    assert len([line for line in started if '"ls-remote"' in line]) == 3


def in_its_home(clone: Git, home: Path) -> None:
    git(clone.folder, "config", "--global", SSH, OTHER)


def in_the_other_home(clone: Git, home: Path) -> None:
    (home / ".config" / "git").mkdir(parents=True)
    (home / ".config" / "git" / "config").write_text(f"[core]\nsshCommand = {OTHER}\n")


def in_the_clone(clone: Git, home: Path) -> None:
    git(clone.folder, "config", SSH, OTHER)


def in_its_worktree(clone: Git, home: Path) -> None:
    git(clone.folder, "config", "extensions.worktreeConfig", "true")
    git(clone.folder, "config", "--worktree", SSH, OTHER)


CHANGES = (in_its_home, in_the_other_home, in_the_clone, in_its_worktree)


@pytest.mark.parametrize("change", CHANGES)
def test_a_setting_that_is_made_later_counts(
    change: Callable[[Git, Path], None], clone: Git, home: Path
) -> None:
    assert told(clone) == NOTHING
    change(clone, home)
    assert told(clone) == NOTHING | {SSH: OTHER}


def test_a_setting_of_another_environment_is_its_own(clone: Git) -> None:
    assert told(clone) == NOTHING
    assert told(Git(clone.folder, configured({}, {SSH: OTHER}))) == NOTHING | {SSH: OTHER}
    assert told(clone) == NOTHING


def test_a_setting_in_a_file_that_is_included_counts_as_soon_as_it_is_there(
    clone: Git, home: Path
) -> None:
    git(clone.folder, "config", "include.path", str(home / "more"))
    assert told(clone) == NOTHING
    git(home, "config", "--file", "more", "http.https://x/.sslVerify", "false")
    assert told(clone) == NOTHING | {"http.https://x/.sslverify": "false"}


def test_a_setting_of_a_worktrees_repository_counts(clone: Git, tmp_path: Path) -> None:
    git(clone.folder, "commit", "--quiet", "--allow-empty", "-m", "first")
    git(clone.folder, "worktree", "add", "--quiet", str(tmp_path / "tree"))
    tree = Git(tmp_path / "tree")
    assert told(tree) == NOTHING
    git(clone.folder, "config", SSH, OTHER)
    assert told(tree) == NOTHING | {SSH: OTHER}
