"""The changelog of a checkout as git knows it: what was there, and what is changed now."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.services.git import Worktree
from runbook_lib.services.git.clones.committing import read_changes
from runbook_lib.services.git.clones.snapshot import read_blob
from runbook_lib.services.git.clones.throwaway import changed_checkout

DECODED = {"encoding": "utf-8", "errors": "surrogateescape"}


@frozen
class ChangelogCheckout:
    """A checkout that starts at a commit; commands run in `folder`, where nothing stays."""

    tree: Worktree
    folder: Path
    origin: str

    @property
    def start(self) -> str:
        """The commit that it starts at."""
        return self.tree.start

    def paths(self) -> tuple[str, ...]:
        """The paths of that commit."""
        return tuple(self.tree.git.run("ls-tree", "-r", "-z", "--name-only", self.start).fields)

    def text(self, path: str, revision: str = "") -> str | None:
        """The text of a file at a revision, by default at the start; None where it is not there."""
        git = self.tree.git
        commit = git.resolve(revision or self.start)
        found = read_blob(git, commit, path) if commit else None
        return None if found is None else found.decode(**DECODED)

    def changes(self) -> Mapping[str, str]:
        """What is changed since the start, committed or not: each path, and how."""
        return read_changes(self.tree.git, self.start).changes

    def apart(self, fragments: str = "") -> AbstractContextManager[Path]:
        """A place with all that is changed, but for the fragments: those are as at the start."""
        return changed_checkout(self.tree.git, self.folder, origin=self.origin, but=fragments)
