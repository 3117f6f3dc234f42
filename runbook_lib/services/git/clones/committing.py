"""One commit of exactly the files that were meant to change."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from runbook_lib.errors import Conflict, NotHeld, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.services.git.git import Git, literal
from runbook_lib.services.git.history import SHORT, find_commit, first_words, listed
from runbook_lib.services.git.remote import Remote
from runbook_lib.services.git.status import Status, read_status


def read_changes(git: Git, since: str) -> Status:
    """What differs from the commit `since`: not committed, or in the one commit on top of it.

    With that commit, other files count no more: a hook that ran for it, or for a push, may have
    left them. Raises `Conflict` where the branch is anywhere else.
    """
    status, head = read_status(git), find_commit(git, "HEAD")
    if head.id == since:
        return status
    check_on_top(head, since)
    made = committed(git, head)
    return replace(status, changes={path: status.changes.get(path, made[path]) for path in made})


def check_on_top(head: Commit, since: str) -> None:
    """Refuse a branch that is not at one commit on top of `since`."""
    if head.parents != (since,):
        raise Conflict(
            f"expected {since:.{SHORT}} or one commit on top of it, found {head}; "
            "see who committed here, or choose another version"
        )


def committed(git: Git, commit: Commit) -> dict[str, str]:
    """The files that a commit changes against its first parent, with the letter of what it does."""
    fields = git.run(
        "diff", "--name-status", "-z", "--no-renames", commit.parents[0], commit.id, "--"
    ).fields
    return {path: f"{letter} " for letter, path in zip(fields[::2], fields[1::2], strict=True)}


def check_exactly(status: Status, files: Iterable[str]) -> Status:
    """Refuse where other files are changed than these, or not all of these."""
    wanted, found = set(files), set(status.changes)
    if wanted == found:
        return status
    extra, missing = sorted(found - wanted), sorted(wanted - found)
    raise Refused(
        f"expected changes in exactly {listed(sorted(wanted))}; "
        f"changed besides: {listed(extra)}; not changed: {listed(missing)}. "
        f"Undo what does not belong to the release, then run this again:\n{status}"
    )


@frozen
class Meant:
    """The commit that is to be on top of `start`: it changes these files, and has this `tree`.

    A commit with other words that the run has `announced` before is its own: a hook wrote them.
    """

    message: str
    files: tuple[str, ...]
    start: str
    tree: str
    announced: bool

    def is_tree_of(self, git: Git, commit: Commit) -> bool:
        """Whether a commit has the very bytes that are meant."""
        return git.object_at(f"{commit.id}^{{tree}}") == self.tree

    def is_own(self, git: Git, commit: Commit) -> bool:
        """Whether a commit says what is meant, or what a hook made of it."""
        return says(commit, self.message) or (self.announced and self.is_tree_of(git, commit))

    def noted(self, commit: Commit) -> Commit:
        """The commit; where its words are a hook's, it says so."""
        if says(commit, self.message):
            return commit
        return replace(commit, note=f" (a hook's words for {first_words(self.message)!r})")


def find_made(git: Git, meant: Meant) -> Commit | None:
    """The commit, if the branch is at it; None if the branch is at its start still."""
    head = find_commit(git, "HEAD")
    if head.id == meant.start:
        return None
    check_on_top(head, meant.start)
    check_made(git, head, meant)
    if not meant.is_tree_of(git, head):
        raise Conflict(
            f"expected the bytes that were checked in {head}, found others in "
            f"{listed(differing(git, meant.tree, head.id))}: they were changed by a hook, or since "
            "the commit. To have those that stand in the files checked, approved and committed "
            f"anew: git -C {git.folder} reset --soft {meant.start:.{SHORT}}, and run the runbook "
            "again from its changelog on"
        )
    return meant.noted(head)


def check_made(git: Git, commit: Commit, meant: Meant) -> None:
    """Refuse a commit with another message, or one that changes other files."""
    if not meant.is_own(git, commit):
        raise Conflict(
            f"expected a commit {first_words(meant.message)!r}, found {commit}; "
            "see who committed here, or choose another version"
        )
    wanted, found = sorted(set(meant.files)), sorted(committed(git, commit))
    if wanted != found:
        raise Conflict(
            f"expected that {commit} changes {listed(wanted)}, found that it changes "
            f"{listed(found)}; see who committed here, or choose another version"
        )


def check_still(git: Git, meant: Meant) -> None:
    """Refuse files that are not what they were when they were checked."""
    now = tree_with(git, meant.start, meant.files)
    if now != meant.tree:
        raise Refused(
            "expected the files as they were checked, found that they were changed since: "
            f"{listed(differing(git, meant.tree, now))}; run the runbook again from its changelog "
            "on, to have them checked and approved as they are now"
        )


def differing(git: Git, one: str, other: str) -> list[str]:
    """The paths that differ between two commits or trees."""
    return git.run("diff", "--name-only", "-z", "--no-renames", one, other, "--").fields


def says(commit: Commit, message: str) -> bool:
    """Whether a commit has this message; a hook may have added lines at its end."""
    return f"{commit.subject}\n\n{commit.body}".strip().startswith(message.strip())


def find_made_elsewhere(remote: Remote, meant: Meant) -> Commit | None:
    """The same commit on top of `start` in a fetched branch or tag of the upstream, or None.

    It is there where an earlier session ran on another machine, and its branch was deleted after
    the merge. Raises `Conflict` where its content is not that of the working copy.
    """
    git = remote.git
    everywhere = (f"--remotes={remote.name}", "--tags", f"^{meant.start}")
    lines = git.run("rev-list", "--parents", *everywhere, "--").lines
    ids = [line.split()[0] for line in lines if line.split()[1:] == [meant.start]]
    commits = [find_commit(git, each) for each in ids]
    found = [commit for commit in commits if meant.is_own(git, commit)]
    if not found:
        return None
    check_made(git, found[0], meant)
    if not meant.is_tree_of(git, found[0]):
        raise Conflict(
            f"{remote} has {found[0]} already, with other content than {git.folder}; see how they "
            "differ (git diff). To go on with what is there, throw away what is here "
            f"(git -C {git.folder} reset --hard {found[0].id:.{SHORT}}) and run this again from "
            "the top; else choose another version"
        )
    return meant.noted(found[0])


def tree_with(git: Git, start: str, files: Iterable[str]) -> str:
    """The id of the tree that committing these files on top of `start` would give."""
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        aside = replace(git, environment={**git.environment, **index})
        aside.run("read-tree", start)
        # Unlike git add, this takes no offence at a file that is neither there nor was.
        paths = "".join(f"{path}\0" for path in files).encode()
        aside.run("update-index", "--add", "--remove", "-z", "--stdin", stdin=paths)
        return aside.run("write-tree").text


def take_over(git: Git, commit: Commit) -> None:
    """Put the branch at a commit whose content the working copy has already."""
    git.run("reset", "--quiet", commit.id)


def make_commit(git: Git, meant: Meant) -> None:
    """Commit exactly these files; signed if git is set up so, and past the repository's hooks.

    Where nothing is left to change, the commit is an empty one: it is what the tag stands for, and
    what the pull request brings. Raises `NotHeld` where a hook has committed anything else; that
    commit is taken back.
    """
    if meant.files:
        git.run("add", "--", *literal(meant.files))
    words, empty = meant.message.encode(), () if meant.files else ("--allow-empty",)
    git.run("commit", "--quiet", *empty, "--cleanup=whitespace", "--file=-", stdin=words)
    head = find_commit(git, "HEAD")
    if head.parents == (meant.start,) and meant.is_tree_of(git, head):
        return
    changed = listed(differing(git, meant.tree, head.id) or ["the history"])
    git.run("reset", "--quiet", meant.start)
    raise NotHeld(
        f"expected one commit of the bytes that were checked, found that a hook has changed "
        f"{changed}. That commit is taken back; the files are as the hook has left them. To have "
        "them checked and approved so, run the runbook again from its changelog on; or undo that "
        f"(git -C {git.folder} status), and turn the hook off"
    )
