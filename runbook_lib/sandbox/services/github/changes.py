"""What lies between two commits, in numbers."""

from functools import lru_cache
from pathlib import Path

from runbook_lib.frozen import frozen
from runbook_lib.sandbox.services.github.objects import lines
from runbook_lib.sandbox.world.git_objects import git


@frozen
class Changes:
    """How many files differ, and the lines that came and went; a binary file counts no lines."""

    files: int = 0
    additions: int = 0
    deletions: int = 0


@lru_cache(maxsize=64)
def count_changes(folder: Path, before: str, after: str) -> Changes:
    """What differs between two commits; a file under a new name is one that changed."""
    options = ("-r", "--numstat", "--find-renames", "--no-ext-diff", "--no-textconv")
    listed = lines(git(folder, "diff-tree", *options, before, after, "--"))
    counted = [line.split("\t")[:2] for line in listed]
    plus, minus = (sum(int(one[side].replace("-", "0")) for one in counted) for side in (0, 1))
    return Changes(len(counted), plus, minus)
