"""Where an extraction's command runs: a checkout of the run's own, or the operator's clone.

A container sees the clone that it mounts, and no other: there the command runs in the operator's
clone, which has to be clean before, and is afterwards as it was.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.services.git.clones.operator_clone import OperatorClone
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.status import Status, check_unchanged, read_status


@frozen
class Before:
    """How a clone was before it was borrowed: its branch (empty: none), its commit, its refs."""

    branch: str
    commit: str
    refs: dict[str, str]

    @property
    def way_back(self) -> tuple[str, ...]:
        """What brings `git switch` back there, whatever has been changed meanwhile."""
        return ("--force", *((self.branch,) if self.branch else ("--detach", self.commit)))


def check_free(clone: OperatorClone, mark: Path) -> Before:
    """How the clone is; raises `Refused` where there is anything in it that is not committed.

    `mark` is where `borrowed_clone` notes that it has it.
    """
    clone.check_whole()
    status = read_status(clone.look)
    if status.commit is None:
        raise Refused(f"expected a commit in {clone.path}, and there is none yet")
    before = Before(status.branch or "", status.commit, read_refs(clone.look))
    check_given_back(clone, mark, before, status)
    check_unchanged(status)
    return before


def check_given_back(clone: OperatorClone, mark: Path, before: Before, status: Status) -> None:
    """Refuse a clone that a session left as it was while its extraction ran, for it was killed."""
    if not mark.exists():
        return
    way_back = mark.read_text()
    astray = not before.branch and " ".join(before.way_back) != way_back
    if status.changes or astray:
        raise Refused(
            f"expected {clone.path} as it was, found what a session left that ended while its "
            f"extraction ran there: git clean -d --force and git switch {way_back} there, then "
            "run this again"
        )


def read_refs(git: Git) -> dict[str, str]:
    """The branches and tags, by their full names."""
    form = "--format=%(refname)%00%(objectname)"
    lines = git.run("for-each-ref", form, "refs/heads", "refs/tags").lines
    return {name: there for name, _, there in (line.partition("\0") for line in lines)}


@contextmanager
def borrowed_clone(clone: OperatorClone, kept: Git, mark: Path, commit: str) -> Iterator[Git]:
    """The operator's clone with a commit checked out, and given back as it was."""
    before, git = check_free(clone, mark), clone.git
    plain = ("--quiet", "--no-tags", "--no-write-fetch-head")
    git.run("fetch", *plain, "--", str(kept.folder.absolute()), commit)
    mark.write_text(" ".join(before.way_back))
    try:
        git.run("checkout", "--quiet", "--detach", commit)
        yield git
    finally:
        give_back(git, before)
        mark.unlink()


def give_back(git: Git, before: Before) -> None:
    """Have everything as it was, but for what git ignores."""
    git.run("reset", "--quiet", "--hard")
    git.run("clean", "--quiet", "-d", "--force")
    git.run("checkout", "--quiet", "--detach", before.commit)
    after = read_refs(git)
    for name in after.keys() - before.refs.keys():
        git.run("update-ref", "-d", name)
    for name, _ in before.refs.items() - after.items():
        git.run("update-ref", name, before.refs[name])
    git.run("switch", "--quiet", *before.way_back)
