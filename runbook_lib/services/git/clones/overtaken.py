"""What was committed here while another machine released the same: theirs counts, ours is kept."""

from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT, find_commit
from runbook_lib.services.git.remote import Remote

THEIRS = "refs/runbook/theirs/"
"""Where the upstream's tags are kept, beside those that were made here."""
ASIDE = "refs/runbook/aside/"
"""Where what was set aside is kept, by its ids."""


@frozen
class Overtaken:
    """A commit of ours, and the tagged one of the upstream that was made in its place."""

    here: str
    there: str
    tag: str

    def __str__(self) -> str:
        return (
            f"set {self.here:.{SHORT}} aside, which was made here and is nowhere else: meanwhile "
            f"{self.tag} was released from another machine, at {self.there:.{SHORT}}; go on with it"
        )


def find_overtaken(
    remote: Remote, at: str, here: str | None, there: str | None
) -> Overtaken | None:
    """What stands for a branch from `at` on, where the upstream has tagged another commit.

    The branch is at `here` in this repository, at `there` on the upstream. The tagged commit is on
    top of `at`, too: it says what ours says, or is in the upstream's branch.
    """
    git = remote.git
    if here is None or here == there or (here, there) == (at, None):
        return None
    ours = find_commit(git, here)
    tagged = tagged_on(remote, at) if at in (here, *ours.parents) else {}
    like = {
        tag: one.id
        for tag, one in tagged.items()
        if (is_in(git, one.id, there) if here == at else one.subject == ours.subject)
    }
    if not like or here in like.values():
        return None
    tag, theirs = next(iter(like.items()))
    return Overtaken(here, theirs, tag)


def is_in(git: Git, commit: str, branch: str | None) -> bool:
    """Whether a commit is the newest of a branch, or the one below it."""
    return branch is not None and (branch == commit or git.commit_at(f"{branch}^") == commit)


def tagged_on(remote: Remote, at: str) -> dict[str, Commit]:
    """The upstream's tags whose commits are right on top of `at`, with these; they are here then.

    They are kept apart from those that were made here.
    """
    git, name = remote.git, remote.name
    remote.fetch()
    git.run("fetch", "--quiet", "--no-tags", "--", name, f"+refs/tags/*:{THEIRS}*")
    lines = git.run("rev-list", "--parents", f"--glob={THEIRS}*", f"^{at}", "--").lines
    commits = [line.split()[0] for line in lines if line.split()[1:] == [at]]
    return {tag: find_commit(git, one) for one in commits for tag in tags_at(git, one)}


def tags_at(git: Git, commit: str) -> list[str]:
    """The names of the upstream's tags of a commit."""
    refs = git.run("for-each-ref", f"--points-at={commit}", "--format=%(refname)", THEIRS).lines
    return [ref.removeprefix(THEIRS) for ref in refs]


def set_aside(git: Git, branch: str, overtaken: Overtaken, folder: Path) -> None:
    """Have the branch at the upstream's commit; ours, its tags and what is not committed are kept.

    The branch comes last: who dies before it, begins this anew.
    """
    edited = Git(folder, git.environment).ask("stash", "create").text if folder.is_dir() else ""
    tags = git.run("tag", "--points-at", overtaken.here).lines
    signed = [git.object_at(f"refs/tags/{tag}") for tag in tags]
    for kept in filter(None, (overtaken.here, edited, *signed)):
        git.run("update-ref", f"{ASIDE}{kept}", kept)
    for tag in tags:
        git.run("tag", "--delete", "--", tag)
    git.ask("worktree", "remove", "--force", "--force", str(folder))
    git.run("worktree", "prune")
    git.run("update-ref", f"refs/heads/{branch}", overtaken.there)
