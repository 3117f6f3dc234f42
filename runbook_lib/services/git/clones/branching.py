"""A branch of the run's own, in a worktree of its own, found again or made."""

import shutil
from pathlib import Path

from runbook_lib.errors import Conflict
from runbook_lib.frozen import frozen
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT, find_commit
from runbook_lib.services.git.remote import Remote


@frozen
class Entry:
    """One line of `git worktree list`: a folder, its branch, and whether it is only half made."""

    folder: Path
    branch: str
    half_made: bool


def worktree_folder(checkout: Path, branch: str) -> Path:
    """Where a branch's worktree is: beside the checkout, under both their names."""
    return checkout.with_name(f"{checkout.name}-{branch.replace('/', '-')}")


def find_worktree(git: Git, branch: str, folder: Path) -> Entry | None:
    """The worktree of a branch; raises `Conflict` where it is in another folder."""
    text = git.run("worktree", "list", "--porcelain", "-z").text
    entries = [read_entry(block) for block in text.strip("\0").split("\0\0")]
    found = next((entry for entry in entries if entry.branch == f"refs/heads/{branch}"), None)
    if found and found.folder.resolve() != folder.resolve():
        raise Conflict(
            f"expected {branch} in {folder}, found it checked out in {found.folder}; "
            "leave it there (git switch), then run this again"
        )
    return found if found and (found.folder.is_dir() or found.half_made) else None


def read_entry(block: str) -> Entry:
    """One worktree; git keeps one locked as "initializing" until it is whole."""
    said = {name: value for name, _, value in (line.partition(" ") for line in block.split("\0"))}
    half_made = said.get("locked") == "initializing"
    return Entry(Path(said["worktree"]), said.get("branch", ""), half_made)


def check_places(remote: Remote, branch: str, at: str, here: str | None, there: str | None) -> str:
    """Where the branch begins here: at `at`, or at the one commit that is on top of it already.

    It is at `here` in this repository, at `there` on the upstream. Raises `Conflict` where it is
    anywhere else in one of them.
    """
    git = remote.git
    if here:
        check_place(git, here, at, f"{git.folder}", branch)
    if there is None:
        return here or at
    if git.commit_at(there) is None:
        remote.fetch_branch(branch)
    there = released_in(git, there, at)
    if here and git.is_ancestor(here, there):
        return here
    if here == at or here is None or git.is_ancestor(there, here):
        check_place(git, there, at, str(remote), branch)
        return here or there
    raise Conflict(
        f"{branch} on {remote} is at {there:.{SHORT}}, here at {here:.{SHORT}}; "
        "see who made them, or choose another version"
    )


def released_in(git: Git, commit: str, at: str) -> str:
    """The tagged commit on top of `at` that a branch has gone on from; else where the branch is."""
    before = git.commit_at(f"{commit}^")
    if before is None or find_commit(git, before).parents != (at,):
        return commit
    tagged = git.run("for-each-ref", f"--points-at={before}", "refs/tags").lines
    return before if tagged else commit


def check_place(git: Git, commit: str, at: str, where: str, branch: str) -> None:
    """Refuse a branch that is neither at `at` nor at one commit on top of it."""
    if commit != at and find_commit(git, commit).parents != (at,):
        raise Conflict(
            f"expected {branch} at {at:.{SHORT}} or one commit on top of it, found it in "
            f"{where} at {find_commit(git, commit)}; see who made it, or choose another version"
        )


def add_worktree(git: Git, branch: str, folder: Path, begin: str) -> None:
    """Make a branch's worktree, in place of one that a crash left half made."""
    half_made = find_worktree(git, branch, folder)
    if half_made or folder.exists():
        check_rubble(folder, is_rubble=half_made is not None)
        git.ask("worktree", "remove", "--force", "--force", str(folder))
        shutil.rmtree(folder, ignore_errors=True)
    git.run("worktree", "prune")
    if git.commit_at(f"refs/heads/{branch}"):
        git.run("worktree", "add", "--quiet", str(folder), branch)
    else:
        git.run("worktree", "add", "--quiet", "--no-track", "-b", branch, str(folder), begin)


def check_rubble(folder: Path, *, is_rubble: bool) -> None:
    """Refuse to remove a folder that holds something, unless it is a half-made worktree."""
    if not is_rubble and any(folder.iterdir()):
        raise Conflict(
            f"expected room for a worktree at {folder}, found something there that is none; "
            "move it away, then run this again"
        )
