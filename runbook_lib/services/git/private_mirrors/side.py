"""One of two repositories that are to be equal: fetched branch by branch, pushed fast-forward."""

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path

from runbook_lib.errors import Conflict, Refused, RunbookError, Unavailable
from runbook_lib.frozen import frozen
from runbook_lib.services.git.git import Git, check_ref, push_ref
from runbook_lib.services.git.history import SHORT, listed
from runbook_lib.services.git.remote import Remote

WEB = "noreply@github.com"
"""Who commits where a button of GitHub's web page was used to merge or to edit.

https://docs.github.com/en/authentication/managing-commit-signature-verification/about-commit-signature-verification
"""


@frozen
class Side:
    """The repository at `url`, called `name`, as a bare repository that knows both sees it."""

    git: Git
    url: str
    name: str

    def __str__(self) -> str:
        return self.name

    def fetch(self, branch: str) -> str:
        """Have a branch here; its commit. What other branches there are is never said."""
        full = check_ref(self.git, branch, "heads")
        tracked = f"refs/remotes/{self.name}/{branch}"
        there = Remote(self.git, self.url).refs(full).get(full)
        if there is None:
            raise Refused(f"expected a branch {branch} in {self}, found none; check its address")
        if self.git.commit_at(tracked) != there:
            self.bring(f"+{full}:{tracked}")
        return self.git.commit_at(tracked) or there

    def bring(self, refspec: str) -> None:
        """Fetch just that."""
        quiet = ("--quiet", "--no-tags", "--no-write-fetch-head")
        self.git.run("fetch", *quiet, "--", self.url, refspec)

    def find(self, commit: str, branch: str) -> str:
        """Have a commit of a branch here, just this one however the branch has moved since.

        Raises `Refused` where the repository does not have it any more.
        """
        full = check_ref(self.git, branch, "heads")
        if not self.git.commit_at(commit) and Remote(self.git, self.url).refs(full):
            self.bring(f"+{full}:refs/remotes/{self.name}/{branch}")
        if not self.git.commit_at(commit):
            self.bring_unnamed(commit)
        return commit

    def bring_unnamed(self, commit: str) -> None:
        """Fetch a commit that no branch has, as that of a pull request whose branch is gone."""
        try:
            self.bring(commit)
        except Unavailable:
            raise
        except RunbookError:
            raise Refused(
                f"expected the reviewed commit {commit:.{SHORT}} in {self}, and it is not there: "
                "its branch was rewritten since; have it reviewed as it is now, then run this again"
            ) from None

    def push(self, branch: str, *, old: str, new: str) -> None:
        """Move a branch from one commit to one on top of it, if it still is at the first.

        Raises `Unavailable`, which is worth another look, where somebody else has moved it.
        """
        full = check_ref(self.git, branch, "heads")
        if not self.git.is_ancestor(old, new):
            raise Refused(
                f"expected {new:.{SHORT}} on top of {old:.{SHORT}}, where {branch} of {self} is, "
                "found that it is not: nothing is ever forced"
            )
        try:
            push_ref(self.git, self.url, full, old=old, new=new)
        except Conflict:
            raise Unavailable(
                f"expected {branch} of {self} at {old:.{SHORT}}, found that somebody else was "
                "faster; run this again",
                may_have_acted=False,
            ) from None


def make_bare(git: Git) -> None:
    """Make the bare repository of both where it is not there, whole or not at all."""
    folder = git.folder
    if (folder / "HEAD").exists():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        replace(git, folder=part).run("init", "--quiet", "--bare", "--template=")
        part.rename(folder)
    except OSError:
        # Another session was faster: a folder with something in it is not replaced.
        if not (folder / "HEAD").exists():
            raise
    finally:
        shutil.rmtree(part, ignore_errors=True)


@frozen
class Extra:
    """A commit that one of two repositories lacks; `web` says that GitHub's web page made it."""

    id: str
    web: bool


def read_extras(git: Git, have: str, lack: str) -> list[Extra]:
    """The commits that are reachable from the one and not from the other, newest first."""
    form = "--format=tformat:%H%x00%ce"
    lines = git.run("log", "--no-show-signature", form, have, f"^{lack}", "--").lines
    rows = (line.partition("\0") for line in lines)
    return [Extra(commit, committer == WEB) for commit, _, committer in rows]


def describe_difference(git: Git, branch: str, public: str, private: str) -> str:
    """How two repositories differ and what to do, by ids alone: what they are of is not public."""
    ahead, behind = read_extras(git, private, public), read_extras(git, public, private)
    found = [
        f"{name} has {len(extras)} that {other} has not ({ids(extras)})"
        for name, other, extras in (
            ("security", "upstream", ahead),
            ("upstream", "security", behind),
        )
        if extras
    ]
    expected = f"expected {branch} of upstream and of security at one commit, found "
    told = f"{expected}{public:.{SHORT}} and {private:.{SHORT}}: {'; '.join(found)}. "
    return told + (put_back(branch, public, private, ahead) if ahead else CATCH_UP)


CATCH_UP = "Have security catch up with what is public (step catch_up), then run this again"


def ids(extras: list[Extra]) -> str:
    """Commits by their ids alone."""
    return listed(f"{extra.id:.{SHORT}}" for extra in extras)


def put_back(branch: str, public: str, private: str, ahead: list[Extra]) -> str:
    """What to do about commits that only the private repository has."""
    web = [extra for extra in ahead if extra.web]
    buttons = (
        f"A merge or edit button of GitHub's web page made {ids(web)}: it must never be used "
        f"there. "
        if web
        else ""
    )
    command = f"git push --force-with-lease={branch}:{private} security {public}:{branch}"
    return (
        f"{buttons}Whoever may do so puts {branch} of security back ({command}); what was merged "
        "there is reviewed in its pull request, and merged by this runbook: then run this again"
    )
