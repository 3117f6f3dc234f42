"""The texts of a repository, extracted for translation by its own command, on a branch of theirs.

https://www.gnu.org/software/gettext/manual/html_node/xgettext-Invocation.html tells what such a
command makes. Whatever it commits itself counts as well; it has no credentials to push with.
"""

import hashlib
import json
import shlex
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import field
from pathlib import Path
from typing import Protocol

from runbook_lib.errors import Conflict, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.services.git.address import clone_address
from runbook_lib.services.git.clones.mirror import Mirror
from runbook_lib.services.git.clones.operator_clone import OperatorClone
from runbook_lib.services.git.clones.throwaway import own_checkout
from runbook_lib.services.git.git import Git, check_ref, configured, push_ref
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.locales.extraction_place import borrowed_clone, check_free
from runbook_lib.services.git.locales.locale_branch import (
    Extracted,
    PushedLocales,
    find_merged,
    find_pushed,
)
from runbook_lib.services.git.locales.messages import (
    Kept,
    changed_files,
    commit_texts,
    find_kept,
    keep,
)
from runbook_lib.services.git.remote import Remote
from runbook_lib.steps.step import Runner, step

MESSAGE = "Extract locales"


class Program(Protocol):
    """What runs a command in a folder and shows what it writes."""

    def run(self, arguments: Sequence[str], folder: Path, limit: float) -> None:
        """Run it to its end, for `limit` seconds at most; raises `Failed` where it ends badly."""


@frozen
class Extraction:
    """A repository's extraction: its command, and the files that it is about (`paths`).

    `path` is a folder of the run's own. `via` comes before the command to reach the place where it
    runs; with a `clone`, that is a container that mounts this clone. `limit` is in seconds.
    `environment` is git's, with identity and credentials; the command is not given it.
    """

    path: Path
    mirror: Mirror = field(repr=False)
    runner: Runner = field(repr=False)
    program: Program = field(repr=False)
    command: tuple[str, ...]
    via: tuple[str, ...] = ()
    paths: tuple[str, ...] = (".",)
    limit: float = 1800.0
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    clone: Path | None = None

    @property
    def of(self) -> str:
        """The repository's name: what tells this extraction from a run's others."""
        return self.path.name

    @step
    def extract(self, commit: str, branch: str) -> Generator[str, None, Extracted]:
        """Run the command on a commit, and commit what it changed; nothing is pushed yet.

        No new text is a good outcome. Raises `Failed` where the command ends badly, and `Refused`
        where the clone that it is to run in is not clean; neither leaves anything behind.
        """
        base = self.mirror.find(commit)
        self.make()
        check_ref(self.git, branch, "heads")
        kept = self.find_kept(base)
        if kept is None:
            if self.lent:
                check_free(self.lent, self.mark)
            yield f"run {shlex.join(self.arguments)} on {base:.{SHORT}}{self.where}"
            kept = self.carry_out(base)
        return self.extracted(kept, base, branch)

    @step
    def push(self, extracted: Extracted, into: str) -> Generator[str, None, PushedLocales]:
        """Push the branch with the new texts, where there are any that `into` has not got.

        A branch with the same texts is found, whoever pushed it. Raises `Conflict` where it has
        others: nothing is ever forced.
        """
        if not extracted.changed:
            return PushedLocales(extracted.branch, extracted.base, False, "no new texts")
        self.make()
        full = check_ref(self.git, extracted.branch, "heads")
        check_ref(self.git, into, "heads")
        upstream = self.upstream
        found = find_pushed(upstream, extracted) or find_merged(upstream, extracted, into)
        if found:
            return found
        yield f"push {extracted.branch} ({extracted.commit:.{SHORT}}) to {upstream}"
        try:
            push_ref(self.git, upstream.name, full, new=extracted.commit)
        except Conflict:
            raise Unavailable(
                f"expected no branch {extracted.branch} on {upstream}, found that somebody "
                "else was faster; run this again",
                may_have_acted=False,
            ) from None
        return PushedLocales(extracted.branch, extracted.commit, True)

    @property
    def arguments(self) -> tuple[str, ...]:
        """The whole command."""
        return (*self.via, *self.command)

    @property
    def where(self) -> str:
        """Where the command runs, if that is not the run's own checkout."""
        return f" in {self.lent.path}" if self.lent else ""

    @property
    def lent(self) -> OperatorClone | None:
        """The operator's clone, where the command needs it."""
        if not (self.via and self.clone):
            return None
        return OperatorClone(self.clone.expanduser(), self.runner, self.variables)

    @property
    def mark(self) -> Path:
        """Where it is noted that the operator's clone is borrowed."""
        return self.path / "borrowed"

    @property
    def git(self) -> Git:
        """git in the repository that keeps what was extracted."""
        return Git(self.path / "kept.git", self.variables, whose="the run's")

    @property
    def variables(self) -> dict[str, str]:
        """git's environment; a commit that no branch has is fetched by protocol 2 alone."""
        return configured(self.environment, {"protocol.version": "2"})

    @property
    def upstream(self) -> Remote:
        """The repository that the texts are of."""
        return Remote(self.git, clone_address(self.mirror.url))

    def make(self) -> None:
        """Make the repository that keeps what was extracted, whole or not at all."""
        if self.git.folder.exists():
            return
        part = self.path / ".kept.git.part"
        shutil.rmtree(part, ignore_errors=True)
        self.path.mkdir(parents=True, exist_ok=True)
        source = str(self.mirror.path.absolute())
        Git(self.path, whose="the run's").run("clone", "--quiet", "--bare", "--", source, str(part))
        part.rename(self.git.folder)

    def kept_as(self, base: str) -> str:
        """The name under which it is kept what this command made of a commit."""
        subject = json.dumps([base, self.arguments, self.paths])
        return f"refs/runbook/locales/{hashlib.sha256(subject.encode()).hexdigest()}"

    def find_kept(self, base: str) -> Kept | None:
        """What this command made of a commit in an earlier session, or None."""
        if not self.git.commit_at(base):
            plain = ("--quiet", "--no-tags", "--no-write-fetch-head")
            self.git.run("fetch", *plain, "--", str(self.mirror.path.absolute()), base)
        return find_kept(self.git, self.kept_as(base))

    def carry_out(self, base: str) -> Kept:
        """Run the command on a commit, and keep what it makes of it."""
        with self.place(base) as tree:
            self.program.run(self.arguments, tree.folder, self.limit)
            kept = commit_texts(tree, base, paths=self.paths, message=MESSAGE)
            plain = ("--quiet", "--no-tags", "--no-write-fetch-head")
            self.git.run("fetch", *plain, "--", str(tree.folder.absolute()), kept.commit)
        keep(self.git, self.kept_as(base), kept)
        return kept

    def place(self, base: str) -> AbstractContextManager[Git]:
        """Where the command runs, with a commit checked out; afterwards it is as it was."""
        if self.lent:
            return borrowed_clone(self.lent, self.git, self.mark, base)
        return own_checkout(self.git, self.path / "checkout", base)

    def extracted(self, kept: Kept, base: str, branch: str) -> Extracted:
        """What was extracted, for a branch."""
        files = changed_files(self.git, base, kept.commit)
        return Extracted(branch, base, kept.commit, files, kept.left_out)
