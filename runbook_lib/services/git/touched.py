"""Who has touched a file, or a line of it, last."""

from runbook_lib.policy.commits import Commit
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.history import find_commit, read_commits


def last_touch(git: Git, commit: str, path: str, line: int = 0) -> Commit | None:
    """The commit that changed a file last, as of a commit; with a line, the one it comes from.

    Where the file has no such line by now, it is the file's; None where there is no such file.
    """
    if line:
        where = ("-L", f"{line},{line}", commit, "--", path)
        answer = git.ask("blame", "--porcelain", *where)
        if answer.status == 0:
            return find_commit(git, answer.text.split()[0])
    return next(
        iter(read_commits(git, "--max-count=1", "--no-merges", commit, paths=(path,))), None
    )
