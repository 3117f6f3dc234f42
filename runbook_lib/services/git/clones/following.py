"""What follows a release: a commit on top of it, in which the files say the next version.

It is made beside the branch and is pushed as its newest commit. So the tag stands for a commit of
the approved files, nothing in the checkout moves, and the merge that brings the release brings it.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.policy.version_files.written import Written, by_file, write
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.clones.snapshot import AS_IT_IS, Snapshot
from runbook_lib.services.git.git import Git, literal
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.remote import Remote


@frozen
class Following(Shown):
    """The commit on top of a release's, and the version that its files say; or none."""

    commit: str = ""
    version: str = ""
    diff: str = ""

    def __str__(self) -> str:
        if not self.commit:
            return "no version follows: the files go on saying the one that is released"
        return (
            f"{self.commit:.{SHORT}} says {self.version}, after the release\n{self.diff}".rstrip()
        )


@frozen
class Meant:
    """The commit that is to follow the commit `after`, by the bytes of its files (`tree`)."""

    message: str
    version: str
    after: str
    tree: str


def mean_following(git: Git, message: str, written: Sequence[Written], after: str) -> Meant | None:
    """What is to be committed after a release; None where nothing follows."""
    wanted = [one for one in written if one.following]
    if not wanted:
        return None
    texts = Snapshot(git, after).read(by_file(wanted))
    files = {
        file: write(texts[file], each, following=True) for file, each in by_file(wanted).items()
    }
    return Meant(message, wanted[0].following, after, tree_of(git, after, files))


def tree_of(git: Git, commit: str, files: dict[str, str]) -> str:
    """The id of a commit's tree with other texts in some of its files, whose modes stay."""
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        aside = replace(git, environment={**git.environment, **index})
        aside.run("read-tree", commit)
        for file, text in files.items():
            blob = aside.run("hash-object", "-w", "--stdin", stdin=text.encode(**AS_IT_IS)).text
            mode = aside.run("ls-files", "--stage", "--", *literal([file])).text.split()[0]
            aside.run("update-index", "--cacheinfo", f"{mode},{blob},{file}")
        return aside.run("write-tree").text


def kept_as(after: str) -> str:
    """The full name under which what follows a commit is kept here."""
    return f"refs/runbook/following/{after}"


def find_following(remote: Remote, meant: Meant) -> Following | None:
    """The commit, if it is here or in a fetched branch of the upstream."""
    git = remote.git
    everywhere = (f"--remotes={remote.name}", f"--glob={kept_as(meant.after)}*")
    lines = git.run("rev-list", "--parents", *everywhere, f"^{meant.after}", "--").lines
    ids = [line.split()[0] for line in lines if line.split()[1:] == [meant.after]]
    found = [one for one in ids if git.object_at(f"{one}^{{tree}}") == meant.tree]
    if not found:
        return None
    plain = ("--no-color", "--no-ext-diff", "--unified=0")
    diff = git.run("diff", *plain, meant.after, found[0], "--").text
    return Following(found[0], meant.version, diff)


def make_following(git: Git, meant: Meant) -> None:
    """Commit it, signed where git is set up so; the branch that is checked out stays as it is."""
    signed = ["-S"] if git.signs() else []
    commit = git.run(
        *("commit-tree", *signed, "-p", meant.after, "-F", "-", meant.tree),
        stdin=meant.message.encode(),
    ).text
    git.run("update-ref", kept_as(meant.after), commit)


def following_of(git: Git, branch: str) -> str:
    """The commit that follows a branch's (by its full name) and is kept here; empty for none."""
    commit = git.commit_at(branch)
    return (git.commit_at(kept_as(commit)) if commit else None) or ""
