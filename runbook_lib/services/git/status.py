"""What `git status` says of a working copy, in one call."""

from dataclasses import field
from pathlib import Path

from runbook_lib.errors import Refused
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import SHORT, listed

UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
    "BISECT_LOG": "a bisection",
}


@frozen
class Status(Shown):
    """A working copy: its branch (None: detached), commit (None: none yet), and what is changed.

    `changes` maps each path to the two letters of `git status --short`. `ahead` and `behind` count
    commits against the upstream as last fetched; they are None where there is no such branch.
    """

    branch: str | None = None
    commit: str | None = None
    upstream: str | None = None
    ahead: int | None = None
    behind: int | None = None
    changes: dict[str, str] = field(default_factory=dict)
    tree: str = ""

    def __str__(self) -> str:
        rows = [f"{letters} {path}" for path, letters in sorted(self.changes.items())]
        return "\n".join([f"{plural(len(rows), 'file')} changed:", *rows])

    @property
    def files(self) -> list[str]:
        """All paths that are changed."""
        return sorted(self.changes)

    @property
    def staged(self) -> list[str]:
        """The paths that are changed in the index."""
        return [path for path, letters in self.changes.items() if letters[0] not in " ?"]

    @property
    def unstaged(self) -> list[str]:
        """The paths that are changed in the working copy only."""
        return [path for path, letters in self.changes.items() if letters[1] not in " ?"]

    @property
    def untracked(self) -> list[str]:
        """The paths that git does not know."""
        return [path for path, letters in self.changes.items() if letters == "??"]


def read_status(git: Git) -> Status:
    """The status of the working copy, without so much as refreshing its index on disk.

    Of a submodule its commit counts alone: to look further, git would use the submodule's settings.
    """
    answer = git.run(
        "status",
        "--porcelain=v2",
        "--branch",
        "-z",
        "--no-renames",
        "--untracked-files=all",
        "--ignore-submodules=dirty",
    )
    return parse_status(answer.fields)


def parse_status(fields: list[str]) -> Status:
    """A status from the fields of `status --porcelain=v2 --branch -z --no-renames`.

    The format: https://git-scm.com/docs/git-status#_porcelain_format_version_2
    """
    heads = dict(line[2:].split(" ", 1) for line in fields if line.startswith("# "))
    ahead, behind = heads.get("branch.ab", "+ -").split()
    branch, commit = heads["branch.head"], heads["branch.oid"]
    return Status(
        None if branch == "(detached)" else branch,
        None if commit == "(initial)" else commit,
        heads.get("branch.upstream"),
        int(ahead) if ahead[1:] else None,
        -int(behind) if behind[1:] else None,
        dict(map(parse_change, (line for line in fields if line[0] in "1u?"))),
    )


def parse_change(line: str) -> tuple[str, str]:
    """A path and its two letters from one line that is not a header."""
    if line[0] == "?":
        return line[2:], "??"
    parts = line.split(" ", 8 if line[0] == "1" else 10)
    return parts[-1], parts[1].replace(".", " ")


def check_nothing_under_way(folder: Path) -> None:
    """Refuse a repository (its git folder is given) in the middle of a merge or the like."""
    found = [name for mark, name in UNDER_WAY.items() if (folder / mark).exists()]
    if found:
        raise Refused(
            f"expected a clone with nothing under way, found {found[0]}; finish it or abort it, "
            "then run this again"
        )


def check_branch(status: Status, branch: str) -> str:
    """Refuse a working copy that is not on that branch; return its commit."""
    if status.branch is None:
        raise Refused(
            f"expected branch {branch}, found a detached HEAD at {status.commit or '':.{SHORT}}; "
            f"git switch {branch}, then run this again"
        )
    if status.branch != branch:
        raise Refused(
            f"expected branch {branch}, found branch {status.branch}; "
            f"git switch {branch}, then run this again"
        )
    if status.commit is None:
        raise Refused(f"expected a commit on {branch}, and there is none yet")
    return status.commit


def check_unchanged(status: Status) -> None:
    """Refuse a working copy in which anything is staged, unstaged or untracked."""
    kinds = {
        "staged": status.staged,
        "changed and not staged": status.unstaged,
        "not known to git": status.untracked,
    }
    found = [f"{listed(paths)} ({kind})" for kind, paths in kinds.items() if paths]
    if found:
        raise Refused(
            f"expected no changes, found {'; '.join(found)}; commit, stash or remove them, "
            "then run this again"
        )
