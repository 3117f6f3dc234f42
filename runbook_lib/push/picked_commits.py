"""The commits of a branch that somebody means by an id, or by a merged pull request."""

from collections.abc import Callable
from typing import Protocol

from runbook_lib.errors import Refused, RunbookError, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.policy.push.notes.picks import Pick
from runbook_lib.policy.push.picking import name_of
from runbook_lib.services.git.git import Git, one_a_line
from runbook_lib.services.git.history import SHORT, find_commit, listed
from runbook_lib.services.git.remote import Remote

AUTHORED = "--format=tformat:%an%x00%ae%x00%at%x00%s"
"""What a rebase keeps of a commit."""


class MergedPull(Protocol):
    """A merged pull request: its branch's commits, oldest first, and what its base got."""

    @property
    def number(self) -> int:
        """Its number."""

    @property
    def commits(self) -> tuple[str, ...]:
        """The ids of its branch's commits."""

    @property
    def merge(self) -> str:
        """The merge, or the squashed commit, or the last of the rebased ones."""


@frozen
class Branch:
    """A branch at the commit `head`, in a repository on this machine that mirrors `upstream`."""

    name: str
    head: str
    upstream: Remote

    @property
    def git(self) -> Git:
        """git in the repository on this machine."""
        return self.upstream.git

    def find(self, wish: Pick, find_pull: Callable[[int], MergedPull]) -> tuple[str, ...]:
        """The commits that a wish means, each checked to be one of the branch, and no merge."""
        found = self.of_pull(find_pull(wish.pull)) if wish.pull else (self.of_id(wish.commit),)
        for commit in found:
            self.check_on_branch(commit, name_of(wish))
            self.check_no_merge(commit, name_of(wish))
        return found

    def of_id(self, short: str) -> str:
        """The commit whose id begins so."""
        objects = self.git.run("rev-parse", f"--disambiguate={short}").lines
        kinds = self.git.run("cat-file", "--batch-check", stdin=one_a_line(objects)).lines
        found = [line.split()[0] for line in kinds if line.split()[1] == "commit"]
        if len(found) != 1:
            ids = f"several ({listed(found)}): give more of it" if found else "none: correct it"
            raise Refused(f"expected one commit {short} in {self.upstream}, found {ids}")
        return found[0]

    def check_on_branch(self, commit: str, asked: str) -> None:
        """Refuse a commit that the branch does not have."""
        if not self.git.is_ancestor(commit, self.head):
            told = find_commit(self.git, commit)
            contains = ("for-each-ref", f"--contains={commit}", "--format=%(refname:short)")
            where = listed(self.git.run(*contains, "refs/heads", "refs/tags").lines, 4)
            raise Refused(
                f"expected {asked} on {self.name}, found {told} in: {where}. Name the commit that "
                f"{self.name} has of it, or the link to its pull request; what is not merged yet "
                "has to be merged first"
            )

    def check_no_merge(self, commit: str, asked: str) -> None:
        """Refuse a merge commit, naming what it merged."""
        told = find_commit(self.git, commit)
        if told.is_merge:
            merged = [str(find_commit(self.git, one)) for one in self.merged_by(commit)]
            raise Refused(
                f"expected an actual commit, found that {asked} is a merge ({told}); name what it "
                f"merged: {listed(merged)}"
            )

    def merged_by(self, merge: str) -> tuple[str, ...]:
        """What a merge brought to its first parent, oldest first, without merges."""
        order = ("--topo-order", "--reverse", "--no-merges")
        return tuple(self.git.run("rev-list", *order, f"{merge}^1..{merge}", "--").lines)

    def of_pull(self, pull: MergedPull) -> tuple[str, ...]:
        """The commits that a merged pull request brought: merged, squashed, or rebased."""
        if not self.git.commit_at(pull.merge):
            raise Refused(
                f"expected what #{pull.number} was merged as ({pull.merge:.{SHORT}}) on "
                f"{self.name}, found that {self.upstream} has no such commit; "
                "it was merged elsewhere, or the branch was rewritten: name its commits"
            )
        if find_commit(self.git, pull.merge).is_merge:
            return self.merged_by(pull.merge)
        return self.rebased(pull) if len(pull.commits) > 1 else (pull.merge,)

    def rebased(self, pull: MergedPull) -> tuple[str, ...]:
        """The commits that a rebase made of the pull request's, else the one of a squash.

        A rebase keeps who wrote a commit, when, and its subject.
        """
        theirs = self.authored(*self.commits_of(pull))
        last = self.git.run(
            "rev-list", "--first-parent", f"--max-count={len(theirs)}", pull.merge, "--"
        ).lines
        ours = tuple(reversed(last))
        return ours if self.authored(*ours) == theirs else (pull.merge,)

    def authored(self, *commits: str) -> list[str]:
        """Who wrote commits, when, and their subjects."""
        plain = ("--no-show-signature", "--no-walk=unsorted", AUTHORED)
        return self.git.run("log", *plain, *commits, "--").lines

    def commits_of(self, pull: MergedPull) -> list[str]:
        """The commits of a pull request's branch, without merges; fetched if they are not here."""
        if not self.git.commit_at(pull.commits[-1]):
            self.fetch(pull)
        parents = self.git.run(
            "rev-list", "--no-walk=unsorted", "--parents", *pull.commits, "--"
        ).lines
        return [line.split()[0] for line in parents if len(line.split()) == 2]

    def fetch(self, pull: MergedPull) -> None:
        """Fetch the head of a pull request, which GitHub keeps after its branch is gone."""
        head = f"refs/pull/{int(pull.number)}/head"
        quiet = ("--quiet", "--no-tags", "--no-write-fetch-head")
        try:
            self.git.run(
                "fetch", *quiet, "--", self.upstream.name, f"+{head}:refs/runbook{head[4:]}"
            )
        except Unavailable:
            raise
        except RunbookError as error:
            raise Refused(
                f"expected the commits of #{pull.number} in {self.upstream}, to see whether it "
                "was squashed or rebased, and they are not there; name the commits instead"
            ) from error
