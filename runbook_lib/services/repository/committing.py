"""One commit of exactly the files that were meant to change."""

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from runbook_lib.errors import Conflict, Refused
from runbook_lib.policy.commits import Commit
from runbook_lib.services.repository.git import Git, literal
from runbook_lib.services.repository.history import SHORT, find_commit, first_words, listed
from runbook_lib.services.repository.remote import Remote
from runbook_lib.services.repository.status import Status, read_status


def read_changes(git: Git, since: str) -> Status:
    """What differs from the commit `since`: in the one commit on top of it, and not committed.

    Raises `Conflict` where the branch is anywhere else.
    """
    status, head = read_status(git), find_commit(git, "HEAD")
    if head.id == since:
        return status
    check_on_top(head, since)
    return replace(status, changes={**committed(git, head), **status.changes})


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


def find_made(git: Git, start: str, message: str, files: Iterable[str]) -> Commit | None:
    """The commit, if the branch is at it; None if the branch is at its start still."""
    head = find_commit(git, "HEAD")
    if head.id == start:
        return None
    check_on_top(head, start)
    check_made(git, head, message, files)
    return head


def check_made(git: Git, commit: Commit, message: str, files: Iterable[str]) -> None:
    """Refuse a commit with another message, or one that changes other files."""
    if not says(commit, message):
        raise Conflict(
            f"expected a commit {first_words(message)!r}, found {commit}; "
            "see who committed here, or choose another version"
        )
    wanted, found = sorted(set(files)), sorted(committed(git, commit))
    if wanted != found:
        raise Conflict(
            f"expected that {commit} changes {listed(wanted)}, found that it changes "
            f"{listed(found)}; see who committed here, or choose another version"
        )


def says(commit: Commit, message: str) -> bool:
    """Whether a commit has this message; a hook may have added lines at its end."""
    return f"{commit.subject}\n\n{commit.body}".strip().startswith(message.strip())


def find_made_elsewhere(
    remote: Remote, start: str, message: str, files: Iterable[str]
) -> Commit | None:
    """The same commit on top of `start` in a fetched branch or tag of the upstream, or None.

    It is there where an earlier session ran on another machine, and its branch was deleted after
    the merge. Raises `Conflict` where its content is not that of the working copy.
    """
    git = remote.git
    everywhere = (f"--remotes={remote.name}", "--tags", f"^{start}")
    lines = git.run("rev-list", "--parents", *everywhere, "--").lines
    ids = [line.split()[0] for line in lines if line.split()[1:] == [start]]
    found = [commit for commit in (find_commit(git, each) for each in ids) if says(commit, message)]
    if not found:
        return None
    check_made(git, found[0], message, files)
    if git.object_at(f"{found[0].id}^{{tree}}") != tree_with(git, start, files):
        raise Conflict(
            f"{remote} has {found[0]} already, with other content than {git.folder}; "
            "see how they differ (git diff), or choose another version"
        )
    return found[0]


def tree_with(git: Git, start: str, files: Iterable[str]) -> str:
    """The id of the tree that committing these files on top of `start` would give."""
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        aside = replace(git, environment={**git.environment, **index})
        aside.run("read-tree", start)
        aside.run("add", "--", *literal(files))
        return aside.run("write-tree").text


def take_over(git: Git, commit: Commit) -> None:
    """Put the branch at a commit whose content the working copy has already."""
    git.run("reset", "--quiet", commit.id)


def make_commit(git: Git, message: str, files: Iterable[str]) -> None:
    """Commit exactly these files; signed if git is set up so, and past the repository's hooks."""
    git.run("add", "--", *literal(files))
    git.run("commit", "--quiet", "--cleanup=whitespace", "--file=-", stdin=message.encode())
