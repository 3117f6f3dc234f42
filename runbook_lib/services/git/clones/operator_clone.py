"""The operator's own clone: looked at, and never changed."""

from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

from runbook_lib.errors import Refused, RunbookError, UsageError
from runbook_lib.frozen import frozen
from runbook_lib.policy.plural import plural
from runbook_lib.policy.visible import Shown
from runbook_lib.services.git.git import Git, check_ref, configured
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.status import (
    Status,
    check_branch,
    check_nothing_under_way,
    check_unchanged,
    read_status,
)
from runbook_lib.services.git.tags.signing import read_identity
from runbook_lib.steps.step import Runner, check

FILTERS = r"^filter\..*\.(clean|smudge|process|required)$"
"""The programs that git has files go through, and whether it has to."""
WHERE = "clone it there, or correct or leave out repository.clone in the profile"


@frozen
class CleanClone(Shown):
    """A working copy with nothing in it that is not committed, and pushed as far as is known."""

    folder: Path
    branch: str
    commit: str

    def __str__(self) -> str:
        return f"{self.folder} is clean: {self.branch} at {self.commit:.{SHORT}}"


@frozen
class OperatorClone:
    """A clone that belongs to the operator."""

    path: Path
    runner: Runner = field(repr=False)
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def git(self) -> Git:
        """git in this clone."""
        return Git(self.path, self.environment)

    @property
    def look(self) -> Git:
        """git for looking: whatever this clone's own settings name, nothing of it is run."""
        own = {**self.environment, "GIT_ALLOW_PROTOCOL": "none"}
        return Git(self.path, configured(own, outer_filters(self.git)))

    @check
    def check_clone(self, source_branch: str) -> CleanClone:
        """Nothing is uncommitted, unpushed or not yet pulled on the source branch.

        Against its upstream as last fetched, for this clone is not even fetched into. A branch
        without an upstream is compared with nothing.
        """
        self.check_whole()
        check_ref(self.look, source_branch, "heads")
        status = read_status(self.look)
        commit = check_branch(status, source_branch)
        check_unchanged(status)
        check_in_step(status)
        return CleanClone(self.path, source_branch, commit)

    def check_whole(self) -> None:
        """Refuse what is no clone with a working copy and all of its history."""
        self.check_there()
        questions = ("--is-bare-repository", "--is-shallow-repository", "--absolute-git-dir")
        try:
            bare, shallow, folder = self.look.run("rev-parse", *questions).lines
        except RunbookError as error:
            raise UsageError(
                f"expected the top folder of a git clone at {self.path}: {error}; {WHERE}"
            ) from error
        if bare == "true":
            raise Refused(
                f"expected a clone with a working copy, found the bare {self.path}; {WHERE}"
            )
        if shallow == "true":
            raise Refused(
                f"expected the whole history, found the shallow clone {self.path}; "
                "git fetch --unshallow, then run this again"
            )
        check_nothing_under_way(Path(folder))

    def check_there(self) -> None:
        """Raise `UsageError` where there is no such folder."""
        if not self.path.is_dir():
            raise UsageError(
                f"expected a folder with the operator's clone at {self.path}, found none; {WHERE}"
            )

    def identity(self) -> dict[str, str]:
        """Who commits and signs here: git's settings by name, to be carried elsewhere."""
        self.check_there()
        return read_identity(self.git)


def outer_filters(git: Git) -> dict[str, str]:
    """The filters that a clone's own settings name, as they are outside of it, or not at all.

    git would run them to say what is changed.
    """
    answer = git.look_up("config", "-z", "--show-scope", "--includes", "--get-regexp", FILTERS)
    found = list(zip(answer.fields[::2], answer.fields[1::2], strict=True))
    outside = dict(
        setting.partition("\n")[::2] for scope, setting in found if scope in ("system", "global")
    )
    own = [setting.partition("\n")[0] for scope, setting in found if scope in ("local", "worktree")]
    return {name: outside.get(name, "") for name in own}


def check_in_step(status: Status) -> None:
    """Refuse a branch that is ahead of its upstream as last fetched, behind it, or both."""
    if status.upstream is None:
        return
    if status.ahead is None or status.behind is None:
        raise Refused(
            f"expected {status.branch}'s upstream {status.upstream}, and it is gone; "
            "git fetch, or git branch --set-upstream-to, then run this again"
        )
    ahead, behind = (plural(number or 0, "commit") for number in (status.ahead, status.behind))
    if status.ahead and status.behind:
        raise Refused(
            f"expected {status.branch} as {status.upstream} has it, found that they have diverged: "
            f"{ahead} only here, {behind} only there; rebase or merge, push, then run this again"
        )
    if status.ahead:
        raise Refused(
            f"expected {status.branch} as {status.upstream} has it, found it ahead by {ahead} that "
            "nobody else has and that would not be released; push them or move them to a branch "
            "of their own, then run this again"
        )
    if status.behind:
        raise Refused(
            f"expected {status.branch} as {status.upstream} has it, found it behind by {behind}; "
            "git pull, then run this again"
        )
