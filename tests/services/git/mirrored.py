"""A public repository and its private mirror, with branches of fixes, and a notebook's calls."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from runbook_lib.run.run import Run
from runbook_lib.services.git.private_mirrors.branch_pair import Followed
from runbook_lib.services.git.private_mirrors.merging import Merged
from runbook_lib.services.git.private_mirrors.mirror_pair import MirrorPair
from runbook_lib.steps.step import Runner
from tests.services.git.conftest import Upstream, commit, git

BRANCH, SUBJECT, SECRET = "mend-the-lantern", "Mend the lantern's lock", "lock = 'wrought iron'"
"""What nobody may read before it is public: a branch, a commit's subject, a diff's words."""


@dataclass(frozen=True)
class Head:
    """A reviewed commit of a branch."""

    branch: str
    commit: str


@dataclass(frozen=True)
class Pair:
    """Both repositories on their servers, and the clone of somebody who works on the fixes."""

    public: Upstream
    private: Path
    author: Path

    @property
    def mains(self) -> tuple[str, str]:
        """Where both have the branch."""
        return self.public.head, git(self.private, "rev-parse", "master")

    def fix(self, branch: str, message: str, **files: str) -> Head:
        """A commit on a branch of the private repository; the branch is made where it is new."""
        switch = ["switch", "--quiet", *([] if self.has(branch) else ["-c"]), branch]
        git(self.author, *switch, *([] if self.has(branch) else ["origin/master"]))
        made = commit(self.author, message, **files)
        git(self.author, "push", "--quiet", "origin", branch)
        return Head(branch, made)

    def has(self, branch: str) -> bool:
        """Whether the author has a branch."""
        return branch in git(self.author, "branch", "--format=%(refname:short)").split()

    def lantern(self) -> Head:
        """The fix that nobody may hear of."""
        return self.fix(BRANCH, SUBJECT, lantern__py=f"{SECRET}\n")

    def rope(self) -> Head:
        """Another one, that goes together with it."""
        return self.fix("splice-the-rope", "Splice the rope", rope__py="rope = 2\n")

    def merge_by_button(self, head: Head) -> str:
        """Merge in the private repository, as its web page does."""
        return self.pressed(self.private, ["merge", "--no-ff", "-m", SUBJECT, head.commit])

    def merge_in_public(self, head: Head) -> str:
        """Merge in the public repository, as its web page does."""
        return self.pressed(self.public.bare, ["merge", "--no-ff", "-m", SUBJECT, head.commit])

    def squash_in_public(self, head: Head) -> str:
        """The other button: one commit of the public repository's own, which has no other's id."""
        squash = ["merge", "--squash", head.commit]
        return self.pressed(self.public.bare, squash, ["commit", "-m", SUBJECT])

    def pressed(self, bare: Path, *commands: list[str]) -> str:
        """What a button of a repository's web page makes of its branch, by some git commands."""
        git(self.author, "fetch", "--quiet", str(bare), "master")
        git(self.author, "switch", "--quiet", "-C", "web", "FETCH_HEAD")
        for command in commands:
            web = ("-c", "user.name=GitHub", "-c", "user.email=noreply@github.com")
            git(self.author, *web, command[0], "--quiet", *command[1:])
        git(self.author, "push", "--quiet", str(bare), "web:master")
        return git(self.author, "rev-parse", "HEAD")

    def secrets_in_public(self) -> list[str]:
        """Which of the secrets are in the public repository, in any object or any ref."""
        objects = subprocess.run(
            ["git", "-C", str(self.public.bare), "cat-file", "--batch-all-objects", "--batch"],
            capture_output=True,
            check=True,
        ).stdout
        held = objects.decode(errors="replace") + self.public.refs()
        return [secret for secret in (BRANCH, SUBJECT, SECRET) if secret in held]


def mirrors_of(pair: Pair, path: Path, runner: Runner) -> MirrorPair:
    """Both repositories as a session's notebook has them."""
    return MirrorPair(path, pair.public.url, str(pair.private), runner, branch="master")


def carry_out(mirrors: MirrorPair, *heads: Head) -> Followed:
    """The whole procedure, from its first step on."""
    mirrors.catch_up()
    mirrors.push_upstream(merge(mirrors, *heads))
    followed = mirrors.push_security(merge(mirrors, *heads))
    mirrors.check_equal()
    return followed


def merge(mirrors: MirrorPair, *heads: Head) -> Merged:
    """Merge, and look at the difference."""
    merged = mirrors.merge(heads)
    mirrors.diff(merged)
    return merged


def open_mirrors(run: Run, places: str) -> MirrorPair:
    """Both repositories in a run's own folder, by the addresses of the public and the private."""
    public, private = places.split()
    return MirrorPair(run.folder / "mirrors", public, private, run.runner, branch="master")


@pytest.fixture
def pair(tmp_path: Path, upstream: Upstream) -> Pair:
    """Both at the same commit."""
    for name, bare in (("security.git", ["--bare"]), ("author", [])):
        source = upstream.bare if bare else tmp_path / "security.git"
        git(tmp_path, "clone", "--quiet", *bare, str(source), name)
    return Pair(upstream, tmp_path / "security.git", tmp_path / "author")


@pytest.fixture
def mirrors(pair: Pair, tmp_path: Path, runner: Runner) -> MirrorPair:
    """Both, as the notebook has them."""
    return mirrors_of(pair, tmp_path / "run" / "mirrors", runner)
