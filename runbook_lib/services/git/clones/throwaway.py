"""A checkout that is thrown away: whatever a command leaves in it, the run's own stays clean.

It is a clone and not a worktree, which would share branches, tags and settings with the run's own.
"""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from runbook_lib.services.git.address import is_there
from runbook_lib.services.git.clones.committing import tree_with
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.status import read_status

NO_PUSH = "no-push-from-here"
"""Where a command's own pushes go: what is pushed is pushed by a step of its own."""


@contextmanager
def own_checkout(kept: Git, folder: Path, commit: str, *, origin: str = "") -> Iterator[Git]:
    """A clone with a commit checked out in a place of its own in `folder`, and taken away again.

    So is what a killed session has left there; what can't be taken away is in nobody's way.
    """
    remove(folder)
    folder.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(prefix="", dir=folder))
    try:
        kept.run("clone", "--quiet", "--shared", "--no-checkout", "--", ".", str(place))
        tree = replace(kept, folder=place)
        if origin:
            tree.run("remote", "set-url", "--", "origin", origin)
        tree.run("remote", "set-url", "--push", "--", "origin", NO_PUSH)
        tree.run("checkout", "--quiet", "--detach", commit)
        yield tree
    finally:
        remove(folder)


@contextmanager
def whole_checkout(kept: Git, folder: Path, commit: str, *, origin: str) -> Iterator[Path]:
    """The same with its submodules, whose relative addresses count from that of `origin`."""
    with own_checkout(kept, folder, commit, origin=origin) as tree:
        if (tree.folder / ".gitmodules").is_file():
            is_local = origin.startswith("file://") or is_there(origin)
            bounded = tree if is_local else without_files(tree)
            bounded.run("submodule", "--quiet", "update", "--init", "--recursive")
        yield tree.folder


def without_files(git: Git) -> Git:
    """git that takes nothing from this machine's folders: what comes from elsewhere may name any.

    See GIT_ALLOW_PROTOCOL in https://git-scm.com/docs/git; it counts for submodules, too.
    """
    return replace(git, environment={**git.environment, "GIT_ALLOW_PROTOCOL": "git:http:https:ssh"})


@contextmanager
def changed_checkout(kept: Git, folder: Path, *, origin: str, but: str = "") -> Iterator[Path]:
    """The same of what is checked out, with all that is changed there and not committed.

    What is below the folder `but` is as it was committed.
    """
    commit = kept.run("rev-parse", "HEAD").text
    changed = [path for path in read_status(kept).changes if not (but and is_in(path, but))]
    tree = tree_with(kept, commit, changed)
    with whole_checkout(kept, folder, commit, origin=origin) as place:
        git = replace(kept, folder=place)
        git.run("read-tree", "--reset", "-u", tree)
        git.run("reset", "--quiet")
        yield place


def is_in(path: str, folder: str) -> bool:
    """Whether a path is below a folder."""
    return path.startswith(f"{folder.rstrip('/')}/")


def remove(folder: Path) -> None:
    """Take a folder away, as far as that can be done: caches are often made read-only."""
    for place, _, _ in os.walk(folder):
        Path(place).chmod(0o700)
    shutil.rmtree(folder, ignore_errors=True)
