"""A working copy of the run's own: the version, the commit, the signed tag, the push, the merge."""

import tempfile
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from runbook_lib.errors import Refused
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.clones.committing import (
    Meant,
    check_exactly,
    check_still,
    find_made,
    find_made_elsewhere,
    make_commit,
    read_changes,
    take_over,
    tree_with,
)
from runbook_lib.services.git.clones.publishing import Merged, Pushed, find_merged, find_pushed
from runbook_lib.services.git.clones.version_change import (
    VersionChange,
    read_version_file,
    show_version_change,
)
from runbook_lib.services.git.git import Git, check_ref
from runbook_lib.services.git.history import SHORT, find_commit, first_words, listed
from runbook_lib.services.git.remote import Remote
from runbook_lib.services.git.status import Status
from runbook_lib.services.git.tags.signed_tags import check_signer, find_tag
from runbook_lib.services.git.tags.signing import (
    Signature,
    SignedTag,
    Signing,
    prove,
    signing_environment,
)
from runbook_lib.steps.step import Runner, check, step

Revision = str | Commit
"""A commit, or its id, or the name of a tag or a branch."""


@dataclass(frozen=True)
class WorkingCopy:
    """A folder with a checkout of the run's own; nobody else works in it.

    `upstream` is the remote's name. `environment` holds dates, identity and credentials (see
    `configured`), `signing` whose signatures are expected.
    """

    path: Path
    runner: Runner = field(repr=False)
    upstream: str = "origin"
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    signing: Signing = field(default_factory=Signing)

    @property
    def git(self) -> Git:
        """git in this working copy."""
        return Git(self.path, self.environment, whose="the run's")

    @property
    def remote(self) -> Remote:
        """The upstream, as this working copy knows it."""
        return Remote(self.git, self.upstream)

    @property
    def since(self) -> str:
        """The commit that changes here are shown against."""
        return "HEAD"

    def head(self) -> Commit:
        """The commit that is checked out."""
        return find_commit(self.git, "HEAD")

    def tree(self, revision: Revision) -> str:
        """The id of a commit's files: the same for the same content, whoever committed it."""
        tree = self.git.object_at(f"{self.find(revision)}^{{tree}}")
        assert tree is not None, "every commit has one"
        return tree

    def find(self, revision: Revision) -> str:
        """The id of a commit that is here."""
        name = revision.id if isinstance(revision, Commit) else revision
        commit = self.git.resolve(name)
        if commit is None:
            raise Refused(f"expected commit {name!r} in {self.path}, and it is not there")
        return commit

    @step
    def set_version(
        self, version: str, file: str | None = None, pattern: str | None = None
    ) -> Generator[str, None, VersionChange]:
        """Set the version in the one place that says it.

        `pattern` is a regular expression with one group around the version. Raises `Refused` where
        there is no such place or several, `UsageError` where the file is not named and not clear.
        """
        found = read_version_file(self.git, file, pattern)
        if found.place.version != version:
            place = f"{found.file} line {found.place.line}"
            yield f"set the version in {place} from {found.place.version} to {version}"
            found.write(version)
        return show_version_change(self.git, found, self.since)

    @check
    def check_changed(self, files: list[str] | tuple[str, ...], since: Revision) -> Status:
        """Exactly these files differ from the commit `since`: in one commit, or not committed."""
        start = self.find(since)
        status = check_exactly(read_changes(self.git, start), files)
        return replace(status, tree=tree_with(self.git, start, files))

    @step
    def commit(
        self, message: str, files: list[str] | tuple[str, ...], parent: Revision, tree: str = ""
    ) -> Generator[str, None, Commit]:
        """Commit exactly these files, as one commit on top of `parent`.

        `tree` is what `check_changed` found them to be, by default what they are now: a commit with
        other bytes is refused. The repository's own hooks run; one that fails is `Failed`, with its
        output, and what one makes of the message is said. What an earlier session committed on
        another machine is taken over if it has the same content.
        """
        start, told = self.find(parent), f"commit {listed(files)}: {first_words(message)}"
        journal = self.runner.journal
        meant = Meant(
            message,
            tuple(files),
            start,
            tree or tree_with(self.git, start, files),
            announced=journal.find("intent", step="commit", announced=journal.mask(told))
            is not None,
        )
        made = find_made(self.git, meant)
        if made:
            return made
        check_exactly(read_changes(self.git, start), files)
        if tree:
            check_still(self.git, meant)
        earlier = find_made_elsewhere(self.remote, meant)
        if earlier:
            yield f"take over {earlier}, which an earlier session committed"
            take_over(self.git, earlier)
        else:
            yield told
            make_commit(self.git, meant)
        return self.head()

    @check
    def check_signing(self) -> Signature:
        """A key is set up, it signs, and the signature is the expected one."""
        return self.prove_signing()

    def prove_signing(self) -> Signature:
        """The signature that git makes here, if it is the expected one."""
        folder = self.path if self.path.is_dir() else Path(tempfile.gettempdir())
        here = Git(folder, self.environment)
        signature = prove(here, self.signing)
        check_signer(signature, self.signing, lambda: signature)
        return signature

    @step
    def sign_tag(self, name: str, at: Revision, message: str) -> Generator[str, None, SignedTag]:
        """Make a signed, annotated tag at a commit."""
        check_ref(self.git, name, "tags")
        commit = self.find(at)
        found = find_tag(self.remote, name, commit, self.signing)
        if found:
            return found
        signature = self.prove_signing()
        yield f"sign tag {name} at {commit:.{SHORT}}"
        replace(self.git, environment=signing_environment(self.git, self.signing)).run(
            *("tag", "--sign", "--cleanup=whitespace", "--file=-", name, commit),
            stdin=message.encode(),
        )
        return SignedTag(name, commit, self.git.object_at(f"refs/tags/{name}") or "", signature)

    @step
    def push(self, branch: str, tag: str | SignedTag) -> Generator[str, None, Pushed]:
        """Push a branch and a tag, both or neither, and nothing else; nothing is ever forced."""
        name = tag.name if isinstance(tag, SignedTag) else tag
        head, full = check_ref(self.git, str(branch), "heads"), check_ref(self.git, name, "tags")
        found = find_pushed(self.remote, branch, name)
        if found:
            return found
        yield f"push {branch} and tag {name} to {self.upstream}"
        self.git.run(
            *("push", "--porcelain", "--atomic", "--no-follow-tags", "--recurse-submodules=no"),
            *("--set-upstream", "--", self.upstream, f"{head}:{head}", f"{full}:{full}"),
        )
        return Pushed(self.upstream, branch, name, self.find(name))

    @check
    def check_merged(self, commit: Revision, into: str) -> Merged:
        """The commit is reachable from a branch of the upstream, as it is after a real merge."""
        check_ref(self.git, into, "heads")
        return find_merged(self.remote, self.find(commit), into)


@dataclass(frozen=True)
class Worktree(WorkingCopy, Shown):
    """A working copy of one branch, which starts at the commit `start`."""

    branch: str = ""
    start: str = ""

    def __str__(self) -> str:
        return f"{self.branch} starts at {self.start:.{SHORT}}"

    @property
    def since(self) -> str:
        """The commit that the branch starts at."""
        return self.start
