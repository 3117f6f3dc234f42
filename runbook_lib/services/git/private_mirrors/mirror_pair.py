"""A public repository and its private mirror: fixes are merged, shown, pushed in one order only.

The order is that of the push duty's procedure, *Security Fixes*: what is reviewed in the mirror is
merged on top of the public main, goes to the public repository first, and then to its mirror.
Messages name commits by their ids, and nothing else of what is not public yet.
"""

from collections.abc import Generator, Iterable, Mapping
from dataclasses import field
from pathlib import Path

from runbook_lib.errors import Conflict, Refused, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.services.git.address import clone_address
from runbook_lib.services.git.clones.worktree import WorkingCopy
from runbook_lib.services.git.git import COMMIT_ID, Git
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.private_mirrors.branch_pair import (
    SECURITY,
    UPSTREAM,
    Equal,
    Followed,
    Heads,
    OnMain,
    Published,
    moved_on,
    not_public,
)
from runbook_lib.services.git.private_mirrors.diff import Diff, read_diff
from runbook_lib.services.git.private_mirrors.merging import (
    Merged,
    ReviewedHead,
    find_made,
    find_published,
    fresh_worktree,
    make_merge,
)
from runbook_lib.services.git.private_mirrors.side import Side, describe_difference, make_bare
from runbook_lib.steps.step import Runner, check, step


@frozen
class MirrorPair:
    """A public repository (`upstream`) and its private mirror (`security`), by their addresses.

    `path` is a folder of the run's own, with a bare repository of both and a working copy for the
    merge; both are made where they are not there. `environment` is git's: identity, credentials.
    """

    path: Path
    upstream: str
    security: str
    runner: Runner = field(repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    branch: str = "main"

    def __str__(self) -> str:
        return f"the public repository and its private mirror, {self.branch}"

    @property
    def git(self) -> Git:
        """git in the bare repository of both."""
        return Git(self.path / "both.git", self.environment, whose="the run's")

    @property
    def worktree(self) -> WorkingCopy:
        """The working copy that the merge is made in, to test it."""
        return WorkingCopy(self.path / "merge", self.runner, UPSTREAM, self.environment)

    @property
    def public(self) -> Side:
        """The public repository."""
        return Side(self.git, clone_address(self.upstream), UPSTREAM)

    @property
    def private(self) -> Side:
        """Its private mirror."""
        return Side(self.git, clone_address(self.security), SECURITY)

    def heads(self) -> Heads:
        """Where the branch is in both, fetched just now."""
        self.make()
        return Heads(self.public.fetch(self.branch), self.private.fetch(self.branch))

    def make(self) -> None:
        """Make the bare repository of both, whole or not at all."""
        if clone_address(self.upstream) == clone_address(self.security):
            raise UsageError(
                "expected a private repository beside the public one, found one address for both: "
                "name both in the profile"
            )
        make_bare(self.git)

    @check
    def check_equal(self, _pushed: object = None) -> Equal:
        """Both have the branch at the same commit; raises `Refused` with what to do where not.

        In a plan it comes after what it is given: nothing was pushed yet.
        """
        found = self.heads()
        if found.public != found.private:
            raise Refused(describe_difference(self.git, self.branch, found.public, found.private))
        return Equal(self.branch, found.public)

    @check
    def check_public(self) -> Followed:
        """All of the mirror's branch is public, though the public one may have moved on.

        Raises `Refused` where the mirror has something of its own.
        """
        found = self.heads()
        self.check_follows(found)
        return Followed(self.branch, found.private, found.note)

    @step
    def catch_up(self) -> Generator[str, None, Equal]:
        """Have the mirror's branch where the public one is; it only ever gets what is public.

        So a run goes on that ended between its two pushes, and what somebody pushed to the public
        repository alone is repaired. Raises `Refused` where the mirror has commits of its own.
        """
        found = self.heads()
        self.check_follows(found)
        if found.public != found.private:
            yield f"bring {self.branch} of {SECURITY} to {found.public:.{SHORT}}, as it is public"
            self.private.push(self.branch, old=found.private, new=found.public)
        return Equal(self.branch, found.public)

    @step
    def merge(self, heads: Iterable[ReviewedHead]) -> Generator[str, None, Merged]:
        """Merge just these reviewed commits on top of the public branch, here only.

        What is public already is found there, or left out beside what is not; without any, nothing
        becomes public by the steps that follow. Raises `Conflict` with the files where they do not
        go together; nothing is left of the attempt.
        """
        base = self.heads().public
        wanted = list(dict.fromkeys(self.find(head) for head in heads))
        if not wanted:
            return Merged(base, base, ())
        found = find_published(self.git, base, wanted)
        lacking = [head for head in wanted if not self.git.is_ancestor(head, base)]
        found = found or find_made(self.git, base, lacking)
        if found is None:
            yield f"merge {plural(len(lacking), 'reviewed commit')} into {base:.{SHORT}}, here only"
            found = make_merge(self.git, self.worktree.path, base, lacking)
        elif not self.has_checked_out(found.commit):
            fresh_worktree(self.git, self.worktree.path, found.commit)
        return found

    def find(self, head: ReviewedHead) -> str:
        """The id of a reviewed commit, which is here then; raises `UsageError` for what is none."""
        if not COMMIT_ID.fullmatch(head.commit):
            raise UsageError(f"expected the whole id of a commit, found {head.commit!r}")
        return self.private.find(head.commit, head.branch)

    def has_checked_out(self, commit: str) -> bool:
        """Whether the working copy is there, at that commit."""
        folder = self.worktree.path
        return folder.is_dir() and self.worktree.git.ask("rev-parse", "HEAD").text == commit

    @check
    def diff(self, merged: Merged) -> Diff:
        """What a merge changes of the public branch, as a whole (`git diff upstream/main`)."""
        return read_diff(self.git, merged.base, merged.commit, merged.heads)

    @step
    def push_upstream(self, merged: Merged) -> Generator[str, None, Published]:
        """Push a merge to the public repository, fast-forward from just where it was made.

        Raises `Conflict` where the branch has moved on meanwhile, and `Refused` where the mirror
        has something of its own, which would keep it from following.
        """
        found = self.heads()
        if self.git.is_ancestor(merged.commit, found.public):
            return Published(self.branch, merged.commit)
        others = find_published(self.git, found.public, merged.heads) if merged.heads else None
        if others is not None:
            return Published(self.branch, others.commit, " (merged by somebody else)")
        self.check_follows(found)
        if found.public != merged.base:
            raise Conflict(moved_on(self.branch, merged, found.public))
        yield f"push {merged.commit:.{SHORT}} to {self.branch} of {UPSTREAM}"
        self.public.push(self.branch, old=merged.base, new=merged.commit)
        return Published(self.branch, merged.commit)

    @step
    def push_security(self, published: OnMain) -> Generator[str, None, Followed]:
        """Have the mirror follow the public branch, which must have what was published.

        The mirror gets the public branch as it is there, whoever has pushed to it meanwhile. Raises
        `Refused` where the public one has not got it: nothing is pushed to the mirror alone.
        """
        found = self.heads()
        if not self.is_public(published.commit, found):
            raise Refused(not_public(self.branch, published.commit, found.public))
        self.check_follows(found)
        if not self.git.is_ancestor(published.commit, found.private):
            yield f"push {found.public:.{SHORT}} to {self.branch} of {SECURITY}, as it is public"
            self.private.push(self.branch, old=found.private, new=found.public)
        return Followed(self.branch, found.private, found.note)

    def is_public(self, commit: str, found: Heads) -> bool:
        """Whether the public branch has a commit."""
        known = COMMIT_ID.fullmatch(commit) and self.git.commit_at(commit)
        return bool(known) and self.git.is_ancestor(commit, found.public)

    def check_follows(self, found: Heads) -> None:
        """Raise `Refused` where the mirror has something that is not public."""
        if not self.git.is_ancestor(found.private, found.public):
            raise Refused(describe_difference(self.git, self.branch, found.public, found.private))
