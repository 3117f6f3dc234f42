"""A mirror of the upstream repository on this machine, to look at and to clone from."""

import fcntl
import shutil
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from runbook_lib.errors import Conflict, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.commits import Commit
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.address import clone_address
from runbook_lib.services.git.clones.receiving import clear_rests, receive
from runbook_lib.services.git.failures import mask_passwords
from runbook_lib.services.git.git import Git, check_ref, configured, delete_ref
from runbook_lib.services.git.history import (
    SHORT,
    Tag,
    find_commit,
    listed,
    read_commits,
    read_tags,
)
from runbook_lib.services.git.remote import Remote
from runbook_lib.steps.step import Runner, check, look, step

REFSPECS = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")


@frozen
class Mirrored(Shown):
    """What a mirror holds after it was brought up to date."""

    url: str
    branches: int
    tags: int

    def __str__(self) -> str:
        return f"{self.url}, with its branches ({self.branches}) and tags ({self.tags})"


@frozen
class Mirror:
    """The branches and tags of the repository at `url`, in a bare repository at `path`."""

    path: Path
    url: str
    runner: Runner = field(repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    of: str = ""
    """What tells it from a run's other mirrors."""

    def __str__(self) -> str:
        return f"mirror of {mask_passwords(self.url)}"

    @property
    def git(self) -> Git:
        """git in the mirror; a fetch keeps its commit-graph, which makes looks far faster."""
        settings = configured(self.environment, {"fetch.writeCommitGraph": "true"})
        return Git(self.path, settings, whose="the run's")

    @property
    def upstream(self) -> Remote:
        """The repository that is mirrored."""
        return Remote(self.git, clone_address(self.url))

    @check
    def fetch(self) -> Mirrored:
        """Bring the mirror up to date with all branches and tags; make it where it is not yet."""
        self.bring_up_to_date()
        # By their names alone: of each other fact git would read the object.
        names = self.git.run("for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags").lines
        branches = sum(name.startswith("refs/heads/") for name in names)
        return Mirrored(mask_passwords(self.url), branches, len(names) - branches)

    def bring_up_to_date(self) -> None:
        """Do the same for several mirrors side by side: a runner takes one step a time."""
        bring_up_to_date(self.git, self.upstream.name)

    @step
    def delete_branch(self, branch: str, *, at: str) -> Generator[str, None, str]:
        """Delete a branch of the upstream, and only while its newest commit is that very one.

        Where `at` is empty, there is nothing to delete. Raises `Conflict` where somebody has
        committed to it.
        """
        if not at:
            return "no branch is to be deleted"
        full = check_ref(self.git, branch, "heads")
        found = self.upstream.refs(full).get(full)
        if found is None:
            return f"no branch {branch} is there any more"
        if found != at:
            raise Conflict(
                f"expected {branch} in {mask_passwords(self.url)} at {at:.{SHORT}}, found it at "
                f"{found:.{SHORT}}: somebody has pushed to it, and it is not deleted; look at what "
                "they did, then run this again from the top"
            )
        yield f"delete branch {branch} ({at:.{SHORT}}) from {mask_passwords(self.url)}"
        delete_ref(self.git, self.upstream.name, full, at=at)
        return ""

    @look
    def default_branch(self) -> str:
        """The branch that the upstream's HEAD names now."""
        return self.upstream.default_branch()

    def head(self, branch: str) -> Commit:
        """The newest commit of a branch."""
        commit = self.git.commit_at(check_ref(self.git, branch, "heads"))
        if commit is None:
            names = self.git.run("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").lines
            raise Refused(
                f"expected branch {branch} in {self.url}, and it is not there; "
                f"it has {listed(names)}"
            )
        return find_commit(self.git, commit)

    def crowding(self, branch: str) -> str:
        """The branch that leaves no room for another of that name: above it, or below; or empty."""
        parts = branch.split("/")
        above = ["/".join(parts[:at]) for at in range(1, len(parts))]
        places = [f"refs/heads/{name}" for name in (*above, f"{branch}/")]
        named = self.git.run("for-each-ref", "--format=%(refname:lstrip=2)", *places).lines
        crowded = (one for one in named if one in above or one.startswith(f"{branch}/"))
        return next(crowded, "")

    def tags(self) -> list[Tag]:
        """The tags that stand for commits, in the order of their making."""
        return read_tags(self.git)

    def commits(self, since: str | None, until: str, paths: Sequence[str] = ()) -> list[Commit]:
        """The commits reachable from `until` and not from `since`, merges too, newest first.

        With `paths`, those that change one of these alone.
        """
        without = [f"^{self.find(since)}"] if since else []
        return read_commits(self.git, self.find(until), *without, paths=paths)

    def paths(self, commit: str) -> tuple[str, ...]:
        """The paths of all files at a commit."""
        answer = self.git.run("ls-tree", "-r", "-z", "--name-only", self.find(commit))
        return tuple(answer.fields)

    def read_file(self, commit: str, path: str) -> str | None:
        """A file's text at a commit, or None; bytes that are not UTF-8 are replaced."""
        name = f"{self.find(commit)}:{path}\n".encode()
        answer = self.git.run("cat-file", "--batch", stdin=name).written
        header, _, content = answer.partition(b"\n")
        if b" blob " not in header:
            return None
        return content[: int(header.split()[-1])].decode(errors="replace")

    def changed_paths(
        self, since: str | None, until: str, patterns: Iterable[str] = ("*",)
    ) -> tuple[str, ...]:
        """The paths that differ between two commits (or from nothing) and that a pattern names."""
        old = self.find(since) if since else self.empty_tree()
        fields = self.git.run(
            "diff", "--name-only", "-z", "--no-renames", old, self.find(until), "--"
        ).fields
        wanted = tuple(patterns)
        return tuple(path for path in fields if any(names(pattern, path) for pattern in wanted))

    def empty_tree(self) -> str:
        """The id of the tree with nothing in it."""
        return self.git.run("hash-object", "-t", "tree", "--stdin").text

    def find(self, revision: str) -> str:
        """The id of the commit that an id, a tag or a branch stands for."""
        commit = self.git.resolve(revision)
        if commit is None:
            raise Refused(
                f"expected a commit, a tag or a branch {revision!r} in {self.url}, "
                "and there is none of that name"
            )
        return commit


def bring_up_to_date(git: Git, upstream: str) -> None:
    """Have git's folder hold all branches and tags of an upstream; make it where it is not yet."""
    with locked(git.folder):
        if not (git.folder / "HEAD").exists():
            make(git)
        clear_rests(git.folder)
        receive(git, upstream, *REFSPECS)
        follow_head(git, upstream)


def make(git: Git) -> None:
    """Make an empty bare repository, whole or not at all."""
    part = git.folder.with_name(f".{git.folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    replace(git, folder=part).run("init", "--quiet", "--bare")
    part.rename(git.folder)


def follow_head(git: Git, upstream: str) -> None:
    """Name the upstream's default branch as the mirror's, so that clones begin on it."""
    try:
        branch = Remote(git, upstream).default_branch()
    except Refused:
        return
    head = f"ref: refs/heads/{branch}\n"
    if (git.folder / "HEAD").read_text() != head:
        git.run("symbolic-ref", "HEAD", f"refs/heads/{branch}")


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other sessions from making or fetching the same mirror meanwhile."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f".{folder.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def names(pattern: str, path: str) -> bool:
    """Whether a pattern names a path: whole, its end, or a folder that it is in.

    `migrations/*` names app/migrations/1.py, `*/settings*.py` settings.py, `docs` docs/index.md.
    """
    rooted, wanted = f"/{path}", pattern.strip("/")
    return any(fnmatchcase(rooted, form) for form in (wanted, f"*/{wanted}", f"*/{wanted}/*"))
