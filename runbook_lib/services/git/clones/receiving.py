"""Receives a repository, whatever its size: what came stays, if the connection breaks off.

git keeps nothing of a pack that it has not received whole. A first fetch that will take long is
therefore begun anew, as a shallow one of the default branch that is deepened portion by portion.
"""

import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from runbook_lib.errors import Refused, Unavailable
from runbook_lib.services.git.git import Git
from runbook_lib.services.git.progress import Receiving
from runbook_lib.services.git.remote import Remote

LONG = 60.0
"""A first fetch that will still take longer than these seconds comes in portions."""
FIRST, LEAST = 1000, 50
"""How many generations of commits the first portion has, and how few one may have."""
AT_ONCE, MOST = 45.0, 4.0
"""How many seconds a portion is to take: as much may be lost. And by how much the next one may be
larger, or smaller."""
BROKE_OFF = 5.0
"""A portion that breaks off after so many seconds is asked for again, a smaller one."""
RESTS = ("objects/pack/tmp_*", "objects/tmp_*", "*.lock", "refs/**/*.lock")
"""What a git that was killed leaves in a repository which only its lock's holder writes to."""


class Long(Exception):
    """What is being received will take so long that it had better come in portions."""


def receive(git: Git, upstream: str, *refspecs: str) -> None:
    """Bring these refs up to date, and go on with a repository that has come in part."""
    if receive_all(git, upstream, *refspecs):
        # It says nothing for as long as it takes.
        git.run("gc", "--auto", "--quiet")


def receive_all(git: Git, upstream: str, *refspecs: str) -> bool:
    """The same, and leave the packs as they came; whether any objects have."""
    if not bounds_of(git):
        try:
            return fetch(
                git, upstream, "--prune", refspecs=refspecs, hear=partial(refuse_long, git)
            )
        except Long:
            clear_rests(git.folder)
    deepen(git, upstream)
    fetch(git, upstream, "--prune", refspecs=refspecs)
    return True


def fetch(
    git: Git,
    upstream: str,
    *options: str,
    refspecs: tuple[str, ...],
    hear: Callable[[Receiving], None] | None = None,
) -> bool:
    """One fetch, shown while it goes on; whether objects came with it."""
    given = ("fetch", "--progress", "--no-auto-gc", *options, "--", upstream, *refspecs)
    heard = Receiving(hear)
    git.transfer(*given, hear=heard)
    return heard.told


def refuse_long(git: Git, receiving: Receiving) -> None:
    """Raise `Long` where too much is still to come into a repository that has nothing yet."""
    if receiving.remaining > LONG:
        if not git.run("for-each-ref", "--count=1").text:
            raise Long
        receiving.judge = None


def deepen(git: Git, upstream: str) -> None:
    """Receive the default branch in portions, each of which stays; go on with what is there."""
    head = head_of(git, upstream)
    if not bounds_of(git):
        fetch(git, upstream, "--depth=1", "--no-tags", refspecs=(head,))
    size, most = FIRST, sys.maxsize
    while bounds := bounds_of(git):
        began = time.monotonic()
        try:
            fetch(git, upstream, f"--deepen={size}", "--no-tags", refspecs=(head,))
        except Unavailable:
            if size <= LEAST or time.monotonic() - began < BROKE_OFF:
                raise
            size = most = max(LEAST, size // 4)
            continue
        if bounds_of(git) == bounds:
            return  # The upstream is shallow itself.
        size = min(most, next_size(size, time.monotonic() - began))


def next_size(size: int, seconds: float) -> int:
    """How large the portion after one of that size is, which took so long."""
    fitting = size * AT_ONCE / max(seconds, 0.1)
    return max(LEAST, int(min(max(fitting, size / MOST), size * MOST)))


def head_of(git: Git, upstream: str) -> str:
    """The refspec of the branch that is received first: the default one, else any."""
    remote = Remote(git, upstream)
    try:
        branch = remote.default_branch()
    except Refused:
        branch = remote.branches()[0]
    return f"+refs/heads/{branch}:refs/heads/{branch}"


def bounds_of(git: Git) -> str:
    """The commits behind which others are missing, as git keeps them; empty where none are."""
    file = git.folder / "shallow"
    return file.read_text() if file.exists() else ""


def clear_rests(folder: Path) -> None:
    """Delete what a git that was killed has left, and what would be in the way of the next one."""
    for rest in rests(folder):
        rest.unlink(missing_ok=True)


def rests(folder: Path) -> Iterator[Path]:
    """The files that nobody needs any more."""
    return (file for pattern in RESTS for file in folder.glob(pattern) if file.is_file())
