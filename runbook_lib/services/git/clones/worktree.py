"""A working copy of the run's own: the version, the commit, the signed tag, the push, the merge."""

import tempfile
from collections.abc import Generator, Mapping, Sequence
from dataclasses import field, replace
from pathlib import Path

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.version_files.written import Written
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.clones.committing import (
    Meant,
    check_exactly,
    check_still,
    differing,
    find_made,
    find_made_elsewhere,
    make_commit,
    read_changes,
    take_over,
    tree_with,
)
from runbook_lib.services.git.clones.following import (
    Following,
    find_following,
    following_of,
    make_following,
    mean_following,
)
from runbook_lib.services.git.clones.publishing import Merged, Pushed, find_merged, find_pushed
from runbook_lib.services.git.clones.version_change import (
    VersionChange,
    show_version_change,
    tell_places,
    unset_files,
    write_text,
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


@frozen
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
        self, version: str, written: Sequence[Written]
    ) -> Generator[str, None, VersionChange]:
        """Set the version in all places that say it: nothing where the tag alone makes the release.

        Raises `Refused` where a place says neither what it said before nor this version.
        """
        files = unset_files(self.git, written)
        if files:
            yield tell_places(self.git, written, list(files))
            for file, text in files.items():
                write_text(self.path, file, text)
        return show_version_change(self.git, version, written, self.since)

    @step
    def commit_following(
        self, message: str, written: Sequence[Written], parent: Revision
    ) -> Generator[str, None, Following]:
        """Commit the next development version on top of the release's commit, where there is one.

        What is checked out stays the release, which the tag names; the commit goes along when the
        branch is pushed, so that one review and one merge bring both.
        """
        start = self.find(parent)
        meant = mean_following(self.git, message, written, start)
        if meant is None:
            return Following()
        found = find_following(self.remote, meant)
        if found is None:
            yield f"commit {meant.version} on top of {start:.{SHORT}}: {first_words(message)}"
            make_following(self.git, meant)
        return find_following(self.remote, meant) or Following()

    @check
    def check_changed(
        self, files: Sequence[str], since: Revision, perhaps: Sequence[str] = ()
    ) -> Status:
        """Exactly these files differ from the commit `since`: in one commit, or not committed.

        `perhaps` are files that may differ besides: a changelog has its entry before, at times.
        """
        start = self.find(since)
        differ = differing(self.git, start, tree_with(self.git, start, perhaps))
        wanted = (*files, *(file for file in perhaps if file in differ and file not in files))
        status = check_exactly(read_changes(self.git, start), wanted)
        return replace(status, tree=tree_with(self.git, start, wanted))

    @step
    def commit(
        self, message: str, files: list[str] | tuple[str, ...], parent: Revision, tree: str = ""
    ) -> Generator[str, None, Commit]:
        """Commit exactly these files, as one commit on top of `parent`.

        `tree` is what `check_changed` found them to be, by default what they are now: a commit with
        other bytes is refused; without files it is an empty one. The repository's own hooks run;
        one that fails is `Failed`, with its output, and what one makes of the message is said. What
        an earlier session committed on another machine is taken over if it has the same content.
        """
        start, told = self.find(parent), f"commit {told_files(files)}: {first_words(message)}"
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
        """Push a branch and a tag, both or neither, and nothing else; nothing is ever forced.

        What follows the release goes along (see `commit_following`).
        """
        name = tag.name if isinstance(tag, SignedTag) else tag
        head, full = check_ref(self.git, str(branch), "heads"), check_ref(self.git, name, "tags")
        tip = following_of(self.git, head)
        found = find_pushed(self.remote, branch, name, tip)
        if found:
            return found
        yield f"push {branch} and tag {name} to {self.upstream}"
        self.git.run(
            *("push", "--porcelain", "--atomic", "--no-follow-tags", "--recurse-submodules=no"),
            *("--set-upstream", "--", self.upstream, f"{tip or head}:{head}", f"{full}:{full}"),
        )
        commit = self.find(name)
        return Pushed(self.upstream, branch, name, commit, tip or commit)

    @check
    def check_merged(self, commit: Revision, into: str) -> Merged:
        """The commit is reachable from a branch of the upstream, as it is after a real merge."""
        check_ref(self.git, into, "heads")
        return find_merged(self.remote, self.find(commit), into)


def told_files(files: Sequence[str]) -> str:
    """The files of a commit in one line; that there are none, where all was as it is before."""
    return listed(files) if files else "no file (they say all of it already)"


@frozen
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
