"""Packs loose objects now and then, so that looking things up costs the same at any size.

A commit-graph is written with them: which commit follows which is known then without reading each.
"""

import fcntl
from contextlib import suppress

from runbook_lib.archive.store import Store

SAMPLE = "17"
"""One of the 256 folders that loose objects are spread over evenly; git's own gc looks here too."""
MANY = 16
"""How many objects in the sample are worth packing: about 4,000 in all, or 300 records."""


def tidy(store: Store) -> None:
    """Pack what is loose where it has become much.

    Packs stay in a geometric progression: few, and a large one is seldom written again
    (https://git-scm.com/docs/git-repack, --geometric). Who comes second leaves it to the first, and
    who can only read to whoever can write.
    """
    if not is_untidy(store):
        return
    with suppress(BlockingIOError, PermissionError), (store.folder / "tidy.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if is_untidy(store):
            pack(store)


def pack(store: Store) -> None:
    """Pack what is loose, and write down which commit follows which."""
    store.git.run("repack", "--quiet", "-d", "--geometric=2", "--write-midx")
    store.git.run("commit-graph", "write", "--reachable", "--split", "--no-progress")


def is_untidy(store: Store) -> bool:
    """Whether many objects are loose, or came in a pack without a commit-graph, as to a clone."""
    objects = store.folder / "objects"
    graphed = (objects / "info" / "commit-graphs").exists()
    packed = not graphed and any(objects.glob("pack/*.pack"))
    return packed or sum(1 for _ in (objects / SAMPLE).glob("*")) >= MANY
