"""Lightweight tags on an upstream: made there in one push, and never moved."""

from collections.abc import Mapping

from runbook_lib.errors import Conflict
from runbook_lib.services.git.git import Git, check_ref, push_ref
from runbook_lib.services.git.history import SHORT
from runbook_lib.services.git.remote import Remote


def find_tag_commit(remote: Remote, tag: str) -> str:
    """The commit (or other object) that an upstream's tag stands for now; empty if it has none."""
    full = check_ref(remote.git, tag, "tags")
    there = remote.refs(full)
    return there.get(f"{full}^{{}}", there.get(full, ""))


def is_tag_at(there: Mapping[str, str], tag: str, commit: str) -> bool:
    """Whether an upstream's tags have one at a commit; `Conflict` where it is at another one."""
    found = there.get(tag, "")
    if found not in ("", commit):
        raise Conflict(
            f"expected tag {tag} at {commit:.{SHORT}}, found that somebody has pushed it at "
            f"{found:.{SHORT}}; a pushed tag is never moved"
        )
    return bool(found)


def push_tag(git: Git, address: str, tag: str, commit: str) -> None:
    """Make a tag on an upstream, only if there is none of that name.

    Of several people who push different commits under one name just one gets it; the others get
    `Conflict`. Where the tag is at that commit already, nothing happens.
    """
    push_ref(git, address, check_ref(git, tag, "tags"), new=commit)
