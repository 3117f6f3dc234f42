"""Commits picked one by one in a checkout of the run's own, which a conflict leaves as it was."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from runbook_lib.errors import Conflict, Failed
from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.services.git.clones.mirror import Mirror
from runbook_lib.services.git.failures import failure
from runbook_lib.services.git.git import Git, configured, literal
from runbook_lib.services.git.history import SHORT, find_commit, listed
from runbook_lib.services.git.picks.patches import find_same_changes
from runbook_lib.services.git.status import read_status

PLAIN = {
    "rerere.enabled": "false",
    "commit.cleanup": "default",
    "core.quotePath": "false",
    "core.hooksPath": os.devnull,
}
"""Settings of the operator's that would change what comes of a pick; hooks would, too."""
BRANCHES = ("+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")


@frozen
class PickingPlace:
    """The run's own clone at `folder`, in which commits are picked; nobody else works in it."""

    folder: Path
    mirror: Mirror

    @property
    def git(self) -> Git:
        """git in this clone."""
        return Git(self.folder, configured(self.mirror.environment, PLAIN), whose="the run's")

    def prepare(self) -> Git:
        """Make the clone, where it is not there yet, and have in it what the mirror has."""
        if not (self.folder / ".git").exists():
            self.make()
        self.git.run("fetch", "--quiet", "--no-tags", "--", str(self.mirror.path), *BRANCHES)
        return self.git

    def make(self) -> None:
        """Clone the mirror, whole or not at all."""
        if self.folder.exists() and any(self.folder.iterdir()):
            raise Conflict(
                f"expected room for a clone at {self.folder}, found something else there; "
                "move it away, then run this again"
            )
        part = self.folder.with_name(f".{self.folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        source = str(self.mirror.path)
        Git(part.parent, whose="the run's").run(
            "clone", "--quiet", "--no-checkout", "--", source, str(part)
        )
        Git(part, whose="the run's").run(
            "remote", "set-url", "--", "origin", self.mirror.upstream.name
        )
        part.rename(self.folder)

    def kept(self, name: str) -> str:
        """The commit that was kept under a name; empty if there is none."""
        return self.git.commit_at(f"refs/runbook/picked/{name}") or ""

    def pick(self, begin: str, picks: Sequence[Commit], *, keep: str) -> None:
        """Pick commits on top of `begin`, and keep the result under a name.

        Raises `Conflict` where one does not go with the others; all is as it was then.
        """
        git = self.git
        self.tidy()
        before = git.commit_at("HEAD") or begin
        git.run("checkout", "--quiet", "--force", "--detach", begin, "--")
        for commit in picks:
            self.pick_one(commit, begin, before)
        git.run("update-ref", f"refs/runbook/picked/{keep}", find_commit(git, "HEAD").id)

    def tidy(self) -> None:
        """Take away what a crash has left half picked."""
        self.git.ask("cherry-pick", "--quit")
        self.git.run("reset", "--quiet", "--hard")
        self.git.run("clean", "--quiet", "-ffdx")

    def pick_one(self, commit: Commit, begin: str, before: str) -> None:
        """Pick one commit; one that would change nothing any more is left out.

        Its committer's date is the original's, so that picking it again makes the same commit.
        """
        dated = {"GIT_COMMITTER_DATE": commit.date.isoformat()}
        git = replace(self.git, environment={**self.git.environment, **dated})
        answer = git.ask("cherry-pick", "-x", "--allow-empty", commit.id)
        if answer.status == 0:
            return
        files = git.run("diff", "--name-only", "-z", "--diff-filter=U").fields
        if not files and not read_status(git).changes and git.commit_at("CHERRY_PICK_HEAD"):
            git.run("cherry-pick", "--skip")
            return
        self.put_back(before)
        if not files:
            raise failure("cherry-pick", answer.status, answer.said)
        raise Conflict(
            f"expected {commit} to go on top of {begin:.{SHORT}} and the picks before it, found "
            f"conflicts in {listed(files)}; nothing is left of the attempt. "
            f"{touched_by(git, begin, commit, files)}"
            "Pick what it needs before it, or have a fix made for the tag, then run this again"
        )

    def put_back(self, before: str) -> None:
        """Have the clone as it was before a pick failed, and see that it is."""
        self.git.ask("cherry-pick", "--abort")
        self.git.run("checkout", "--quiet", "--force", "--detach", before, "--")
        self.tidy()
        changes = read_status(self.git).changes
        if changes or self.git.commit_at("HEAD") != before:
            raise Failed(
                f"expected {self.folder} at {before:.{SHORT}} again with no changes, found "
                f"{listed(changes)}; remove the folder, then run this again"
            )


def touched_by(git: Git, begin: str, commit: Commit, files: Sequence[str]) -> str:
    """The earlier commits that touched the files of a conflict, and are not in the tag."""
    if not commit.parents:
        return ""
    range_ = ("--no-merges", f"{begin}..{commit.parents[0]}")
    earlier = git.run("rev-list", *range_, "--", *literal(files)).lines
    side = git.run("rev-list", "--no-merges", "HEAD", f"^{commit.id}", "--").lines
    left = [one for one in earlier if one not in find_same_changes(git, side, earlier)]
    told = listed((str(find_commit(git, one)) for one in left[:5]), 5)
    return f"Not in the tag, and in the same files: {told}. " if left else ""
