"""The run's own checkout of the repository: cloned, brought up to date, branched from."""

import shutil
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from runbook_lib.errors import Conflict, Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.clones.branching import (
    add_worktree,
    check_places,
    find_worktree,
    worktree_folder,
)
from runbook_lib.services.git.clones.overtaken import find_overtaken, set_aside
from runbook_lib.services.git.clones.worktree import Revision, WorkingCopy, Worktree
from runbook_lib.services.git.failures import mask_passwords
from runbook_lib.services.git.git import check_ref
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.status import check_branch, check_unchanged, read_status
from runbook_lib.steps.step import check, step


@frozen
class Cloned(Shown):
    """A checkout, and the address that it was cloned from."""

    folder: Path
    url: str

    def __str__(self) -> str:
        return f"the run's checkout is a clone of {mask_passwords(self.url)}"


@frozen
class OnBranch(Shown):
    """A branch that is checked out, and its commit; `note` says how that compares with upstream."""

    branch: str
    commit: str
    note: str = ""

    def __str__(self) -> str:
        return f"{self.branch} is at {self.commit:.{SHORT}}{self.note}"


@frozen
class Repository(WorkingCopy):
    """The run's own checkout; its source branch stays as it was pulled, releases have worktrees."""

    @check
    def clone(self, url: str, mirror: Path | None = None) -> Cloned:
        """Clone the repository from `url`; what a mirror on this machine has, by hard links.

        A clone that a crash left half made is made again. The run's own checkout is nobody else's
        business: making it is no change, and a plan makes it too.
        """
        there = self.cloned_from(url)
        if there:
            return there
        part = self.path.with_name(f".{self.path.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        source = str(mirror) if mirror and mirror.exists() else url
        replace(self.git, folder=part.parent).run(
            "clone", "--quiet", "--origin", self.upstream, "--", source, str(part)
        )
        whole = Repository(part, self.runner, self.upstream, self.environment)
        whole.git.run("remote", "set-url", "--", self.upstream, url)
        if source != url:
            whole.remote.fetch()
        part.rename(self.path)
        return Cloned(self.path, url)

    def cloned_from(self, url: str) -> Cloned | None:
        """The clone that is there, or None; raises `Conflict` where it is one of something else."""
        if not self.path.exists() or not any(self.path.iterdir()):
            return None
        found = self.git.setting(f"remote.{self.upstream}.url")
        if found != url:
            raise Conflict(
                f"expected a clone of {mask_passwords(url)} at {self.path}, found "
                f"{mask_passwords(found) or 'something else'} there; "
                "move it away, then run this again"
            )
        return Cloned(self.path, url)

    @step
    def switch(self, branch: str) -> Generator[str, None, OnBranch]:
        """Switch to a branch of the upstream."""
        full = check_ref(self.git, branch, "heads")
        status = read_status(self.git)
        if status.branch == branch and status.commit:
            return OnBranch(branch, status.commit)
        here = self.git.commit_at(full)
        start = here or self.git.commit_at(self.remote.tracked(branch))
        start = start or self.remote.fetch_branch(branch)
        yield f"switch to {branch}"
        tracked = f"{self.upstream}/{branch}"
        new = () if here else ("--track", "-c", branch, tracked)
        self.git.run("switch", "--quiet", "--no-guess", *(new or (branch,)))
        return OnBranch(branch, start)

    @step
    def pull(self, branch: str, to: Revision | None = None) -> Generator[str, None, OnBranch]:
        """Bring a branch to the commit `to`, by default the upstream's newest, fast-forward only.

        Where the upstream has moved on beyond `to`, that is said and not followed. Raises `Refused`
        where the two have diverged.
        """
        check_ref(self.git, branch, "heads")
        newest = self.remote.fetch_branch(branch)
        here = check_branch(read_status(self.git), branch)
        wanted = self.pinned(to, newest, branch) if to else newest
        if not self.git.is_ancestor(here, newest):
            raise Refused(
                f"expected {branch} to be a part of {self.upstream}/{branch} ({newest:.{SHORT}}), "
                f"found {here:.{SHORT}} here: they have diverged, or it is ahead. Push what "
                f"belongs there, or remove {self.path}, then run this again"
            )
        if here == wanted:
            return OnBranch(branch, here, self.compared(wanted, newest, branch))
        yield f"bring {branch} from {here:.{SHORT}} to {wanted:.{SHORT}}"
        if self.git.is_ancestor(here, wanted):
            self.git.run("merge", "--quiet", "--ff-only", wanted)
        else:
            self.git.run("reset", "--quiet", "--keep", wanted)
        return OnBranch(branch, wanted)

    def pinned(self, to: Revision, newest: str, branch: str) -> str:
        """The id of the pinned commit; raises `Refused` where the upstream no longer has it."""
        name = to if isinstance(to, str) else to.id
        commit = self.git.resolve(name)
        if commit is None or not self.git.is_ancestor(commit, newest):
            raise Refused(
                f"expected {name:.40} in {self.upstream}/{branch} ({newest:.{SHORT}}), and it is "
                "not reachable from there: the branch was rewritten; begin a run of its own"
            )
        return commit

    def compared(self, commit: str, newest: str, branch: str) -> str:
        """How a commit compares with the upstream's newest, in words."""
        where = f"{self.upstream}/{branch}"
        if commit == newest:
            return f", as {where}"
        beyond = plural(self.git.count(commit, newest), "commit")
        return f"; {where} has moved on by {beyond} to {newest:.{SHORT}} (not followed)"

    @check
    def check_clean(self, branch: str) -> OnBranch:
        """Nothing is staged, unstaged or untracked, and nothing is here that the upstream lacks."""
        check_ref(self.git, branch, "heads")
        status = read_status(self.git)
        commit = check_branch(status, branch)
        check_unchanged(status)
        ahead = self.git.count(self.remote.tracked(branch), commit)
        if ahead:
            raise Refused(
                f"expected {branch} as {self.upstream} has it, found "
                f"{plural(ahead, 'commit')} more here; push them, or remove {self.path}, "
                "then run this again"
            )
        return OnBranch(branch, commit, ", with no local changes")

    @step
    def create_branch(self, name: str, at: Revision) -> Generator[str, None, Worktree]:
        """Make a branch at a commit, in a worktree beside this checkout, which is left as it is.

        One that is at `at`, or at one commit on top of it, was made by an earlier session and is
        taken over, from the upstream too. Where that was tagged from another machine meanwhile,
        what was committed here is set aside. Raises `Conflict` where it is anywhere else.
        """
        full = check_ref(self.git, name, "heads")
        start, folder = self.find(at), worktree_folder(self.path, name)
        tips = self.git.commit_at(full), self.remote.refs(full).get(full)
        overtaken = find_overtaken(self.remote, start, *tips)
        begin = overtaken.there if overtaken else check_places(self.remote, name, start, *tips)
        found = find_worktree(self.git, name, folder)
        if overtaken or not found or found.half_made:
            yield f"{overtaken or f'create branch {name} at {begin:.{SHORT}} in {folder}'}"
            if overtaken:
                set_aside(self.git, name, overtaken, folder)
            add_worktree(self.git, name, folder, begin)
        return Worktree(
            folder, self.runner, self.upstream, self.environment, self.signing, name, start
        )
